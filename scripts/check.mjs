// `npm run check`: format, lint, types and the package's face, in seconds. The parts run side by side; one that fails shows why.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { workflows } from './workflows.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const sources = readdirSync(join(root, 'native'), { recursive: true })
  .map(String)
  .filter(file => /\.(h|cc)$/.test(file) && !file.startsWith('node-addon-api'))
  .map(file => join('native', file))
  .concat(
    'test/runner/steps.cc',
    'bench/native/roof.cc',
    'bench/native/sweep.h',
    ...['kernels.cc', 'scalar.cc', 'scalar.h', 'bytes.h', 'guarded.h'].map(file => `test/fuzz/${file}`),
    'test/sanitizers/faults.h',
  );

// Text that no formatter looks at.
function text() {
  const { stdout } = spawnSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' });
  const bad = [];
  for (const file of stdout.split('\n').filter(name => /\.(md|ts|mjs|sh|h|cc|gyp|ld|json|yml)$/.test(name))) {
    if (file === 'package-lock.json' || file.startsWith('test/golden/')) continue;
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .forEach((line, i) => {
        const at = `${file}:${i + 1}`;
        if (/\s$/.test(line)) bad.push(`${at}: white space at the end`);
        if (/\t/.test(line)) bad.push(`${at}: a tab`);
        if (line.length > 140 && !/https?:|^\s*['|/]|"description"|"keywords"/.test(line))
          bad.push(`${at}: ${line.length} columns`);
        if (/^(<{7}|>{7}) /.test(line)) bad.push(`${at}: a conflict`);
      });
  }
  return bad;
}

// A tool of node_modules. It is run as it is: npx takes most of a second to find it.
const tool = (name, ...args) =>
  new Promise(resolve => {
    const path = join(root, 'node_modules', '.bin', name);
    execFile(
      path,
      args,
      { cwd: root, maxBuffer: 2 ** 26, shell: process.platform === 'win32' },
      (error, out, err) => resolve(error === null ? [] : [`${out}${err}`.trim() || error.message]),
    );
  });

const notCode = ['kernels-f32.wasm', 'kernels-f64.wasm', 'package.json'];

// What would be published, packed without building it again, for both parts that look at it.
const folder = mkdtempSync(join(tmpdir(), 'lanestep-'));
function packed() {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  const { status, stdout, stderr } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm pack: ${stderr}`);
  return join(folder, stdout.trim());
}
const tarball = packed();

const parts = {
  // The next run looks at what has changed since.
  types: () =>
    tool(
      'tsc',
      '--noEmit',
      '-p',
      'tsconfig.json',
      '--incremental',
      '--tsBuildInfoFile',
      'node_modules/.cache/types.json',
    ),
  'types of the package': () => tool('attw', tarball, '--exclude-entrypoints', ...notCode),
  package: () => tool('publint', tarball, '--strict'),
  'format and lint': () => tool('biome', 'ci', '--colors=off', '.'),
  'format of C++': () => tool('clang-format', '--dry-run', '--Werror', ...sources),
  text,
  workflows: () => workflows(root),
};

async function report(name, part) {
  const start = Date.now();
  const complaints = await part();
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${complaints.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (complaints.length > 0) console.log(complaints.join('\n'));
  return complaints.length === 0;
}

const held = await Promise.all(Object.entries(parts).map(([name, part]) => report(name, part)));
rmSync(folder, { recursive: true });
process.exitCode = held.every(Boolean) ? 0 : 1;
