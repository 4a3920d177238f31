/**
 * What each option refuses, and what it takes. Written by hand and not derived from the ranges of the rules, which it is to
 * check: a new option is found by its name, and one of which nothing is said here fails the test.
 */
import { defaultsOf, optionsOf } from '../../src/rule.js';
import { switchOptions } from '../../src/switch-options.js';
import { type Entry, everyOptimizer } from '../every-optimizer.js';

interface Bounds {
  readonly bad: readonly number[];
  readonly good: readonly number[];
}

const nonNegative: Bounds = {
  bad: [-1, -1e-9, -Number.MIN_VALUE, 1e39],
  good: [0, -0, 1e-3, 1, 7, 3e38],
};
const belowOne: Bounds = { bad: [-1, -1e-9, 1, 1.5], good: [0, 0.5, 1 - 2 ** -53] };
const finite: Bounds = { bad: [1e39, -1e39], good: [-2, -0.5, 0, 1, 3] };
const zeroToOne: Bounds = { bad: [-1, -1e-9, 1 + 2 ** -52, 1.5], good: [0, 0.5, 1] };
const positive: Bounds = { bad: [0, -0, -1, 1e39], good: [1e-3, 1, 7, 3e38] };
// 2^-149 is the least number that float32 has above zero.
const eps: Bounds = { bad: [-1, 1e-46, 1e39], good: [0, -0, 2 ** -149, 1e-39, 1e-8, 1] };

const whole: Bounds = { bad: [-1, 0, -0, 0.5, 1.5, 1e39], good: [1, 2, 10] };

