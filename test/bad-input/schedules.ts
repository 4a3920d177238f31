/** Schedules and samplers: options that they are not made with, steps that they are not asked for, states that are not theirs. */
import * as sampling from '../../src/sampling/index.js';
import * as schedules from '../../src/schedules/index.js';
import { type Backend, type Case, type Chapter, chapter, raise, type Scene, type Wrong } from './case.js';

/** Options that are good; all that there are is asked of the factory itself, so that a new one is not forgotten. */
const good: Record<string, object> = {
  constant: { lr: 1 },
  linear: { lr: 1 },
  polynomial: { lr: 1 },
  swaLR: { lr: 1, swaLr: 0.5 },
  exponential: { lr: 1, gamma: 0.5 },
  stepDecay: { lr: 1, stepSize: 1 },
  multiStep: { lr: 1, milestones: [1] },
  cosine: { lr: 1, tMax: 7 },
  cosineWarmRestarts: { lr: 1, t0: 7 },
  cyclic: { baseLr: 1, maxLr: 2 },
  oneCycle: { maxLr: 1, totalSteps: 10 },
  lambda: { lr: 1, factor: (t: number) => t },
  multiplicative: { lr: 1, factor: (t: number) => t },
  warmup: { steps: 3, schedule: 1 },
  chained: { lr: 1, factors: [(t: number) => t] },
  GradScaler: {},
  ReduceLROnPlateau: { lr: 1 },
  batch: { size: 5 },
  miniBatch: { size: 5, batchSize: 2 },
  stochastic: { size: 5 },
};

type Factory = (options: unknown) => Wrong;

const { GradScaler, ReduceLROnPlateau, sequence, ...functions } = schedules;
const { Random, hutchinson: _, ...samplers } = sampling;
const factories: Record<string, Factory> = {
  ...(functions as Record<string, Wrong>),
  ...(samplers as Record<string, Wrong>),
  GradScaler: options => new GradScaler(options as Wrong),
  ReduceLROnPlateau: options => new ReduceLROnPlateau(options as Wrong),
};

/** What no option of any factory is. */
const never: readonly [string, unknown][] = [
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['minus infinity', Number.NEGATIVE_INFINITY],
  ['a negative number', -1],
  ['a text', '1'],
  ['an empty text', ''],
  ['null', null],
  ['an object', {}],
  ['a BigInt', 1n],
  ['a symbol', Symbol('lr')],
  ['a list of NaN', [Number.NaN]],
  ['a list of null', [null]],
];

/** The names of a factory's options, out of its own mouth. */
function keysOf(make: Factory, options: object): string[] {
  try {
    make({ ...options, '\0': 1 });
  } catch (error) {
    const [, keys] = /^Expected no options but (.*) for /.exec((error as Error).message) ?? [];
    if (keys !== undefined) return keys.split(', ');
  }
  throw new Error('a factory that takes every option');
}

interface Made extends Scene {
  readonly made: Wrong;
}

/** What a factory made, in the middle of its use. */
function inUse(make: Factory, options: object): Made {
  const made = make(options);
  const of = made.lr !== undefined && typeof made.lr === 'function' ? made.lr : made;
  let t = 0;
  let seen: unknown = null;
  const goOn = () => {
    t++;
    if (typeof of === 'function') seen = [t, of(t), made.momentum?.(t)];
    else if (made.nextBatch) seen = [...made.nextBatch()];
    else if (made.update) made.update({ report: { gradientNorm: t, skipped: null } });
    else made.step(t);
  };
  for (let i = 0; i < 3; i++) goOn();
  const tell = () => [t, seen, made.stateDict?.()];
  return { made, arrays: {}, tell, goOn };
}

const option = (title: string, says: readonly string[], attempt: Case<Made>['attempt']): Case<Made> => ({
  title,
  outcome: 'OPTION',
  says,
  attempt,
});

