// `npm run check`: format, lint, types and the package's face, in seconds. Every part runs; one that fails shows why.
import { spawnSync } from 'node:child_process';
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

const npx = (...args) => {
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? [] : [`${stdout}${stderr}`.trim()];
};

const notCode = ['kernels-f32.wasm', 'kernels-f64.wasm', 'package.json'];

// What would be published, packed without building it again.
function packed(look) {
  const folder = mkdtempSync(join(tmpdir(), 'lanestep-'));
  try {
    const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
    const { stdout } = spawnSync('npm', args, { cwd: root, encoding: 'utf8' });
    return look(join(folder, stdout.trim()));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const parts = {
  'format and lint': () => npx('biome', 'ci', '--colors=off', '.'),
  'format of C++': () => npx('clang-format', '--dry-run', '--Werror', ...sources),
  types: () => npx('tsc', '--noEmit', '-p', 'tsconfig.json'),
  text,
  workflows: () => workflows(root),
  package: () => packed(tarball => npx('publint', tarball, '--strict')),
  'types of the package': () => packed(tarball => npx('attw', tarball, '--exclude-entrypoints', ...notCode)),
};

let failed = 0;
for (const [name, part] of Object.entries(parts)) {
  const start = Date.now();
  const complaints = await part();
  console.log(
    `${complaints.length === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - start) / 1000).toFixed(1)} s)`,
  );
  if (complaints.length > 0) {
    failed++;
    console.log(complaints.join('\n'));
  }
}
process.exitCode = failed === 0 ? 0 : 1;