/** By the option's name, after its rule's where one differs from the others. */
export const bounds: Record<string, Bounds | readonly Bounds[]> = {
  lr: nonNegative,
  weightDecay: nonNegative,
  lambd: nonNegative,
  t0: finite,
  lrDecay: nonNegative,
  initialAccumulatorValue: nonNegative,
  initialAccumulator: nonNegative,
  momentumDecay: nonNegative,
  eps,
  rho: zeroToOne,
  'tfjs.rho': belowOne,
  decay: zeroToOne,
  betas: [belowOne, belowOne],
  'adan.betas': [belowOne, belowOne, belowOne],
  'ademamix.betas': [belowOne, belowOne, belowOne],
  nus: [zeroToOne, zeroToOne],
  minBeta1: belowOne,
  'adamod.betas': [belowOne, belowOne, belowOne],
  'pnm.betas': [belowOne, nonNegative],
  'adapnm.betas': [belowOne, belowOne, nonNegative],
  finalLr: nonNegative,
  'adabound.gamma': belowOne,
  'cocob.alpha': nonNegative,
  'mars.gamma': nonNegative,
  'schedule-free-adamw.betas': [{ bad: [-1, 0, 1, 1.5], good: [0.5, 0.9] }, belowOne],
  'schedule-free-radam.betas': [{ bad: [-1, 0, 1, 1.5], good: [0.5, 0.9] }, belowOne],
  hessianPower: zeroToOne,
  'sophia.gamma': nonNegative,
  'sophia.rho': nonNegative,
  'adai.eps': belowOne,
  'adai.dampening': { ...zeroToOne, good: [1] },
  'schedule-free-sgd.momentum': { bad: [-1, 0, 1, 1.5], good: [0.5, 0.9] },
  eta: positive,
  'amos.momentum': { ...belowOne, good: [0] },
  clipValue: positive,
  extraL2: nonNegative,
  cCoef: nonNegative,
  'came.betas': [belowOne, belowOne, belowOne],
  'came.eps': [eps, eps],
  beta3: belowOne,
  clipNorm: positive,
  agc: positive,
  agcEps: nonNegative,
  updateClip: positive,
  maxLr: positive,
  'alig.lr': positive,
  'alig.momentum': { ...nonNegative, good: [0] },
  'alig.eps': nonNegative,
  'sgd.eps': nonNegative,
  scaling: finite,
  fMin: finite,
  lowerBound: finite,
  phiMax: positive,
  alphaWarmup: positive,
  beta1Warmup: positive,
  beta3Warmup: positive,
  d0: positive,
  initStep: positive,
  initEstimSqDist: positive,
  delta: nonNegative,
  wdRatio: nonNegative,
  'muon.momentum': belowOne,
  'noisy-sgd.eta': nonNegative,
  'kate.eta': nonNegative,
  'noisy-sgd.gamma': nonNegative,
  'noisy-sgd.momentum': { ...nonNegative, good: [0] },
  seed: { bad: [-1, 0.5, 2 ** 53, 1e39], good: [0, -0, 1, 2 ** 53 - 1] },
  'normuon.momentum': belowOne,
  beta2: belowOne,
  nsCoefficients: [finite, finite, finite],
  nsSteps: { bad: [-1, 0.5, 100, 1e39], good: [0, -0, 1, 5, 99] },
  adamLr: nonNegative,
  adamBetas: [belowOne, belowOne],
  adamEps: eps,
  adamWeightDecay: nonNegative,
  'sgdp.momentum': belowOne,
  'dadapt-sgd.momentum': belowOne,
  matrixEps: positive,
  preconditioningComputeSteps: whole,
  preconditionFrequency: whole,
  maxPrecondDim: whole,
  shampooBeta: belowOne,
  pBound: positive,
  dCoef: nonNegative,
  growthRate: { bad: [-1, 0, 1 - 2 ** -53, 1e39], good: [1, 1.5, 7] },
  trustCoefficient: nonNegative,
  warmupSteps: nonNegative,
  r: finite,
  weightLrPower: finite,
  dampening: finite,
  gradientScale: finite,
  'rmsprop.alpha': zeroToOne,
  'asgd.alpha': finite,
  'ademamix.alpha': nonNegative,
  'simplified-ademamix.alpha': nonNegative,
  'sgd.momentum': { ...nonNegative, good: [0] },
  'rmsprop.momentum': { ...nonNegative, good: [0] },
  'nesterov.momentum': belowOne,
  'lars.momentum': nonNegative,
  'madgrad.momentum': { bad: [-1, 1, 1.5], good: [0] },
  'lars.eps': nonNegative,
  // TensorFlow.js refuses nothing: a step that ascends, and no epsilon, are its, too.
  'tfjs.lr': finite,
  'tfjs.momentum': finite,
  'tfjs.eps': nonNegative,
  'tfjs.alpha': belowOne,
  'tfjs.decay': nonNegative,
  beta2Decay: { bad: [1e-9, 1, -1e39], good: [-0.8, 0, -0, -2] },
  decayRate: { bad: [1e-9, 1, -1e39], good: [-0.8, 0, -2] },
  d: { bad: [-1, 0, 1 - 2 ** -53, 1e39], good: [1, 1.5, 7] },
  clipThreshold: positive,
  beta1: belowOne,
  'adafactor.eps': [eps, eps],
  beta: belowOne,
  'sm3.momentum': { bad: [-1, 1, 1.5], good: [0] },
  'signsgd.momentum': { ...belowOne, good: [0.5, 1 - 2 ** -53] },
  'qhm.momentum': belowOne,
  nu: finite,
  'optimistic-sgd.alpha': finite,
  'optimistic-sgd.beta': finite,
  'optimistic-adam.alpha': finite,
  'optimistic-adam.beta': finite,
  epsRoot: eps,
  'aggmo.betas': [belowOne, belowOne, belowOne],
  'ftrl.lr': positive,
  'ftrl.beta': nonNegative,
  learningRatePower: { bad: [1e-9, 1, -1 - 2 ** -52, -2], good: [-1, -0.8, -0.5, -0.25, 0, -0] },
  l1RegularizationStrength: nonNegative,
  l2RegularizationStrength: nonNegative,
  l2ShrinkageRegularizationStrength: nonNegative,
  etas: [
    { bad: [-1, 0, 1, 1.5], good: [0.1, 0.99] },
    { bad: [-1, 0, 1, 0.5, 1e39], good: [1.01, 7] },
  ],
  stepSizes: [
    { bad: [-1, 1e39, 51], good: [0, 1e-3] },
    { bad: [-1, 0, 1e39, 1e-7], good: [1, 70] },
  ],
};

/** By the name of an option that is a word: which. */
const choices: Record<string, readonly string[]> = {
  nonFinite: ['propagate', 'skip', 'throw'],
  maskScale: ['mean'],
  marsType: ['adamw', 'lion'],
  lrScale: ['none', 'rms'],
  adjustLrFn: ['original', 'match_rms_adamw'],
  initBy: ['heuristic', 'distance', 'rate'],
  variant: ['sps', 'sps+'],
  exponent: ['paper', 'order'],
};

