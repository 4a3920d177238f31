// What the compiler and the linker were told to do so that an error in the addon stays an error: read from the binary itself.
// LANESTEP_ADDON names another one, such as a prebuilt of another processor.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));
const addon = process.env.LANESTEP_ADDON ?? join(root, 'build/Release/lanestep.node');
const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
const why = !existsSync(addon)
  ? `there is no ${addon}`
  : readFileSync(addon).readUInt32BE(0) !== 0x7f454c46
    ? 'the addon is not one for Linux'
    : has('readelf')
      ? ''
      : 'there is no readelf (Debian: binutils)';

const output = (tool: string, ...args: string[]): string =>
  execFileSync(tool, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, LC_ALL: 'C' },
  });

const header = why === '' ? output('readelf', '-hW', addon) : '';
const machine = /Machine: +(.*X86-64|AArch64)/.exec(header)?.[1];
const segments = why === '' ? output('readelf', '-lW', addon) : '';
const dynamic = why === '' ? output('readelf', '-dW', addon) : '';

interface Symbol {
  readonly name: string;
  /** `GLIBC_2.34`, or nothing. */
  readonly version: string;
  readonly defined: boolean;
}

const symbols: Symbol[] =
  why === ''
    ? [
        ...output('readelf', '--dyn-syms', '-W', addon).matchAll(
          /^ +\d+: \w+ +\w+ +\w+ +(?:GLOBAL|WEAK|UNIQUE) +\w+ +(?:\[.*\] +)?(\w+) ([^\s@]+)@*(\S*)/gm,
        ),
      ].map(([, section, name, version]) => ({ name: name!, version: version!, defined: section !== 'UND' }))
    : [];

const releases = symbols
  .map(({ version }) => /^GLIBC_(\d+)\.(\d+)/.exec(version))
  .filter(match => match !== null)
  .map(([, major, minor]) => [Number(major), Number(minor)] as const)
  .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
const glibc = releases.at(-1)?.join('.');
const title = why === '' ? (glibc ? ` (needs glibc ${glibc} or newer)` : '') : ` (skipped: ${why})`;

/** All that the addon may ask of others: nothing that opens a file or a socket, or starts a program. */
const imports = [
  /^(napi|node_api)_\w+$/,
  // libstdc++'s classes and operators, its ABI, the unwinder.
  /^_ZN?K?S[ts]\w+$/,
  /^_Z(na|nw|da|dl)\w+$/,
  /^_ZT[IVS](S[ts]|N?St|N10__cxxabi)\w+$/,
  /^_ZN(K?9__gnu_cxx|K?10__cxxabi)\w+$/,
  /^__(cxa|gxx)_\w+$/,
  /^_Unwind_\w+$/,
  // What the compiler's start files look for.
  /^(_ITM_(de)?registerTMCloneTable|__gmon_start__|__tls_get_addr|__getauxval)$/,
  // LANESTEP_DISABLE_ISA (native/dispatch.cc).
  /^getenv$/,
  // Memory, threads, and how a process ends that is no longer to be trusted.
  /^(mem(cpy|move|set|cmp|chr)|bcmp|str(len|cmp|ncmp))$/,
  /^__(mem(cpy|move|set)_chk|stack_chk_(fail|guard))$/,
  /^(malloc|calloc|realloc|free|aligned_alloc|posix_memalign|abort)$/,
  /^(pthread_(mutex|cond|once|self|create|join|detach|key|attr|sigmask|getspecific|setspecific)\w*)$/,
  /^(sched_yield|sysconf|__errno_location|(clock_)?nanosleep|clock_gettime)$/,
];

describe.skipIf(why !== '')(`the addon's binary${title}`, () => {
  it('binds everything when it is loaded, and makes its addresses read-only then', () => {
    expect(segments).toMatch(/^ +GNU_RELRO /m);
    expect(dynamic).toMatch(/\(FLAGS\) +BIND_NOW/);
    expect(dynamic).toMatch(/\(FLAGS_1\) +Flags:.* NOW/);
  });

  it('stays mapped when the worker that loaded it ends', () => {
    expect(dynamic).toMatch(/\(FLAGS_1\) +Flags:.* NODELETE/);
  });

  it('has no memory that can be both written and executed, and no executable stack', () => {
    const flags = [...segments.matchAll(/^ +(LOAD|GNU_STACK|GNU_RELRO) .* ([R ][W ][E ]) 0x\w+$/gm)];
    expect(flags.filter(([, type]) => type === 'LOAD').length).toBeGreaterThanOrEqual(2);
    expect(flags.filter(([, type]) => type === 'GNU_STACK').map(([, , flag]) => flag)).toEqual(['RW ']);
    expect(flags.filter(([, , flag]) => /WE/.test(flag!))).toEqual([]);
    expect(dynamic).not.toContain('TEXTREL');
  });

  it('looks for libraries where the system has them, and for few', () => {
    expect(dynamic).not.toMatch(/\((RPATH|RUNPATH)\)/);
    const needed = [...dynamic.matchAll(/\(NEEDED\) +Shared library: \[(.*)\]/g)].map(([, name]) => name!);
    expect(needed.length).toBeGreaterThan(0);
    const known =
      /^(libstdc\+\+\.so\.6|libgcc_s\.so\.1|lib(c|m|pthread)\.so\.[06]|libc\.musl-\w+\.so\.1|ld-linux-.*)$/;
    expect(needed.filter(name => !known.test(name))).toEqual([]);
  });

  it('exports its registration and nothing else', () => {
    expect(
      symbols
        .filter(({ defined }) => defined)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['napi_register_module_v1', 'node_api_module_get_api_version_v1']);
  });

  it('asks for Node-API, memory, threads and one variable, and for nothing else', () => {
    const wanted = symbols.filter(({ defined }) => !defined).map(({ name }) => name);
    expect(wanted).toContain('napi_create_function');
    expect(wanted.filter(name => !imports.some(known => known.test(name)))).toEqual([]);
  });

  it('notices a frame that was written past its end, and a container that is asked for what it has not', () => {
    expect(symbols.filter(({ defined }) => !defined).map(({ name }) => name)).toContain('__stack_chk_fail');
    // What the assertions of the standard library print, those that the compiler could not see to hold.
    expect(readFileSync(addon, 'latin1')).toMatch(/__n < this->size\(\)|!this->empty\(\)/);
  });

  it.runIf(process.arch === 'x64' && machine !== 'AArch64')(
    'touches every page of a large frame, so that none jumps over the guard page',
    () => {
      const frames = [
        ...output('objdump', '-d', '--no-show-raw-insn', addon).matchAll(/sub +\$0x(\w+),%rsp/g),
      ].map(([, size]) => Number.parseInt(size!, 16));
      expect(frames.length).toBeGreaterThan(0);
      // Above 2^31 it is a negative number: the frame's end.
      expect(frames.filter(size => size > 4096 && size < 2 ** 31)).toEqual([]);
    },
  );

  it.runIf((process.arch === 'arm64') === (machine === 'AArch64'))(
    'marks where a call by address may land',
    () => {
      const text = output('objdump', '-d', '--no-show-raw-insn', addon);
      const landing = machine === 'AArch64' ? /^.*\t(bti|paciasp)\b/gm : /^.*\tendbr64\b/gm;
      expect(text.match(landing)?.length ?? 0).toBeGreaterThan(100);
    },
  );
});
