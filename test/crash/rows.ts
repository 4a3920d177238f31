// What takes processes with native code down, a program for each, and how it must end instead.
import { execFileSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { node, type Program } from './child.js';

/** How many times a row is run, or what it does is done, if it is the chance that brings the crash; scripts/crash.sh sets it. */
const times = Number(process.env.LANESTEP_CRASH_TIMES || 1);
// Where each time takes long.
const few = Math.ceil(times / 10);

/** The version of the Node whose crashes are looked for. */
export const version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
const major = Number.parseInt(version, 10);

export interface Row extends Program {
  readonly name: string;
  /** How often it is run; once where it is not given. */
  readonly times?: number;
  /** Why it cannot be had here; null where it can. */
  readonly absent?: () => string | null;
}

const linux = (): string | null => (process.platform === 'linux' ? null : 'it is written for Linux');

// Limits of threads do not bind root, so a row that needs them is run by nobody, who must be able to read what is run.
const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
const isRoot = process.getuid?.() === 0;

function noNobody(): string | null {
  if (linux() !== null || !isRoot) return linux();
  try {
    execFileSync(
      nobody[0]!,
      [...nobody.slice(1), node, '--check', fileURLToPath(new URL('limits.mjs', import.meta.url))],
      {
        stdio: 'pipe',
      },
    );
    return null;
  } catch (error) {
    return `root has no limits, and nobody cannot run it: ${(error as Error).message.split('\n')[0]}`;
  }
}

const permission = major >= 22 ? '--permission' : '--experimental-permission';
const refusedAddon = 'auto: right on wasm: the native addon did not load: .*';
const asked = 'native: BackendError ERR_LANESTEP_BACKEND The native backend was asked for: .*';
const onWasm = new RegExp(`^${refusedAddon}\n${asked}\nwasm: right on wasm: WebAssembly was asked for$`, 'm');
const onNative =
  /^auto: right on native: no reason\nnative: right on native: no reason\nwasm: right on wasm: .*$/m;
const warned = /LanestepWarning: running on WebAssembly: /;
const warnedOfNothing = /^((?!LANESTEP)[\s\S])*$/;

const storm = (name: string, work: string, count: number): Row => ({
  name,
  run: ['storm.mjs', work, count * times],
  says: new RegExp(`^terminated ${count * times} at work, \\d+ loading$`, 'm'),
});

const inFlight = 'leaving-in-flight.mjs';

const leaving = (name: string, how: string, code: number, file = 'leaving.mjs'): Row => ({
  name,
  run: [file, how],
  times: few,
  code,
  says: new RegExp(`^leaving by ${how}$`, 'm'),
  ...(code === 1 && { complains: /^Error: mine$/m }),
});

const dropped = (backend: string, step: string, count: number): Row => ({
  name: `optimizers are dropped after one ${step}, without dispose(), on ${backend}`,
  run: ['dropped.mjs', backend, step, count],
  flags: ['--expose-gc'],
  says: new RegExp(`^${count} dropped$`, 'm'),
});

const floating = (state: string, when: string): Row => ({
  name: `a library sets the floating-point state (${state}) ${when === 'before' ? 'after' : 'before'} threads are started`,
  run: ['floating.mjs', state, when],
  says: /^the same bits, the same state$/m,
  complains:
    /^((?!LanestepWarning)[\s\S])*LanestepWarning: this thread (takes denormal|does not round)((?!LanestepWarning)[\s\S])*$/,
  absent: linux,
});

// Of glibc: what is freed is gone from the process at once, so that whoever still uses it crashes, whatever its size was.
const unmapping = { MALLOC_MMAP_THRESHOLD_: '65536' };

export const rows: readonly Row[] = [
  storm('workers are terminated while they step', 'steps', 2),
  storm('workers are terminated while their calls throw, in TypeScript and in the addon', 'throws', 5),
  storm('workers are terminated while they make, read, move and drop optimizers', 'builds', 1),
  storm('workers are terminated while the addon reads long lists', 'lists', 2),
  {
    name: 'one worker after the other is the only one to load the addon, and ends right after a step of many threads',
    run: ['alone.mjs', 'some-steps', 2 * times + 2],
    says: new RegExp(`^${2 * times + 2} workers came and went$`, 'm'),
  },
  {
    name: 'the main thread and four workers load the addon at once',
    run: ['together.mjs'],
    times: few,
    says: /^1 digest of 5 threads$/m,
  },
  {
    name: 'one of two workers that share the threads is terminated',
    run: ['beside.mjs', few],
    says: new RegExp(`^${few} survivors with the same bits$`, 'm'),
  },
  {
    name: "workers run out of their engine's memory while they step",
    run: ['worker-full.mjs', few],
    says: new RegExp(`^${few} ran out of memory$`, 'm'),
  },
  leaving('process.exit while threads are at work', 'exit', 7),
  leaving('the end of the event loop while threads are at work', 'exitCode', 7),
  leaving('an uncaught error while threads are at work', 'throw', 1),
  leaving('an unhandled rejection while threads are at work', 'reject', 1),
  { name: 'nothing special', run: ['launch.mjs'], says: onNative },
  { name: '--no-addons', run: ['launch.mjs'], flags: ['--no-addons'], says: onWasm, complains: warned },
  {
    name: 'the permission model without addons',
    run: ['launch.mjs'],
    flags: [permission, '--allow-fs-read=*'],
    says: onWasm,
    complains: warned,
  },
  {
    name: 'the permission model with addons',
    run: ['launch.mjs'],
    flags: [permission, '--allow-fs-read=*', '--allow-addons'],
    says: onNative,
    complains: warnedOfNothing,
  },
  {
    name: 'the permission model, and saving',
    run: ['saving.mjs'],
    flags: [permission, '--allow-fs-read=*', '--allow-fs-write=*'],
    says: /^saved 3 times, 640$/m,
    complains: warnedOfNothing,
  },
  {
    name: '--jitless: native runs, WebAssembly says what is missing',
    run: ['launch.mjs'],
    flags: ['--jitless'],
    says: /^auto: right on native.*\nnative: right on native.*\nwasm: BackendError ERR_LANESTEP_BACKEND .*--jitless/m,
    complains: /^(Warning: disabling flag --expose_wasm due to conflicting flags)?$/,
  },
  {
    name: 'the system has no more threads, by their number',
    run: ['no-threads.mjs', 'nproc'],
    under: isRoot ? nobody : [],
    says: /^no thread more, the same bits$/m,
    absent: noNobody,
  },
  {
    name: 'the system has no more threads, for want of addresses',
    run: ['no-threads.mjs', 'as'],
    says: /^no thread more, the same bits$/m,
    absent: linux,
  },
  ...['native', 'wasm'].flatMap((backend): Row[] => [
    {
      name: `the system has no memory for an optimizer's state, on ${backend}`,
      run: ['no-memory.mjs', backend],
      says: /^50 refused, all went on$/m,
      absent: linux,
    },
    {
      name: `optimizers are dropped in a loop that never gives way, on ${backend}`,
      run: ['no-turn.mjs', backend],
      says: /^all came back$/m,
    },
  ]),
  {
    name: "the system has no memory for the addon's own lists",
    run: ['no-lists.mjs'],
    flags: ['--expose-gc'],
    says: /^refused, all went on$/m,
    absent: linux,
  },
  {
    name: 'no addresses are left for a WebAssembly memory',
    run: ['no-addresses.mjs'],
    says: /^refused, native goes on$/m,
    absent: linux,
  },
  dropped('native', 'step', 1700 * times),
  dropped('wasm', 'step', 1700 * times),
  dropped('native', 'stepAsync', 900 * few),
  {
    name: 'everything is collected at every step',
    run: ['collected.mjs'],
    flags: ['--expose-gc'],
    env: unmapping,
    times: few,
    says: /^collected, the same bits$/m,
  },
  {
    name: 'the engine collects garbage after every few allocations',
    run: ['collected.mjs'],
    flags: ['--expose-gc', '--gc-interval=200'],
    says: /^collected, the same bits$/m,
  },
  { name: "the processor's rounding", run: ['rounding.mjs'], says: /^unchanged$/m },
  floating('flush', 'before'),
  floating('flush', 'after'),
  floating('up', 'before'),
  floating('zero', 'after'),
  {
    name: 'a worker writes into shared memory during steps',
    run: ['written-meanwhile.mjs', 'step', 30 * times],
    says: /^both wrote$/m,
  },
  storm('workers are terminated with steps in flight', 'flies', 4),
  {
    name: 'one worker after the other is the only one to load the addon, and ends with steps in flight',
    run: ['alone.mjs', 'some-flights', 2 * times + 2],
    says: new RegExp(`^${2 * times + 2} workers came and went$`, 'm'),
  },
  leaving('process.exit with steps in flight', 'exit', 7, inFlight),
  leaving('an uncaught error with steps in flight', 'throw', 1, inFlight),
  leaving('an unhandled rejection with steps in flight', 'reject', 1, inFlight),
  leaving('the end of the event loop with steps in flight', 'of itself', 0, inFlight),
  {
    name: 'more steps are in flight than there are threads',
    run: ['many-in-flight.mjs', times],
    says: new RegExp(`^${times} rounds of 24$`, 'm'),
  },
  {
    name: 'all that a step in flight works on is unreachable, and collected',
    run: ['collected-in-flight.mjs', 2 * few],
    flags: ['--expose-gc'],
    env: unmapping,
    says: new RegExp(`^${4 * few} landed$`, 'm'),
  },
  {
    name: 'memory is to be taken from under a step in flight',
    run: ['taken.mjs'],
    times: few,
    says: major >= 24 ? /^nothing was taken, ordinary memory too$/m : /^nothing was taken, .* was refused$/m,
  },
  {
    name: 'a worker writes into shared memory while steps are in flight',
    run: ['written-meanwhile.mjs', 'stepAsync', 30 * times],
    says: /^both wrote$/m,
  },
];

/** The file of an addon that is not ours, or null where there is none. */
export function foreignAddon(): string | null {
  const known = [
    'build/Release/roof.node',
    'node_modules/@rolldown/binding-linux-x64-gnu/rolldown-binding.linux-x64-gnu.node',
  ];
  for (const file of known) {
    const path = fileURLToPath(new URL(`../../${file}`, import.meta.url));
    try {
      accessSync(path, constants.R_OK);
      return path;
    } catch {}
  }
  return null;
}
