import { expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import * as schedules from '../../src/schedules/index.js';

type Factory = (options: unknown) => unknown;
const { GradScaler, ReduceLROnPlateau, ...functions } = schedules;
const factories: Record<string, Factory> = {
  ...(functions as unknown as Record<string, Factory>),
  GradScaler: (options: unknown) => new GradScaler(options as never),
  ReduceLROnPlateau: (options: unknown) => new ReduceLROnPlateau(options as never),
};

/** Of every factory: options that are right, and for every option values that are not. */
const LR = [-1, NaN, Infinity, '0.1', null];
const COUNT = [-1, 1.5, NaN, Infinity, '1', null];
const POSITIVE_COUNT = [0, ...COUNT];
const FACTOR = [-0.1, 1.1, NaN, '1', null];
// A list with nothing in its middle, as `[1, , 2]` is one.
const WITH_HOLE = Object.assign(Array(3), { 0: 1, 2: 2 });
const table: Record<string, { good: object; bad: Record<string, unknown[]> }> = {
  constant: { good: { lr: 1 }, bad: { lr: [undefined, ...LR], factor: FACTOR, totalIters: COUNT } },
  linear: {
    good: { lr: 1 },
    bad: { lr: [undefined, ...LR], startFactor: FACTOR, endFactor: FACTOR, totalIters: COUNT },
  },
  polynomial: { good: { lr: 1 }, bad: { lr: [undefined, ...LR], totalIters: POSITIVE_COUNT, power: LR } },
  exponential: { good: { lr: 1, gamma: 1 }, bad: { lr: [undefined, ...LR], gamma: [undefined, ...LR] } },
  stepDecay: {
    good: { lr: 1, stepSize: 1 },
    bad: { lr: LR, stepSize: [undefined, ...POSITIVE_COUNT], gamma: LR },
  },
  multiStep: {
    good: { lr: 1, milestones: [1] },
    bad: {
      lr: LR,
      milestones: [undefined, 1, [-1], [1.5], [1, NaN], ['1'], Array(1), WITH_HOLE, new Float64Array(1)],
      gamma: LR,
    },
  },
  cosine: { good: { lr: 1, tMax: 1 }, bad: { lr: LR, tMax: [undefined, ...POSITIVE_COUNT], etaMin: LR } },
  cosineWarmRestarts: {
    good: { lr: 1, t0: 1 },
    bad: { lr: LR, t0: [undefined, ...POSITIVE_COUNT], tMult: POSITIVE_COUNT, etaMin: LR },
  },
  cyclic: {
    good: { baseLr: 1, maxLr: 2 },
    bad: {
      baseLr: [undefined, 3, ...LR],
      maxLr: [undefined, 0.5, ...LR],
      stepSizeUp: POSITIVE_COUNT,
      stepSizeDown: POSITIVE_COUNT,
      mode: ['triangle', 1, null],
      gamma: FACTOR,
      scale: [1, null],
      baseMomentum: [1, 0.95, ...FACTOR],
      maxMomentum: [1, 0.1, ...FACTOR],
    },
  },
  oneCycle: {
    good: { maxLr: 1, totalSteps: 10 },
    bad: {
      maxLr: [undefined, ...LR],
      totalSteps: [undefined, ...POSITIVE_COUNT],
      pctStart: FACTOR,
      annealStrategy: ['cosine', null],
      divFactor: [0, 5e-324, ...LR],
      finalDivFactor: [0, 5e-324, ...LR],
      threePhase: ['false', 1, null],
      baseMomentum: [1, ...FACTOR],
      maxMomentum: [1, ...FACTOR],
    },
  },
  swaLR: {
    good: { lr: 1, swaLr: 0.5 },
    bad: {
      lr: [undefined, ...LR],
      swaLr: [undefined, ...LR],
      annealEpochs: COUNT,
      annealStrategy: ['cosine', null],
    },
  },
  lambda: { good: { lr: 1, factor: () => 1 }, bad: { lr: [undefined, ...LR], factor: [undefined, 1, null] } },
  multiplicative: {
    good: { lr: 1, factor: () => 1 },
    bad: { lr: [undefined, ...LR], factor: [undefined, 1, null] },
  },
  warmup: {
    good: { steps: 1, schedule: 1 },
    bad: { steps: [undefined, ...COUNT], startFactor: FACTOR, schedule: [undefined, ...LR] },
  },
  chained: {
    good: { lr: 1, factors: [1] },
    bad: { lr: [undefined, ...LR], factors: [undefined, 1, [], [null], [-1], Array(1), WITH_HOLE] },
  },
  GradScaler: {
    good: { growthFactor: 4 },
    bad: {
      initScale: [0, 2 ** 128, 2 ** -127, ...LR],
      growthFactor: [1, ...LR],
      backoffFactor: [0, 1, ...LR],
      growthInterval: POSITIVE_COUNT,
    },
  },
  ReduceLROnPlateau: {
    good: { lr: 1 },
    bad: {
      lr: [undefined, ...LR],
      mode: ['low', null],
      factor: [1, ...FACTOR],
      patience: COUNT,
      threshold: [1, ...LR],
      thresholdMode: ['relative', null],
      cooldown: COUNT,
      minLr: LR,
      eps: LR,
    },
  },
};

test('the table has every factory', () => {
  expect([...Object.keys(table), 'sequence'].sort()).toEqual(Object.keys(factories).sort());
});

test.each(Object.entries(table))('%s refuses bad options', (name, { good, bad }) => {
  const make = factories[name]!;
  expect(() => make(good)).not.toThrow();
  for (const [key, values] of Object.entries(bad)) {
    for (const value of values) {
      const attempt = () => make({ ...good, [key]: value });
      expect(attempt, `${key}: ${String(value)}`).toThrow(OptionError);
      expect(attempt, `${key}: ${String(value)}`).toThrow(new RegExp(`^Expected .*${key}.*, got `));
    }
  }
  // Only one has a default for everything.
  const nothing = name === 'GradScaler' ? [] : [undefined];
  for (const value of [...nothing, null, 1, [good]]) expect(() => make(value)).toThrow(OptionError);
});

test.each(Object.entries(table))(
  '%s refuses unknown options, and takes undefined for the default',
  (name, { good, bad }) => {
    const make = factories[name]!;
    expect(() => make({ ...good, gama: 1 })).toThrow(OptionError);
    expect(() => make({ ...good, gama: 1 })).toThrow(
      /^Expected no options but .*, got "gama"(; did you mean gamma\?)?$/,
    );
    for (const [key, values] of Object.entries(bad)) {
      if (!(key in good) && !values.includes(undefined)) make({ ...good, [key]: undefined });
    }
  },
);

test('sequence refuses bad pieces', () => {
  const { sequence } = schedules;
  const last = { schedule: 1 };
  for (const pieces of [
    undefined,
    {},
    [],
    [null],
    [{ schedule: 1, steps: 1 }],
    [last, last],
    [{ schedule: null }],
  ]) {
    expect(() => sequence(pieces as never)).toThrow(OptionError);
  }
  for (const steps of [-1, 1.5, NaN, '1']) {
    expect(() => sequence([{ schedule: 1, steps: steps as never }, last])).toThrow(
      /for pieces\[0\]\.steps, got/,
    );
  }
  expect(() => sequence([{ ...last, step: 1 } as never])).toThrow(/got "step"; did you mean steps\?$/);
});

test('messages name the fix', () => {
  const { cosine, cyclic, exponential, oneCycle, polynomial } = schedules;
  expect(() => exponential({ lr: -1, gamma: 1 })).toThrow(
    'Expected a number in [0, Infinity) for lr, got -1',
  );
  expect(() => cosine({ lr: 1, tMax: 0 })).toThrow('Expected an integer of 1 or more for tMax, got 0');
  expect(() => new ReduceLROnPlateau({ lr: 1, factor: 1.5 })).toThrow(
    'Expected a number in [0, 1) for factor, got 1.5',
  );
  expect(() => cyclic({ baseLr: 2, maxLr: 1 })).toThrow('Expected maxLr to be at least baseLr (2), got 1');
  expect(() => oneCycle({ maxLr: 1, totalSteps: 9, annealStrategy: 'cosine' as never })).toThrow(
    'Expected "cos" or "linear" for annealStrategy, got "cosine"',
  );
  expect(() => oneCycle({ maxLr: 1, totalSteps: 9, pctStart: 0.6, threePhase: true })).toThrow(
    'Expected a number in [0, 0.5] for pctStart with threePhase, which uses it twice, got 0.6',
  );
  expect(() => oneCycle({ maxLr: 1, totalSteps: 9, finalDivFactor: 0 })).toThrow(
    'Expected a number in (0, Infinity) for finalDivFactor, got 0',
  );
  expect(() => polynomial({ lr: 1, pwer: 2 } as never)).toThrow(
    'Expected no options but lr, totalIters, power for polynomial, got "pwer"; did you mean power?',
  );
});

test('cyclic refuses scale beside what it replaces', () => {
  const { cyclic } = schedules;
  const options = { baseLr: 0, maxLr: 1, scale: () => 1 };
  // @ts-expect-error mode beside scale
  expect(() => cyclic({ ...options, mode: 'triangular' })).toThrow('Expected no mode beside scale');
  // @ts-expect-error gamma beside scale
  expect(() => cyclic({ ...options, gamma: 0.5 })).toThrow('Expected no gamma beside scale');
});

test('functions of the caller have to return finite numbers', () => {
  const { chained, cyclic, lambda, multiplicative, sequence, warmup } = schedules;
  for (const wrong of [NaN, Infinity, undefined, '1'] as number[]) {
    const made = [
      lambda({ lr: 1, factor: () => wrong }),
      multiplicative({ lr: 1, factor: () => wrong as never }),
      cyclic({ baseLr: 0, maxLr: 1, scale: () => wrong }).lr,
      sequence([{ schedule: () => wrong }]),
      warmup({ steps: 1, schedule: () => wrong }),
      warmup({ steps: 9, schedule: () => wrong }),
      chained({ lr: 1, factors: [() => wrong] }),
    ];
    for (const [i, schedule] of made.entries()) {
      // '1' times a number is a number, so that a running product takes it.
      if (wrong === ('1' as never) && i === 1) continue;
      expect(() => schedule(2), `${i} ${wrong}`).toThrow(/^Expected a finite number from .* at step 2, got /);
    }
  }
});
