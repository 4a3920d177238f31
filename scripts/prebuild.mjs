// Lays what a packed release has beside the compiled code: the built addon as prebuilds/<platform>-<arch>/lanestep.node, and
// what `lanestep build` compiles elsewhere: native/binding.gyp and node-addon-api's headers. prepare.mjs runs this; a release
// gathers the folders of all platforms. Without an addon it fails, or, with `--if-built`, leaves that out.
//
// The gyp file is not at the package's top: npm would compile every package that has one there when it is installed.
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const gyp = join(root, 'native/binding.gyp');
const vendored = join(root, 'native/node-addon-api');

function layAddon() {
  // Or it looks up the names of all hosts that this process is connected to.
  if (process.report) process.report.excludeNetwork = true;
  const musl =
    process.platform === 'linux' && !process.report.getReport().header.glibcVersionRuntime ? '-musl' : '';
  const built = join(root, 'build/Release/lanestep.node');
  const folder = join(root, `prebuilds/${process.platform}-${process.arch}${musl}`);
  rmSync(folder, { recursive: true, force: true });
  if (process.argv.includes('--if-built') && !existsSync(built)) return;
  mkdirSync(folder, { recursive: true });
  copyFileSync(built, join(folder, 'lanestep.node'));
  // It is loaded, not run.
  chmodSync(join(folder, 'lanestep.node'), 0o644);
}

// napi.h and whatever it includes of its own, with the licence.
function layHeaders() {
  const from = dirname(createRequire(import.meta.url).resolve('node-addon-api/package.json'));
  mkdirSync(vendored, { recursive: true });
  copyFileSync(join(from, 'LICENSE.md'), join(vendored, 'LICENSE.md'));
  const seen = new Set();
  const lay = name => {
    if (seen.has(name)) return;
    seen.add(name);
    copyFileSync(join(from, name), join(vendored, name));
    for (const [, included] of readFileSync(join(from, name), 'utf8').matchAll(/#include "([^"]+)"/g))
      lay(included);
  };
  lay('napi.h');
}

// The top's binding.gyp as seen from native/.
function layGyp() {
  const changes = [
    ['"native/', '"'],
    ['"bench/native/', '"../bench/native/'],
    ['=../native/', '=../'],
    [String.raw`"<!(node -p \"require('node-addon-api').include_dir\")"`, '"node-addon-api"'],
  ];
  let text = readFileSync(join(root, 'binding.gyp'), 'utf8');
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`binding.gyp has no ${from}`);
    text = text.replaceAll(from, to);
  }
  writeFileSync(gyp, text);
}

rmSync(vendored, { recursive: true, force: true });
layAddon();
layHeaders();
layGyp();
