// Builds everything that a clone needs: the WebAssembly kernels, the TypeScript, the addon. Without a C++ compiler the
// addon is left out, loudly, and lanestep runs on WebAssembly; `--strict` makes that an error.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const strict = process.argv.includes('--strict');

function bin(name, script = name) {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[script]);
}

const node = (script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });

function buildWasm() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const constants = ['float32', 'float64'].map((dtype, i) => {
    const target = ['f32', 'f64'][i];
    node(
      join(root, 'node_modules/assemblyscript/bin/asc.js'),
      '--config',
      'asconfig.json',
      '--target',
      target,
    );
    const bytes = readFileSync(join(root, `dist/kernels-${target}.wasm`));
    return `  ${dtype}: '${bytes.toString('base64')}',\n`;
  });
  const note = '// The kernels in base64, made by scripts/prepare.mjs out of assembly/.\n';
  const text = `${note}export const bytes = {\n${constants.join('')}};\n`;
  writeFileSync(join(root, 'src/backends/kernels.generated.ts'), text);
}

function buildTypeScript() {
  node(bin('typescript', 'tsc'), '-p', 'tsconfig.build.json');
  node(bin('typescript', 'tsc'), '-p', 'tsconfig.tools.json');
}

// Most installations of Node bring its headers; then nothing needs to be fetched.
function headers() {
  const prefix = join(dirname(process.execPath), '..');
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

function buildAddon() {
  const args = [bin('node-gyp'), 'rebuild', '--jobs', 'max', '--loglevel', 'error', ...headers()];
  const run = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' });
  if (run.status === 0) return;
  const why = `${run.stdout}${run.stderr}`.trim().split('\n').slice(-25).join('\n');
  const line = '*'.repeat(100);
  process.stderr.write(
    `\n${line}\n  lanestep: the native addon was NOT built. Everything runs on WebAssembly instead, several times slower.\n` +
      '  It needs a C++17 compiler, make and Python 3 (Debian: apt-get install g++ make python3); then: npm run build\n' +
      `${line}\n${why}\n${line}\n\n`,
  );
  if (strict) process.exit(1);
}

// What has lost its source must not be packed.
for (const folder of ['dist', 'out']) rmSync(join(root, folder), { recursive: true, force: true });
buildWasm();
buildTypeScript();
buildAddon();
