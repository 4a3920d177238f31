// scripts/verify-prebuilds.mjs on folders of addons: whole, in the wrong place, damaged. The addon for Linux is the one built
// here; those for macOS and Windows are the smallest that their formats allow, since nothing here builds real ones.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addon, root } from './cli/installed.js';

const registration = 'napi_register_module_v1';

/** Little-endian numbers and texts at their offsets. */
function image(
  length: number,
  parts: readonly (readonly [at: number, value: number | string, bytes?: number])[],
): Buffer {
  const bytes = Buffer.alloc(length);
  for (const [at, value, size = 4] of parts) {
    if (typeof value === 'string') bytes.write(value, at, 'latin1');
    else bytes.writeUIntLE(value, at, size);
  }
  return bytes;
}

/** A bundle with a symbol table of one name. */
const macOS = (machine = 0x0100000c, name = registration, kind = 0x0f): Buffer =>
  image(128, [
    [0, 0xfeedfacf],
    [4, machine],
    [12, 8],
    [16, 1],
    // The symbol table's load command, its one symbol, its names.
    [32, 2],
    [36, 24],
    [40, 64],
    [44, 1],
    [48, 80],
    [64, 1],
    [68, kind, 1],
    [81, `_${name}`],
  ]);

/** A library of one section, at the address 0x1000, with a table of one export. */
const windows = (machine = 0x8664, name = registration): Buffer =>
  image(512, [
    [0, 'MZ'],
    [60, 64],
    [64, 'PE'],
    [68, machine, 2],
    [70, 1, 2],
    [84, 128, 2],
    [86, 0x2022, 2],
    [88, 0x20b, 2],
    [200, 0x1000],
    // The section, and in it the directory, the list of names, the name.
    [216 + 12, 0x1000],
    [216 + 16, 256],
    [216 + 20, 256],
    [256 + 24, 1],
    [256 + 32, 0x1000 + 64],
    [256 + 64, 0x1000 + 72],
    [256 + 72, name],
  ]);

const linux = existsSync(addon) && process.platform === 'linux';
const why = linux ? '' : ' (skipped: no addon for Linux is built here)';
const musl = !(process.report?.getReport() as { header?: { glibcVersionRuntime?: string } })?.header
  ?.glibcVersionRuntime;
const here = `linux-${process.arch}${musl ? '-musl' : ''}`;

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanestep-prebuilds-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), bytes);
}

/** Its exit code, and the lines that it wrote. */
function verify(...args: string[]): readonly [number | null, string[]] {
  const script = join(root, 'scripts/verify-prebuilds.mjs');
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args, folder], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  return [status, stdout.trim().split('\n')];
}

