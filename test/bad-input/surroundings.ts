/** Backends that are not to be had, variables that say what cannot be, threads, and memory that is not there. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { type Addon, NativeBackend } from '../../src/backends/native.js';
import * as lanestep from '../../src/index.js';
import { loadAddon } from '../../src/node/addon.js';
import { shared } from './arrays.js';
import { type Backend, type Case, type Chapter, chapter, type Scene, type Wrong } from './case.js';
import { newGrads, newParams, type Training, tellOf, training } from './scenes.js';

/** Another copy of the package, in which no backend was chosen yet. */
type Copy = typeof lanestep &
  Pick<typeof import('../../src/node/native.js'), 'provideNative'> &
  typeof import('../../src/backends/native.js') &
  typeof import('../../src/node/addon.js');

async function newCopy(entry: 'index' | 'wasm'): Promise<Copy> {
  vi.resetModules();
  const { provideNative } = await import('../../src/node/native.js');
  const native = await import('../../src/backends/native.js');
  const addon = await import('../../src/node/addon.js');
  // Only the entry for Node makes the native backend known.
  const all = entry === 'index' ? await import('../../src/index.js') : await import('../../src/wasm.js');
  return { ...(all as typeof lanestep), ...native, ...addon, provideNative };
}

/** A training that goes on, while a copy of the package is asked for what cannot be had. */
interface Beside extends Training {
  errors: typeof lanestep;
  readonly copy: () => Promise<Copy>;
}

function beside(backend: Backend, entry: 'index' | 'wasm' = 'index'): Beside {
  let copy: Promise<Copy> | null = null;
  const scene: Beside = {
    ...training(backend),
    errors: lanestep,
    copy: async () => {
      copy ??= newCopy(entry);
      scene.errors = await copy;
      return copy;
    },
  };
  return scene;
}

