// What is published: every file of the tarball has its line here and, where it was made, its source in the tree; nothing else is
// in it. LANESTEP_TARBALL names one that is already packed, such as the one that a release is about to publish.
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from './cli/installed.js';
import { pack, sources, unpackable } from './cli/packed.js';
import { type Entry, entriesOf } from './cli/tarball-entries.js';

const given = process.env.LANESTEP_TARBALL;
const why = given === undefined && unpackable !== '' ? ` (skipped: ${unpackable})` : '';

/** One line of the list: what files are called, what they may weigh, and what each must have been made from. */
interface Allowed {
  readonly path: RegExp;
  readonly kilobytes: number;
  readonly source?: (match: RegExpExecArray) => string;
}

const itself = ([path]: RegExpExecArray): string => path;

const allowed: readonly Allowed[] = [
  { path: /^package\.json$/, kilobytes: 6, source: itself },
  {
    path: /^(README|ARCHITECTURE|CONTRIBUTING|CHANGELOG|OPTIMIZERS|SECURITY)\.md$/,
    kilobytes: 60,
    source: itself,
  },
  { path: /^LICENSE$/, kilobytes: 2, source: itself },
  { path: /^dist\/kernels-f(32|64)\.wasm$/, kilobytes: 60, source: () => 'asconfig.json' },
  // It is made by scripts/prepare.mjs, and git ignores it.
  {
    path: /^dist\/kernels\.generated\.(js|d\.ts)$/,
    kilobytes: 220,
    source: () => 'scripts/prepare.mjs',
  },
  { path: /^dist\/(.+)\.(js|d\.ts)$/, kilobytes: 40, source: ([, name]) => `src/${name}.ts` },
  { path: /^dist\/cjs\/\w+(-\w+)?\.(cjs|d\.cts)$/, kilobytes: 520, source: () => 'scripts/commonjs.mjs' },
  { path: /^out\/bench\/(.+)\.js$/, kilobytes: 40, source: ([, name]) => `bench/${name}.ts` },
  { path: /^bench\/contestants\/\w+\.py$/, kilobytes: 20, source: itself },
  { path: /^bench\/native\/\w+\.(cc|h)$/, kilobytes: 20, source: itself },
  { path: /^native\/((isa|rules|stages|words)\/)?[\w-]+\.(cc|h|ld)$/, kilobytes: 40, source: itself },
  { path: /^native\/binding\.gyp$/, kilobytes: 10, source: () => 'binding.gyp' },
  {
    path: /^native\/node-addon-api\/(napi(-inl)?(\.deprecated)?\.h|LICENSE\.md)$/,
    kilobytes: 400,
    source: () => 'package-lock.json',
  },
  {
    path: /^prebuilds\/(linux-(x64|arm64)(-musl)?|darwin-(x64|arm64)|win32-x64)\/lanestep\.node$/,
    kilobytes: 1500,
    source: () => 'native/addon.cc',
  },
];