function made(): Chapter[] {
  return Object.entries(factories).map(([name, make]) => {
    const options = good[name];
    if (options === undefined)
      throw new Error(`say in test/bad-input/schedules.ts what ${name} is made with`);
    const keys = keysOf(make, options);
    return chapter<Made>({
      title: `${name}, made with`,
      begin: () => inUse(make, options),
      together: true,
      cases: [
        ...keys.flatMap(key => [
          ...never.map(([title, value]) =>
            option(`${title} for ${key}`, ['Expected', key], () => () => make({ ...options, [key]: value })),
          ),
          ...(key in options
            ? [option(`no ${key}`, ['Expected', key], () => () => make({ ...options, [key]: undefined }))]
            : []),
        ]),
        ...['LR', 'gama', '__proto__', 'constructor', ''].map(key =>
          option(
            `${JSON.stringify(key)}, which is unknown`,
            [keys.join(', '), name, JSON.stringify(key)],
            () => () => make(Object.defineProperty({ ...options }, key, { value: 1, enumerable: true })),
          ),
        ),
        // Only one has a default for everything.
        ...[...(name === 'GradScaler' ? [] : [undefined]), null, 1, 'lr', true, [options], () => options].map(
          (wrong, i) =>
            option(`no options ${i}`, ['Expected an object of options', name], () => () => make(wrong)),
        ),
      ],
    });
  });
}

/** Steps that no schedule is asked for. */
const noSteps: readonly [string, unknown][] = [
  ['zero', 0],
  ['minus one', -1],
  ['a fraction', 1.5],
  ['NaN', Number.NaN],
  ['infinity', Number.POSITIVE_INFINITY],
  ['2^53', 2 ** 53],
  ['a text', '1'],
  ['nothing', undefined],
  ['null', null],
  ['a BigInt', 1n],
  ['a symbol', Symbol('t')],
];

function asked(): Chapter[] {
  const all: Record<string, Factory> = {
    ...factories,
    sequence: () => sequence([{ schedule: t => t, steps: 2 }, { schedule: 1 }]),
  };
  return Object.entries(all).flatMap(([name, make]) => {
    const options = good[name] ?? {};
    const made = make(options);
    const parts = typeof made === 'function' ? [''] : typeof made.lr === 'function' ? ['lr', 'momentum'] : [];
    return parts.map(part =>
      chapter<Made>({
        title: `${[name, part].filter(Boolean).join('.')}, asked for`,
        begin: () => inUse(make, options),
        together: true,
        // Warm restarts may come between two steps.
        cases: noSteps
          .filter(([, t]) => !(name === 'cosineWarmRestarts' && t === 1.5))
          .map(([title, t]) =>
            option(
              `step ${title}`,
              ['Expected a', 'of 1 or more for the step t'],
              ({ made }) =>
                () =>
                  (part ? made[part] : made)(t),
            ),
          ),
      }),
    );
  });
}

/** The user's functions, within schedules. */
function given(): Chapter[] {
  const { chained, cyclic, lambda, multiplicative, warmup } = schedules;
  const within: Record<string, (give: (t: number) => number) => (t: number) => number> = {
    'the factor of lambda': give => lambda({ lr: 1, factor: give }),
    'the factor of multiplicative': give => multiplicative({ lr: 1, factor: give }),
    'the scale of cyclic': give => cyclic({ baseLr: 0, maxLr: 1, scale: (_, t) => give(t) }).lr,
    'a piece of sequence': give => sequence([{ schedule: give }]),
    'what follows warmup': give => warmup({ steps: 1, schedule: give }),
    'what warmup heads for': give => warmup({ steps: 99, schedule: give }),
    'a factor of chained': give => chained({ lr: 1, factors: [give] }),
  };
  return Object.entries(within).map(([title, make]) => {
    interface Giving extends Scene {
      readonly gives: { now: (() => number) | null };
      readonly ask: () => unknown;
    }
    return chapter<Giving>({
      title,
      begin: () => {
        const gives: Giving['gives'] = { now: null };
        const schedule = make(t => (gives.now ? gives.now() : 1 / t));
        let t = 1;
        let seen: unknown = schedule(t);
        return {
          gives,
          ask: () => schedule(t + 1),
          arrays: {},
          tell: () => [t, seen],
          goOn: () => {
            seen = schedule(++t);
          },
        };
      },
      together: true,
      cases: [
        ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, undefined, {}].map(
          (wrong): Case<Giving> => ({
            title: `gives ${String(wrong)}`,
            outcome: 'OPTION',
            says: ['Expected a finite number from', 'at step'],
            attempt:
              ({ gives, ask }) =>
              () => {
                gives.now = () => wrong as number;
                try {
                  ask();
                } finally {
                  gives.now = null;
                }
              },
          }),
        ),
        {
          title: 'throws',
          outcome: 'mine',
          says: [],
          attempt:
            ({ gives, ask }) =>
            () => {
              gives.now = raise;
              try {
                ask();
              } finally {
                gives.now = null;
              }
            },
        },
      ],
    });
  });
}