/** What no option is. */
const noNumbers: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  '0.5',
  null,
  true,
  Object(0.5),
  [0.5],
  1n,
  Symbol('x'),
];
export const noFlags: readonly unknown[] = [
  0,
  1,
  'true',
  '',
  null,
  [true],
  () => true,
  Number.NaN,
  Object(true),
];

/** A wrong value of an option. */
export interface WrongValue {
  readonly value: unknown;
  /** The place that its message names: `betas[1]`. */
  readonly named: string;
  /** Whether it is a number, or a pair of them, each in the place of the option's own: what a schedule could give. */
  readonly given: unknown;
  /** Which half of a pair is wrong. */
  readonly half?: 0 | 1;
}

export interface OptionBounds {
  /** The entry of `bounds` that it is held to. */
  readonly kind: string | null;
  readonly wrong: readonly WrongValue[];
  readonly good: readonly unknown[];
}

const families = ({ rule, tfjs }: Entry, key: string) => [`${tfjs ? 'tfjs' : rule.name}.${key}`, key];

/** What an optimizer's option refuses and takes. */
export function boundsOf(entry: Entry, key: string): OptionBounds {
  const range = optionsOf(entry.rule)[key]!.range;
  if (range.kind === 'flag') {
    return { kind: null, wrong: noFlags.map(value => ({ value, named: key, given: undefined })), good: [] };
  }
  if (range.kind === 'choice') {
    const good = choices[key];
    if (good === undefined) throw new Error(`say in test/bad-input/bounds.ts what ${key} may be`);
    const wrong = ['', 'Skip', 0, true, null, [range.of[0]], () => range.of[0]];
    const values = wrong.map(value => ({ value, named: key, given: undefined }));
    return { kind: null, wrong: values, good };
  }
  const kind = families(entry, key).find(name => name in bounds);
  if (kind === undefined)
    throw new Error(`say in test/bad-input/bounds.ts what ${families(entry, key)[0]} may be`);
  const known = bounds[kind]!;
  if (range.kind === 'number') {
    const { bad, good } = known as Bounds;
    return {
      kind,
      wrong: [
        ...[...noNumbers.filter(value => value !== null || !range.orNull), ...bad].map(value => ({
          value,
          named: key,
          given: value,
        })),
        ...bad.map(value => ({ value: () => value, named: key, given: undefined })),
      ],
      // What stays as constructed is no function of the step.
      good: entry.rule.fixed?.includes(key) ? good : [...good, () => good[0]],
    };
  }
  const pair = defaultsOf(entry.rule)[key] as number[];
  const at = (i: number, value: unknown) => pair.map((other, k) => (k === i ? value : other));
  const { orNull } = range.of;
  const halves = (known as readonly Bounds[]).map(({ bad, good }, i) => ({
    // Of two the first may be null; the second has to be a number then.
    bad: [...noNumbers.filter(value => value !== null || !orNull || i > 0), ...bad],
    good,
  }));
  const shapes = [
    0.9,
    'ab',
    null,
    {},
    [],
    ...(range.least === undefined ? [pair.slice(1)] : []),
    Array.from({ length: range.length + 1 }, () => 0.5),
    Float64Array.from(pair),
    () => pair,
  ];
  return {
    kind,
    wrong: [
      ...shapes.map(value => ({ value, named: key, given: undefined })),
      ...halves.flatMap(({ bad }, i) =>
        // Where the two do not go together, the message names one of them.
        bad.map((value): WrongValue => ({ value: at(i, value), named: key, given: value, half: i as 0 | 1 })),
      ),
    ],
    good: halves.flatMap(({ good }, i) => good.map(value => at(i, value))),
  };
}

/** Every option of every optimizer. The switches are one table, and contradict some rules: what takes all of them stands for the others. */
export const everyOption: readonly {
  readonly entry: Entry;
  readonly key: string;
  readonly of: OptionBounds;
}[] = everyOptimizer.flatMap(entry =>
  Object.keys(optionsOf(entry.rule))
    .filter(key => !(key in switchOptions) || entry.name === 'AdamW')
    .map(key => ({ entry, key, of: boundsOf(entry, key) })),
);