/** What nobody may read in it: keys, tokens, and where it was packed. */
const secrets: readonly (readonly [what: string, text: RegExp])[] = [
  ['a private key', /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ['a token', /\b(npm_[A-Za-z0-9]{36}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60}|AKIA[A-Z0-9]{16})\b/],
  ['a password of a registry', /_(authToken|auth|password)\s*=/],
  ['a source map', /[#@] sourceMappingURL=/],
  // Those of a hosted runner, which compilers for macOS and Windows write into what they make, are nobody's.
  ['a path of the machine that packed it', /\/(home|Users)\/(?!runner\b)\w+\/|[A-Z]:\\\\?Users\\/],
];

const places = [root.replace(/[\\/]$/, ''), homedir() + sep, tmpdir() + sep].filter(path => path.length > 5);

/** All that is wrong with what is packed. */
function complaints(entries: readonly Entry[]): string[] {
  const found: string[] = [];
  const seen = new Set<string>();
  const known = new Set(sources);
  for (const { path: full, kind, mode, bytes } of entries) {
    const path = full.replace(/^package\//, '');
    const complain = (text: string) => found.push(`${full}: ${text}`);
    const match = allowed.map(line => [line, line.path.exec(path)] as const).find(([, hit]) => hit !== null);
    if (path === full) complain('not in package/');
    if (path.split('/').includes('..')) complain('leaves its folder');
    if (seen.has(path.toLowerCase())) complain('packed twice');
    seen.add(path.toLowerCase());
    if (kind !== 'file') complain(`a ${kind}`);
    // npm makes the command executable when it is installed, and the rest as writable as its user wants it.
    if ((mode & 0o7111) !== 0) complain(`mode ${mode.toString(8)}`);
    if (match === undefined) {
      complain('not on the list');
      continue;
    }
    const [{ kilobytes, source }, hit] = match;
    if (bytes.length > kilobytes * 1000)
      complain(`${bytes.length} bytes, where ${kilobytes} kB are expected`);
    const from = source?.(hit!);
    if (from !== undefined && !known.has(from)) complain(`there is no ${from} that it was made from`);
    const text = bytes.toString('latin1');
    for (const [what, pattern] of secrets) if (pattern.test(text)) complain(what);
    for (const place of places) if (text.includes(place)) complain(`names ${place}`);
  }
  for (const { path } of allowed) {
    if (!entries.some(entry => path.test(entry.path.replace(/^package\//, ''))))
      found.push(`nothing is ${path}`);
  }
  return found;
}

describe.skipIf(why !== '')(`the tarball${why}`, () => {
  let folder = '';
  let tarball = Buffer.alloc(0);
  let entries: Entry[] = [];
  const named = (path: string): Buffer => entries.find(entry => entry.path === `package/${path}`)!.bytes;
  const has = (path: string): boolean => entries.some(entry => entry.path === `package/${path}`);

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'lanestep-tarball-'));
    tarball = readFileSync(given ?? pack(join(folder, 'tree'), folder));
    entries = entriesOf(tarball);
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds what is on the list, in its size, and nothing else', () => {
    expect(complaints(entries)).toEqual([]);
  });

  // That the list above finds what it is there for.
  it.each<[string, (entry: Entry) => Partial<Entry>, string]>([
    ['an extra file', () => ({ path: 'package/dist/notes.txt' }), 'not on the list'],
    ['a file at the top', () => ({ path: 'package/.npmrc' }), 'not on the list'],
    ['a gyp file that npm would compile', () => ({ path: 'package/binding.gyp' }), 'not on the list'],
    ['a test', () => ({ path: 'package/test/errors.test.ts' }), 'not on the list'],
    ['a source', () => ({ path: 'package/src/index.ts' }), 'not on the list'],
    ['compiled code without a source', () => ({ path: 'package/dist/gone.js' }), 'there is no src/gone.ts'],
    ['a source map', () => ({ path: 'package/dist/index.js.map' }), 'not on the list'],
    ['a WebAssembly of unknown origin', () => ({ path: 'package/dist/other.wasm' }), 'not on the list'],
    [
      'an addon where none is looked for',
      () => ({ path: 'package/prebuilds/lanestep.node' }),
      'not on the list',
    ],
    ['a file beside the package', () => ({ path: 'elsewhere/index.js' }), 'not in package/'],
    ['a way out', () => ({ path: 'package/dist/../../x.js' }), 'leaves its folder'],
    ['a file again', entry => entry, 'packed twice'],
    ['a symbolic link', () => ({ kind: 'symbolic link' }), 'a symbolic link'],
    ['an executable', () => ({ mode: 0o755 }), 'mode 755'],
    ['a file that runs as another user', () => ({ mode: 0o4644 }), 'mode 4644'],
    ['a file of 41 kB', () => ({ bytes: Buffer.alloc(41_000) }), '41000 bytes'],
    ['where it was built', () => ({ bytes: Buffer.from(`const root = '${root}';`) }), 'names'],
    ['somebody’s folder', () => ({ bytes: Buffer.from(`'/${'home'}/somebody/x'`) }), 'a path of the machine'],
    ['a map', () => ({ bytes: Buffer.from(`//${'#'} sourceMappingURL=index.js.map`) }), 'a source map'],
    ['a key', () => ({ bytes: Buffer.from(`-----BEGIN ${'RSA'} PRIVATE KEY-----`) }), 'a private key'],
    ['a token', () => ({ bytes: Buffer.from(`npm_${'a1'.repeat(18)}`) }), 'a token'],
  ])('is refused with %s', (_, change, complaint) => {
    const entry = entries.find(({ path }) => path === 'package/dist/index.js')!;
    const wrong = complaints([...entries, { ...entry, path: 'package/dist/wasm.js', ...change(entry) }]);
    expect(wrong.join('\n')).toContain(complaint);
  });

  it('is refused where something is missing', () => {
    const without = (path: string) => complaints(entries.filter(entry => !entry.path.startsWith(path)));
    expect(without('package/prebuilds/')).toHaveLength(1);
    expect(without('package/LICENSE')).toHaveLength(1);
  });

  it('is small', () => {
    const addons = entries.filter(({ path }) => path.startsWith('package/prebuilds/')).length;
    const unpacked = entries.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(addons).toBeGreaterThan(0);
    // Without addons, of which each has its own: the CommonJS build (dist/cjs) is 70 kB of it, 300 unpacked.
    expect(tarball.length).toBeLessThan(950_000 + addons * 500_000);
    expect(unpacked).toBeLessThan(3_650_000 + addons * 1_500_000);
  });

  it('runs nothing when it is installed, and brings no other package', () => {
    const manifest = JSON.parse(named('package.json').toString());
    const run = ['preinstall', 'install', 'postinstall', 'preuninstall', 'uninstall', 'postuninstall'];
    expect(Object.keys(manifest.scripts).filter(name => run.includes(name))).toEqual([]);
    for (const kind of ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies'])
      expect(Object.keys(manifest[kind] ?? {}), kind).toEqual([]);
    for (const peer of Object.keys(manifest.peerDependencies))
      expect(manifest.peerDependenciesMeta[peer], peer).toEqual({ optional: true });
    expect(manifest.gypfile).toBe(false);
    expect(manifest.bin).toEqual({ lanestep: './dist/cli/main.js' });
    expect(named('dist/cli/main.js').toString()).toMatch(/^#!\/usr\/bin\/env node\n/);
  });

  it('has every file that package.json names', () => {
    const manifest = JSON.parse(named('package.json').toString());
    const files = (value: unknown): string[] =>
      typeof value === 'string' ? [value] : Object.values(value as object).flatMap(files);
    const { exports, bin, sideEffects, main, module, browser, types, typesVersions } = manifest;
    const wanted = [exports, bin, sideEffects, main, module, browser, types, typesVersions].flatMap(files);
    expect(wanted.length).toBeGreaterThan(10);
    expect(wanted.filter(file => !has(file.replace(/^\.\//, '')))).toEqual([]);
  });

  it('has the WebAssembly whose hash is recorded, in both of its forms', () => {
    const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
    const recorded = readFileSync(join(root, 'assembly/kernels.sha256'), 'utf8');
    const hexadecimal = named('dist/kernels.generated.js').toString();
    for (const [type, dtype] of Object.entries({ f32: 'float32', f64: 'float64' })) {
      const bytes = named(`dist/kernels-${type}.wasm`);
      expect(recorded).toContain(`${sha256(bytes)}  dist/kernels-${type}.wasm`);
      // Its parts are those of this module: test/reproducible.test.ts.
      const parts = [...hexadecimal.matchAll(new RegExp(`${dtype}: '([^']+)'`, 'g'))];
      expect(parts.length).toBeGreaterThan(60);
    }
  });
});