/** Options that are good by themselves, and lists of pieces. */
function together(): Chapter {
  const { cyclic, oneCycle } = schedules;
  const last = { schedule: 1 };
  const rows: [string, () => unknown, ...string[]][] = [
    ['a base above the top', () => cyclic({ baseLr: 2, maxLr: 1 }), 'maxLr', 'baseLr (2)'],
    [
      'a base momentum above the top',
      () => cyclic({ baseLr: 1, maxLr: 2, baseMomentum: 0.95 }),
      'maxMomentum',
      'baseMomentum (0.95)',
    ],
    [
      'a mode beside scale',
      () => cyclic({ baseLr: 0, maxLr: 1, scale: () => 1, mode: 'triangular' } as Wrong),
      'mode',
      'scale',
    ],
    [
      'gamma beside scale',
      () => cyclic({ baseLr: 0, maxLr: 1, scale: () => 1, gamma: 0.5 } as Wrong),
      'gamma',
      'scale',
    ],
    [
      'a rise of more than half in three phases',
      () => oneCycle({ maxLr: 1, totalSteps: 9, pctStart: 0.6, threePhase: true }),
      'pctStart',
      'threePhase',
    ],
    [
      'a divisor that leaves nothing finite',
      () => oneCycle({ maxLr: 1, totalSteps: 9, divFactor: 5e-324 }),
      'divFactor',
    ],
    [
      'a batch of more than there are',
      () => sampling.miniBatch({ size: 5, batchSize: 6 }),
      'batchSize',
      'got 6',
    ],
    ['no pieces', () => sequence(undefined as Wrong), 'sequence', 'undefined'],
    ['a record of pieces', () => sequence({} as Wrong), 'sequence', 'an object'],
    ['an empty list of pieces', () => sequence([]), 'sequence', 'an array of 0'],
    ['null for a piece', () => sequence([null as Wrong]), 'pieces[0]', 'null'],
    ['a last piece with steps', () => sequence([{ schedule: 1, steps: 1 }]), 'pieces[0]', 'the last one'],
    ['a piece without steps before the last', () => sequence([last, last]), 'pieces[0].steps', 'undefined'],
    ['a piece of half a step', () => sequence([{ schedule: 1, steps: 1.5 }, last]), 'pieces[0].steps', '1.5'],
    [
      'null for a schedule of a piece',
      () => sequence([{ schedule: null as Wrong }]),
      'pieces[0].schedule',
      'null',
    ],
    ['an unknown option of a piece', () => sequence([{ ...last, step: 1 } as Wrong]), 'pieces[0]', '"step"'],
  ];
  return chapter<Made>({
    title: 'schedules, options that do not go together',
    begin: () => inUse(factories['cyclic']!, good['cyclic']!),
    cases: rows.map(([title, make, ...says]) => option(title, says, () => make)),
  });
}

const state = (title: string, says: readonly string[], attempt: Case<Made>['attempt']): Case<Made> => ({
  title,
  outcome: 'STATE',
  says,
  attempt,
});

const counts: readonly unknown[] = [
  -1,
  1.5,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '1',
  null,
  undefined,
  2 ** 53,
  1n,
];

function plateau(): Chapter {
  const loading =
    (change: (good: Wrong) => unknown): Case<Made>['attempt'] =>
    ({ made }) => {
      const wrong = change(made.stateDict());
      return () => made.loadStateDict(wrong);
    };
  return chapter<Made>({
    title: 'a plateau',
    begin: () => inUse(factories['ReduceLROnPlateau']!, good['ReduceLROnPlateau']!),
    together: true,
    cases: [
      ...['1', null, undefined, {}, 1n, [1], true].map((wrong, i) =>
        option(
          `metric ${i}`,
          ['a number for metric', 'got '],
          ({ made }) =>
            () =>
              made.step(wrong),
        ),
      ),
      ...[null, undefined, 1, '{}'].map((wrong, i) =>
        state(
          `no state ${i}`,
          ['a state of ReduceLROnPlateau', 'got '],
          loading(() => wrong),
        ),
      ),
      ...[Number.NaN, Number.POSITIVE_INFINITY, -1, '1', null, undefined, 1n].map((lr, i) =>
        state(
          `lr ${i}`,
          ['for lr', 'got '],
          loading(good => ({ ...good, lr })),
        ),
      ),
      ...[Number.NaN, Number.POSITIVE_INFINITY, '1', undefined, {}].map((best, i) =>
        state(
          `best ${i}`,
          ['for best', 'got '],
          loading(good => ({ ...good, lr: 0.5, best })),
        ),
      ),
      ...['numBadEpochs', 'cooldownCounter'].flatMap(key =>
        counts.map((value, i) =>
          state(
            `${key} ${i}`,
            [`for ${key}`, 'got '],
            loading(good => ({ ...good, lr: 0.5, [key]: value })),
          ),
        ),
      ),
    ],
  });
}

