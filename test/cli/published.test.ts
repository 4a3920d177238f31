// The way of a release, once: packed in a copy of the tree, installed elsewhere, examined, built without a prebuilt addon.
// What is in the tarball is test/tarball.test.ts' business.
import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lanestep, root, run } from './installed.js';
import { pack, sources, unpackable } from './packed.js';

const has = (tool: string) => spawnSync(tool, ['--version']).status === 0;
const compiler = [process.env.CXX || 'c++', 'make', 'python3'].filter(tool => !has(tool));
const why = unpackable === '' ? '' : ` (skipped: ${unpackable})`;
const noCompiler = compiler.length === 0 ? '' : ` (skipped: no ${compiler.join(', ')})`;

// What a path may have that make, a shell or a piece of code would stumble over.
let folder = '';
let tree = '';
let project = '';
let home = '';

const listed = (at: string) => readdirSync(at, { recursive: true, encoding: 'utf8' }).sort();
const npx = (...argv: string[]) => run(project, ['npx', '--no-install', 'lanestep', ...argv]);

describe.skipIf(why !== '')(`the published package${why}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "lanestep it's $HOME 100% ü-"));
    tree = join(folder, 'tree');
    const tarball = pack(tree, folder);

    project = join(folder, 'a project');
    home = join(project, 'node_modules/lanestep');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }');
    const installed = await run(project, ['npm', 'install', tarball, '--offline', '--no-audit', '--no-fund']);
    expect(installed.code, installed.stderr).toBe(0);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('compiles nothing when it is installed, and depends on nothing', () => {
    expect(existsSync(join(home, 'build'))).toBe(false);
    expect(readdirSync(join(project, 'node_modules')).filter(name => !name.startsWith('.'))).toEqual([
      'lanestep',
    ]);
  });

  it('lays nothing into the tree but what git ignores', () => {
    const paths = listed(join(tree, 'native'))
      .map(file => `native/${file}`)
      .filter(file => statSync(join(tree, file)).isFile() && !sources.includes(file));
    expect(paths).toContain('native/binding.gyp');
    const ignored = execFileSync('git', ['check-ignore', '--no-index', ...paths], {
      cwd: root,
      encoding: 'utf8',
    });
    expect(ignored.trim().split('\n')).toEqual(paths);
  });

  it('runs with the addon that it brings', async () => {
    const { code, stdout } = await npx('doctor', '--json');
    expect([code, JSON.parse(stdout).verdict]).toEqual([0, 'native']);
    expect(JSON.parse(stdout).native.path).toContain('prebuilds');
  });

  // On this Node; scripts/installed.sh tries others, and Bun and Deno.
  it('does what is essential, on both backends, with the same bits', { timeout: 300_000 }, async () => {
    cpSync(join(root, 'test/installed/essentials.mjs'), join(project, 'essentials.mjs'));
    const tfjs = join(project, 'node_modules/@tensorflow');
    symlinkSync(join(root, 'node_modules/@tensorflow'), tfjs, 'junction');
    const { code, stdout, stderr } = await run(project, [process.execPath, 'essentials.mjs']);
    // At once: npm, asked for anything here, would follow it and remove what is there.
    unlinkSync(tfjs);
    expect(
      stdout.split('\n').filter(line => /FAILED|skipped/.test(line)),
      stdout,
    ).toEqual([]);
    expect([code, stderr]).toEqual([0, '']);
  });

  it('says what the benchmark needs', async () => {
    const { code, stdout, stderr } = await lanestep(project, ['bench']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('npx -p lanestep -p benchmark lanestep bench');
    const help = await lanestep(project, ['bench', '--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toMatch(/^Usage: lanestep bench/);
    rmSync(join(home, 'out'), { recursive: true });
    const unbuilt = await lanestep(project, ['bench']);
    expect(unbuilt.code).toBe(2);
    expect(unbuilt.stderr).toContain('the benchmark is not built here');
  });

  it('runs the benchmark with the options that it is given, and ends as it ends', async () => {
    mkdirSync(join(home, 'out/bench'), { recursive: true });
    writeFileSync(
      join(home, 'out/bench/main.js'),
      "import { referenceStep } from '#lanestep/reference/update.js';\n" +
        "import { NativeBackend } from '#lanestep/backends/native.js';\n" +
        'export const main = async argv => { console.log(argv.join(), typeof referenceStep, typeof NativeBackend); return 7; };\n',
    );
    mkdirSync(join(project, 'node_modules/benchmark'), { recursive: true });
    writeFileSync(join(project, 'node_modules/benchmark/index.js'), '');
    const { code, stdout } = await lanestep(project, ['bench', '--sizes', '7', '--json']);
    expect([code, stdout]).toEqual([7, '--sizes,7,--json function function\n']);
  });

  describe('without an addon', () => {
    beforeAll(() => rmSync(join(home, 'prebuilds'), { recursive: true }));

    it('runs on WebAssembly, and the doctor says what to do', async () => {
      const { code, stdout } = await npx('doctor');
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^ {2}- The package has no addon for [\w-]+: `npx lanestep build` compiles one\.$/m,
      );
      expect(stdout).toMatch(/^Warning: WebAssembly runs/m);
    });

    it('says so where it cannot write', async () => {
      writeFileSync(join(home, 'build'), '');
      const { code, stderr } = await npx('build');
      rmSync(join(home, 'build'));
      expect(code).toBe(1);
      expect(stderr).toMatch(/lanestep: cannot write to .*; build where the package's folder may be written/);
    });

    it('says so where there is no compiler, and names what is missing instead of all that node-gyp says', async () => {
      const env = { PATH: join(folder, 'nowhere'), PYTHON: join(folder, 'nowhere') };
      const { code, stderr } = await lanestep(project, ['build'], { env });
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /lanestep: (the addon was not built. It needs a C\+\+17 compiler|there is no node-gyp)/,
      );
      if (process.platform === 'win32' || stderr.includes('there is no node-gyp')) return;
      expect(stderr.trim().split('\n').slice(1)).toEqual(['Not found here: C++ compiler, make, Python 3.']);
    });

    it.skipIf(noCompiler !== '')(`builds one, which then runs${noCompiler}`, async () => {
      const built = await npx('build');
      expect(built.code, built.stderr).toBe(0);
      expect(built.stdout).toMatch(/^Built .*lanestep\.node: \w+ is used here\.$/m);
      expect(readdirSync(join(home, 'build/Release')).sort()).toEqual(['lanestep.node', 'roof.node']);
      expect(existsSync(join(home, 'native/build'))).toBe(false);
      const { code, stdout } = await npx('doctor', '--json');
      const report = JSON.parse(stdout);
      expect([code, report.verdict]).toEqual([0, 'native']);
      expect(built.stdout).toContain(`${report.used.instructionSet} is used here`);
      expect(report.native.path).toMatch(/build\/Release\/lanestep\.node$/);
      expect(report.selfTest.failures).toEqual([]);
    });
  });
});
