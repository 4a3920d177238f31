// Builds everything that a clone needs: the WebAssembly kernels, the TypeScript, the addon; and lays what is packed with them
// (prebuild.mjs), since npm packs a git dependency after this script and without asking for another. Without a C++ compiler
// the addon is left out, loudly, and lanestep runs on WebAssembly; `--strict` makes that an error.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { assembly } from './assembly.mjs';
import { generated } from './kernels.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const { values } = parseArgs({ options: { strict: { type: 'boolean', default: false } } });
// What is packed on purpose has an addon.
const strict = values.strict || ['pack', 'publish'].includes(process.env.npm_command);

// Seconds of silence look like a script that hangs.
async function stage(what, work) {
  const start = Date.now();
  process.stdout.write(`lanestep: ${what} … `);
  try {
    await work();
    console.log(`${((Date.now() - start) / 1000).toFixed(0)} s`);
  } catch (error) {
    console.log('failed');
    throw error;
  }
}

function bin(name, script = name) {
  const manifest = require.resolve(`${name}/package.json`);
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8'));
  return join(dirname(manifest), typeof bin === 'string' ? bin : bin[script]);
}

const node = (script, ...args) =>
  execFileSync(process.execPath, [script, ...args], { cwd: root, stdio: 'inherit' });

async function buildWasm() {
  mkdirSync(join(root, 'dist'), { recursive: true });
  const bytes = ['f32', 'f64'].map(target => {
    node(...assembly(root, target));
    return readFileSync(join(root, `dist/kernels-${target}.wasm`));
  });
  const text = await generated({ float32: bytes[0], float64: bytes[1] });
  writeFileSync(join(root, 'src/kernels.generated.ts'), text);
}

function buildTypeScript() {
  node(bin('typescript', 'tsc'), '-p', 'tsconfig.build.json');
  node(bin('typescript', 'tsc'), '-p', 'tsconfig.tools.json');
}

// By the code of `lanestep build`, which has just been compiled.
async function buildAddon() {
  const { compile } = await import(pathToFileURL(join(root, 'dist/cli/addon/compile.js')).href);
  rmSync(join(root, 'build'), { recursive: true, force: true });
  compile(bin('node-gyp'), root);
}

function tellOfNoAddon(error) {
  const line = '*'.repeat(100);
  const told =
    `\n${line}\n  lanestep: ${error.message.replaceAll('\n', '\n  ')}\n\n` +
    '  Everything runs on WebAssembly instead, several times slower. Afterwards: npm run build\n' +
    `${line}\n\n`;
  process.stderr.write(told);
  if (strict) process.exit(1);
}

// npm prepares a git dependency twice: when it has installed what it is built with, and when it packs it, which it names.
const { _PACOTE_NO_PREPARE_: within, npm_package_resolved: packed } = process.env;
if (within !== undefined && packed === undefined) process.exit(0);

// What has lost its source must not be packed.
for (const folder of ['dist', 'out']) rmSync(join(root, folder), { recursive: true, force: true });
await stage('the kernels, to WebAssembly', buildWasm);
await stage('TypeScript', buildTypeScript);
await stage('CommonJS', () => node(join(root, 'scripts/commonjs.mjs')));
try {
  await stage('the addon, by the C++ compiler (about a minute)', buildAddon);
} catch (error) {
  tellOfNoAddon(error);
}
node(join(root, 'scripts/prebuild.mjs'), '--if-built');