function sampler(): Chapter {
  const loading =
    (change: (good: Wrong) => unknown): Case<Made>['attempt'] =>
    ({ made }) => {
      const wrong = change(made.stateDict());
      return () => made.loadStateDict(wrong);
    };
  return chapter<Made>({
    title: 'a sampler',
    begin: () => inUse(factories['miniBatch']!, good['miniBatch']!),
    together: true,
    cases: [
      ...counts
        .filter(k => k !== undefined)
        .map((k, i) =>
          option(
            `epoch() ${i}`,
            ['0 or more for k', 'got '],
            ({ made }) =>
              () =>
                made.epoch(k),
          ),
        ),
      ...[null, undefined, 1, '{}'].map((wrong, i) =>
        state(
          `no state ${i}`,
          ['a state of a sampler', 'got '],
          loading(() => wrong),
        ),
      ),
      ...Object.entries({ size: 6, batchSize: 3, order: 'sequential', seed: 7, dropLast: true }).flatMap(
        ([key, other]) =>
          [other, undefined, null].map((value, i) =>
            state(
              `another ${key} ${i}`,
              [`with ${key}`, 'got '],
              loading(good => ({ ...good, epoch: 9, [key]: value })),
            ),
          ),
      ),
      ...['epoch', 'position'].flatMap(key =>
        [...counts, ...(key === 'position' ? [3] : [])].map((value, i) =>
          state(
            `${key} ${i}`,
            [`for ${key}`, 'got '],
            loading(good => ({ ...good, epoch: 9, [key]: value })),
          ),
        ),
      ),
    ],
  });
}

interface Drawn extends Scene {
  readonly random: Wrong;
}

function random(): Chapter {
  const words: readonly unknown[] = [
    null,
    undefined,
    1,
    [],
    [1, 2, 3],
    [1, 2, 3, 4, 5],
    [1, 2, 3, -1],
    [1, 2, 3, 1.5],
    [1, 2, 3, 2 ** 32],
    [1, 2, 3, '4'],
    [1, 2, 3, Number.NaN],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is wrong here
    [1, 2, , 4],
    Uint32Array.of(1, 2, 3, 4),
    { 0: 1, 1: 2, 2: 3, 3: 4, length: 4 },
    [0, 0, 0, 0],
  ];
  return chapter<Drawn>({
    title: 'random numbers',
    begin: () => {
      const random = new Random(7);
      return { random, arrays: {}, tell: () => random.state, goOn: () => random.next() };
    },
    together: true,
    cases: [
      ...counts.flatMap((wrong, i): Case<Drawn>[] => [
        {
          title: `seed ${i}`,
          outcome: 'OPTION',
          says: ['for seed', 'got '],
          attempt: () => () => new Random(wrong as Wrong),
        },
        ...(wrong === undefined
          ? []
          : [
              {
                title: `stream ${i}`,
                outcome: 'OPTION' as const,
                says: ['for stream', 'got '],
                attempt: () => () => new Random(1, wrong as Wrong),
              },
            ]),
      ]),
      ...[0, 2 ** 32 + 1, ...counts].map(
        (n, i): Case<Drawn> => ({
          title: `an integer below ${i}`,
          outcome: 'OPTION',
          says: ['for n', 'got '],
          attempt:
            ({ random }) =>
            () =>
              random.integer(n),
        }),
      ),
      ...[null, undefined, [1, 2], new Int32Array(2), new Uint8Array(2), 'ab', { length: 2 }].map(
        (array, i): Case<Drawn> => ({
          title: `what cannot be shuffled ${i}`,
          outcome: 'OPTION',
          says: ['a Uint32Array', 'for array', 'got '],
          attempt:
            ({ random }) =>
            () =>
              random.shuffle(array),
        }),
      ),
      ...words.map(
        (state, i): Case<Drawn> => ({
          title: `state ${i}`,
          outcome: 'STATE',
          says: ['Expected four integers', 'for state'],
          attempt:
            ({ random }) =>
            () => {
              random.state = state;
            },
        }),
      ),
    ],
  });
}

/** The same on every backend, for they know of none; they are looked at with WebAssembly, which is always there. */
export const schedulesAndSamplers = (backend: Backend): Chapter[] =>
  backend === 'native' ? [] : [...made(), ...asked(), ...given(), together(), plateau(), sampler(), random()];