describe('addons of a release', () => {
  it('pass where each is for its folder', () => {
    put('darwin-arm64/lanestep.node', macOS());
    put('darwin-x64/lanestep.node', macOS(0x01000007));
    put('win32-x64/lanestep.node', windows());
    if (linux) put(`${here}/lanestep.node`, readFileSync(addon));
    const [status, lines] = verify();
    expect(
      lines.map(line => line.slice(0, 7)),
      lines.join('\n'),
    ).toEqual(lines.map(() => 'ok     '));
    expect(lines).toHaveLength(linux ? 4 : 3);
    expect(status).toBe(0);
  });

  it.each<[string, string, Uint8Array, string]>([
    ['another machine', 'darwin-x64/lanestep.node', macOS(), 'it is for darwin-arm64'],
    ['another system', 'win32-x64/lanestep.node', macOS(0x01000007), 'it is for darwin-x64'],
    ['a processor that is not known', 'win32-x64/lanestep.node', windows(0x14c), 'machine 332'],
    [
      'nothing that registers (macOS)',
      'darwin-arm64/lanestep.node',
      macOS(0x0100000c, 'other'),
      'register itself',
    ],
    [
      'a registration that is private',
      'darwin-arm64/lanestep.node',
      macOS(0x0100000c, registration, 0x1f),
      'register',
    ],
    [
      'a registration that is only wanted',
      'darwin-arm64/lanestep.node',
      macOS(0x0100000c, registration, 1),
      'register',
    ],
    [
      'nothing that registers (Windows)',
      'win32-x64/lanestep.node',
      windows(0x8664, 'other'),
      'register itself',
    ],
    ['what is no library', 'linux-x64/lanestep.node', Buffer.from('not found'), 'no library'],
    ['nothing in it', 'linux-x64/lanestep.node', Buffer.alloc(0), 'no library'],
    ['another name', 'linux-x64/other.node', macOS(), 'no addon is looked for here'],
    ['a platform that is not known', 'sunos-x64/lanestep.node', macOS(), 'no addon is looked for here'],
  ])('fail with %s', (_, path, bytes, complaint) => {
    put(path, bytes);
    const [status, lines] = verify();
    expect(lines.join('\n')).toMatch(new RegExp(`^FAILED ${path}: .*${complaint}`));
    expect(status).toBe(1);
  });

  it('fail where one is a link', () => {
    put('elsewhere', macOS());
    mkdirSync(join(folder, 'darwin-arm64'));
    symlinkSync('../elsewhere', join(folder, 'darwin-arm64/lanestep.node'));
    expect(verify()[1]).toEqual(
      [
        'FAILED darwin-arm64/lanestep.node: no addon is looked for here',
        'FAILED elsewhere: no addon is looked for here',
        `FAILED ${folder}: there is no addon at all`,
      ].slice(0, 2),
    );
  });

  it('fail where there is none, or not all', () => {
    expect(verify()).toEqual([1, [`FAILED ${folder}: there is no addon at all`]]);
    put('win32-x64/lanestep.node', windows());
    expect(verify()[0]).toBe(0);
    const [status, lines] = verify('--all');
    expect(status).toBe(1);
    expect(lines.filter(line => line.endsWith(': there is none'))).toHaveLength(6);
  });

  it.skipIf(!linux)(`fail with a glibc newer than what is allowed${why}`, () => {
    put(`${here}/lanestep.node`, readFileSync(addon));
    expect(verify('--glibc', '999.1')[0]).toBe(0);
    const [status, lines] = verify('--glibc', '2.1');
    expect([status, ...lines]).toEqual(
      musl
        ? [0, expect.stringMatching(/^ok/)]
        : [1, expect.stringMatching(/it needs glibc 2\.\d+, where 2\.1 is/)],
    );
  });

  it.skipIf(!linux)(`fail with one for Linux that is renamed or in the wrong folder${why}`, () => {
    const bytes = readFileSync(addon);
    put(`${here === 'linux-x64' ? 'linux-x64-musl' : 'linux-x64'}/lanestep.node`, bytes);
    const [status, lines] = verify();
    expect([status, lines[0]]).toEqual([1, expect.stringContaining(`it is for ${here}`)]);
    rmSync(folder, { recursive: true });
    bytes.write('x', bytes.indexOf(`\0${registration}\0`) + 1);
    put(`${here}/lanestep.node`, bytes);
    expect(verify()).toEqual([1, [expect.stringContaining('it does not register itself with Node')]]);
  });
});

// The readers in the script's own process, on everything that a file may be cut short to or have for a number.
describe.each([
  ['elf', linux ? readFileSync(addon) : null],
  ['mach-o', macOS()],
  ['pe', windows()],
])('the reader of %s', (name, whole) => {
  it.skipIf(whole === null)(
    `refuses what is cut short or damaged, and neither hangs nor breaks${whole === null ? why : ''}`,
    async () => {
      const module = await import(`../scripts/binaries/${name}.mjs`);
      const read: (bytes: Uint8Array) => { exports: string[] } | null =
        module[name === 'mach-o' ? 'machO' : name];
      const bytes = whole!;
      expect(read(bytes)?.exports).toContain(registration);
      const attempt = (damaged: Uint8Array) => {
        try {
          return read(damaged)?.exports.includes(registration) ?? false;
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return false;
        }
      };
      const step = Math.max(1, Math.floor(bytes.length / 500));
      const needed = bytes.indexOf(registration);
      for (let length = 0; length < needed; length += step)
        expect(attempt(bytes.subarray(0, length))).toBe(false);
      // Headers are at the beginning, and the sections of ELF at the end.
      let refused = 0;
      const places = [...bytes.keys()].filter(at => at < 512 || at > bytes.length - 2048);
      for (const at of places) {
        for (const value of [0, 0x7f, 0xff]) {
          const damaged = Buffer.from(bytes);
          damaged.fill(value, at, Math.min(at + 4, bytes.length));
          if (!attempt(damaged)) refused++;
        }
      }
      expect(refused).toBeGreaterThan(20);
    },
  );
});