/** With these variables, and without ours otherwise. */
function under<T>(variables: Record<string, string>, work: () => T): T {
  const before = { ...process.env };
  for (const name of Object.keys(process.env)) if (name.startsWith('LANESTEP_')) delete process.env[name];
  Object.assign(process.env, variables);
  try {
    return work();
  } finally {
    for (const name of Object.keys(variables)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

type Ask = (copy: Copy, params: ReturnType<typeof newParams>) => unknown;

/** What a variable is asked for by. */
const asking: Record<string, Ask> = {
  'an optimizer': (copy, params) => new copy.Adam(params),
  'backend()': copy => copy.backend(),
};
const askingNative: Record<string, Ask> = {
  'an optimizer on native': (copy, params) => new copy.Adam(params, { backend: 'native' }),
  "backend('native')": copy => copy.backend('native'),
  'setThreads()': copy => copy.setThreads(2),
};
const askingWasm: Record<string, Ask> = {
  'an optimizer on wasm': (copy, params) => new copy.Adam(params, { backend: 'wasm' }),
  'an average on wasm': (copy, params) => new copy.MovingAverage(params, { backend: 'wasm' }),
  "backend('wasm')": copy => copy.backend('wasm'),
  'setThreads()': copy => copy.setThreads(2),
};

const variable = (
  variables: Record<string, string>,
  ways: Record<string, Ask>,
  ...says: readonly string[]
): Case<Beside>[] =>
  Object.entries(ways).map(([way, ask]) => ({
    title: `${Object.entries(variables)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}, by ${way}`,
    outcome: 'ENVIRONMENT',
    says,
    attempt: scene => async () => {
      const copy = await scene.copy();
      return under(variables, () => ask(copy, scene.params as Wrong));
    },
  }));

const unknownBackends = ['bogus', 'Native', 'WASM', ' wasm', '1', 'js'].flatMap(value =>
  variable(
    { LANESTEP_BACKEND: value },
    asking,
    'Expected auto, native or wasm for LANESTEP_BACKEND',
    `got ${JSON.stringify(value)}`,
  ),
);

const unknownThreads = (ways: Record<string, Ask>) =>
  ['0', 'x', '1e3', '-1', '257', '1.5', '0x2', ' 2', 'Infinity', '000', '2;3', 'banana'].flatMap(value =>
    variable(
      { LANESTEP_NUM_THREADS: value },
      ways,
      'a whole number from 1 to 256 for LANESTEP_NUM_THREADS',
      `got ${JSON.stringify(value)}`,
    ),
  );

const variables: Record<Backend, () => readonly Case<Beside>[]> = {
  native: () => [
    ...unknownBackends,
    ...['bogus', 'AVX2', 'avx', 'simd128', '0'].flatMap(value =>
      variable(
        { LANESTEP_ISA: value },
        { ...asking, ...askingNative },
        'LANESTEP_ISA',
        `got ${JSON.stringify(value)}`,
        ...loadAddon().instructionSets.map(({ name }) => name),
      ),
    ),
    ...unknownThreads({ ...asking, ...askingNative }),
    ...variable(
      { LANESTEP_BACKEND: 'native', LANESTEP_ISA: 'neither' },
      asking,
      'LANESTEP_ISA',
      'got "neither"',
    ),
  ],
  wasm: () => [
    ...unknownBackends,
    ...variable(
      { LANESTEP_BACKEND: 'wasm', LANESTEP_ISA: 'sse2' },
      asking,
      'LANESTEP_ISA',
      'LANESTEP_BACKEND=wasm',
    ),
    // What matters to native alone is looked at all the same: it would be found out on another machine.
    ...variable({ LANESTEP_ISA: 'bogus' }, askingWasm, 'one of avx512', 'LANESTEP_ISA', 'got "bogus"'),
    ...variable({ LANESTEP_BACKEND: 'bogus' }, askingWasm, 'LANESTEP_BACKEND', 'got "bogus"'),
    ...unknownThreads(askingWasm),
  ],
};

/** An error of another copy of the package. */
const beyond = (
  title: string,
  outcome: Case['outcome'],
  says: readonly string[],
  ask: (copy: Copy, scene: Beside) => unknown,
): Case<Beside> => ({
  title,
  outcome,
  says,
  attempt: scene => async () => ask(await scene.copy(), scene),
});

/** Without the engine's WebAssembly, or with another. */
function withWebAssembly<T>(engine: unknown, work: () => T): T {
  const { WebAssembly } = globalThis as Wrong;
  (globalThis as Wrong).WebAssembly = engine;
  try {
    return work();
  } finally {
    (globalThis as Wrong).WebAssembly = WebAssembly;
  }
}

const compiled = (bytes: readonly number[]) =>
  new (globalThis as Wrong).WebAssembly.Module(Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...bytes]));

const onWasm = (copy: Copy, { params }: Beside) => new copy.Adam(params as Wrong, { backend: 'wasm' });

function missing(backend: Backend): Chapter[] {
  if (backend === 'wasm') {
    const { WebAssembly } = globalThis as Wrong;
    return [
      chapter<Beside>({
        title: 'WebAssembly that is not there',
        begin: () => beside(backend),
        cases: [
          beyond('none at all', 'BACKEND', ['no WebAssembly', '--jitless'], (copy, scene) =>
            withWebAssembly(undefined, () => onWasm(copy, scene)),
          ),
          beyond('none at all, asked by backend()', 'BACKEND', ['no WebAssembly'], copy =>
            withWebAssembly(undefined, () => copy.backend('wasm')),
          ),
          beyond('none that compiles', 'BACKEND', ['do not compile here', 'no leave'], (copy, scene) => {
            class Module {
              constructor() {
                throw new Error('no leave');
              }
            }
            return withWebAssembly({ ...WebAssembly, Module }, () => onWasm(copy, scene));
          }),
          beyond(
            "kernels that are not lanestep's",
            'BACKEND',
            ["not lanestep's", 'no decay'],
            (copy, scene) => {
              copy.provideKernels({ float64: compiled([]) });
              return onWasm(copy, scene);
            },
          ),
          ...(
            [
              [null, 'got null'],
              [undefined, 'got undefined'],
              ['float32', 'got "float32"'],
              [{ float32: null }, 'a compiled WebAssembly.Module for float32', 'got null'],
              [
                { float64: 'kernels-f64.wasm' },
                'a compiled WebAssembly.Module for float64',
                'got "kernels-f64',
              ],
              [{ float32: new Uint8Array(8) }, 'for float32', 'got an object'],
              [{ flaot32: compiled([]) }, 'Expected float32 or float64', 'got "flaot32"'],
              [{ default: compiled([]) }, 'got "default"'],
            ] as [unknown, ...string[]][]
          ).map(([modules, ...says], i) =>
            beyond(`modules that are none, ${i}`, 'OPTION', says, copy =>
              copy.provideKernels(modules as Wrong),
            ),
          ),
          beyond(
            'no address for its memory',
            'MEMORY',
            ['No WebAssembly memory', 'no room'],
            (copy, scene) => {
              class Memory {
                constructor() {
                  throw new RangeError('no room');
                }
              }
              // Its classes are no properties that a spread would find.
              const { Module, Instance } = WebAssembly;
              return withWebAssembly({ Module, Instance, Memory }, () => onWasm(copy, scene));
            },
          ),
        ],
      }),
      chapter<Beside>({
        title: 'the native backend from the entry without it',
        begin: () => beside(backend, 'wasm'),
        cases: [
          beyond(
            'by an optimizer',
            'BACKEND',
            ['The native backend was asked for', 'WebAssembly only'],
            (copy, { params }) => new copy.Adam(params as Wrong, { backend: 'native' }),
          ),
          beyond('by backend()', 'BACKEND', ['WebAssembly only'], copy => copy.backend('native')),
          ...(['save', 'load'] as const).map(way =>
            beyond(`a file, by ${way}`, 'FILE', ['a file system', 'serialize()'], (copy, scene) =>
              onWasm(copy, scene)[way]('checkpoint'),
            ),
          ),
        ],
      }),
    ];
  }
  return [
    chapter<Training>({
      title: 'an addon',
      begin: () => training(backend),
      cases: [
        ['that is nowhere', () => ['/nowhere/lanestep.node'], 'no native addon', 'npx lanestep build'],
        ['of no place at all', () => [], 'no native addon'],
        [
          'that is no library',
          (folder: string) => [place(folder, 'lanestep.node', 'this is no library')],
          'did not load',
        ],
        [
          'of which none loads',
          (folder: string) => [
            place(folder, 'lanestep.cjs', 'exports.rowLength = 3;'),
            '/nowhere/lanestep.node',
            place(folder, 'lanestep.node', 'this is no library'),
          ],
          'did not load',
          'of another version',
          '; ',
        ],
        ['that is empty', (folder: string) => [place(folder, 'lanestep.node', '')], 'did not load'],
        ['that is a folder', (folder: string) => [folder], 'did not load'],
        [
          'of another version',
          (folder: string) => [place(folder, 'lanestep.cjs', 'exports.rowLength = 3; exports.maxSlots = 3;')],
          'of another version',
          'npx lanestep build',
        ],
        [
          'that exports nothing',
          (folder: string) => [place(folder, 'lanestep.cjs', '')],
          'of another version',
        ],
        [
          'that throws',
          (folder: string) => [place(folder, 'lanestep.cjs', 'throw new Error("no luck");')],
          'did not load: no luck',
        ],
      ].map((row): Case<Training> => {
        const [title, paths, ...says] = row as [string, (folder: string) => string[], ...string[]];
        return {
          title,
          outcome: 'BACKEND',
          says,
          attempt: () => () => {
            const folder = mkdtempSync(join(tmpdir(), 'lanestep-bad-'));
            try {
              loadAddon(paths(folder));
            } finally {
              rmSync(folder, { recursive: true });
            }
          },
        };
      }),
    }),
    chapter<Training>({
      title: 'an instruction set',
      begin: () => training(backend),
      cases: ['bogus', '', 'AVX2', '__proto__'].map(
        (set): Case<Training> => ({
          title: JSON.stringify(set),
          outcome: 'BACKEND',
          says: ['Expected an instruction set out of', `got ${set}`],
          attempt: () => () => new NativeBackend(loadAddon(), set),
        }),
      ),
    }),
    chapter<Beside>({
      title: 'an addon that is not there',
      begin: () => beside(backend),
      cases: [
        ...Object.entries(askingNative)
          .slice(0, 2)
          .map(([way, ask]) =>
            beyond(
              `asked for by ${way}`,
              'BACKEND',
              ['The native backend was asked for', 'no native addon'],
              (copy, scene) => {
                copy.provideNative(() => {
                  throw new copy.BackendError('ERR_LANESTEP_BACKEND', 'no native addon here');
                });
                return ask(copy, scene.params as Wrong);
              },
            ),
          ),
        beyond(
          'asked for by a variable',
          'BACKEND',
          ['The native backend was asked for', 'no native addon'],
          (copy, scene) => {
            copy.provideNative(() => {
              throw new copy.BackendError('ERR_LANESTEP_BACKEND', 'no native addon here');
            });
            return under({ LANESTEP_BACKEND: 'native' }, () => new copy.Adam(scene.params as Wrong));
          },
        ),
      ],
    }),
    ...failures,
  ];
}

function place(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** An optimizer over an addon that fails, once it is told to. */
interface Failing extends Scene {
  readonly copy: Copy;
  readonly optimizer: Wrong;
  readonly params: { readonly w: Float32Array };
  /** With which words, and after how many steps on another thread. */
  readonly fails: { now: { readonly words: string; after: number } | null };
}

async function failing(className: 'Adam' | 'Nesterov'): Promise<Failing> {
  const copy = await newCopy('index');
  const fails: Failing['fails'] = { now: null };
  const addon = copy.loadAddon();
  const fail = () => {
    const { now } = fails;
    if (now?.after === 0) throw new Error(now.words);
    if (now) now.after--;
  };
  const capricious: Addon = {
    ...addon,
    prepare: (...given) => {
      fail();
      return addon.prepare(...given);
    },
    runAsync: (...given) => {
      fail();
      return addon.runAsync(...given);
    },
  };
  copy.provideNative(() => new copy.NativeBackend(capricious));
  const params = { w: shared(newParams().w) };
  const optimizer: Wrong = new copy[className](params, { backend: 'native', lr: 0.1 });
  const grads = () => ({ w: shared(newGrads().w) });
  const goOn = () => optimizer.stepAsync(className === 'Nesterov' ? grads : grads());
  await goOn();
  return {
    copy,
    optimizer,
    params,
    fails,
    errors: copy,
    arrays: { ...params },
    tell: tellOf(optimizer),
    goOn,
  };
}

/** What an addon may fail with, at any time. */
const failures: Chapter[] = [
  chapter<Failing>({
    title: 'an addon that fails',
    begin: () => failing('Adam'),
    cases: (
      [
        ['for want of memory', 'MEMORY', 'std::bad_alloc', "No memory for the optimizer's state"],
        ['for want of an arena', 'MEMORY', 'Out of memory', "No memory for the optimizer's state"],
        ['for the parameters', 'BACKEND', 'not these', 'The native backend refused the parameters'],
      ] as const
    ).map(
      ([title, outcome, words, says]): Case<Failing> => ({
        title,
        outcome,
        says: [says, words],
        attempt: scene => () => {
          scene.fails.now = { words, after: 0 };
          try {
            return new scene.copy.Adam(scene.params, { backend: 'native' });
          } finally {
            scene.fails.now = null;
          }
        },
      }),
    ),
  }),
  ...(['Adam', 'Nesterov'] as const).map(className =>
    chapter<Failing>({
      title: `an addon without a thread for ${className}`,
      begin: () => failing(className),
      cases: (className === 'Adam' ? [0] : [0, 1]).map(
        (after): Case<Failing> => ({
          title: `in pass ${after + 1}`,
          outcome: 'BACKEND',
          says: ['no thread'],
          attempt: scene => async () => {
            scene.fails.now = { words: 'no thread', after };
            try {
              await scene.goOn();
            } finally {
              scene.fails.now = null;
            }
          },
        }),
      ),
    }),
  ),
];

/** How many threads cannot be had. */
function threads(backend: Backend): Chapter {
  return chapter<Training>({
    title: 'threads',
    begin: () => {
      const scene = training(backend);
      return { ...scene, tell: () => [scene.tell(), lanestep.backend(backend).threads] };
    },
    cases: [
      0,
      -1,
      257,
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      '2',
      null,
      undefined,
      1n,
      [2],
      true,
      {},
      Symbol('2'),
      Object(2),
    ].map(
      (wrong, i): Case<Training> => ({
        title: `${typeof wrong} ${i}: ${String(wrong)}`,
        outcome: 'OPTION',
        says: ['from 1 to 256', 'threads', 'got '],
        attempt: () => () => lanestep.setThreads(wrong as Wrong),
      }),
    ),
  });
}

export const surroundings = (backend: Backend): Chapter[] => [
  threads(backend),
  chapter<Beside>({
    title: 'variables',
    begin: () => beside(backend),
    cases: variables[backend](),
    together: true,
  }),
  ...missing(backend),
];
