/** What PyTorch takes as an option and what it refuses, as its constructors say (1.13), and where we differ. */
import { expect, test } from 'vitest';
import * as lanestep from '../../src/index.js';
import { stepOptions } from '../../src/step-options.js';

const inf = Number.POSITIVE_INFINITY;

// By option: what both take, what both refuse, and what PyTorch takes without a look and we refuse, as the doc comments say.
type Row = readonly [both: readonly unknown[], neither: readonly unknown[], unchecked?: readonly unknown[]];
const nonNegative: Row = [[0, 1e-3, 7], [-1], [inf]];
const betas: Row = [
  [
    [0, 0],
    [0.5, 0.999],
  ],
  [
    [1, 0.9],
    [0.9, 1],
    [-0.1, 0.9],
  ],
];
const eps: Row = [[0, 1e-45, 1e-8, 1], [-1], [1e-50]];
const shared = { lr: nonNegative, weightDecay: nonNegative };
const adaptive = { ...shared, betas, eps };

const table: Record<string, Record<string, Row>> = {
  SGD: { ...shared, momentum: [[0, 1, 2], [-1]], dampening: [[2, -1, 0], []] },
  Adam: adaptive,
  AdamW: adaptive,
  Adamax: adaptive,
  NAdam: { ...adaptive, momentumDecay: nonNegative },
  RAdam: adaptive,
  Adagrad: { ...shared, eps, lrDecay: nonNegative, initialAccumulatorValue: nonNegative },
  Adadelta: {
    ...shared,
    eps,
    rho: [
      [0, 0.5, 1],
      [1.1, -1],
    ],
  },
  // Above 1 the average would be negative.
  RMSprop: { ...shared, eps, alpha: [[0, 0.99, 1], [-1], [2]], momentum: [[0, 1, 2], [-1]] },
  Rprop: {
    lr: nonNegative,
    etas: [
      [[0.5, 2]],
      [
        [0, 1.2],
        [1, 1.2],
        [0.5, 1],
      ],
    ],
    stepSizes: [
      [
        [0, 50],
        [0, 0],
      ],
      [],
      [
        [-1, 50],
        [2, 1],
      ],
    ],
  },
  ASGD: { ...shared, lambd: [[0, 0.1], [], [-1]], alpha: [[0, 1, 2, -1], []], t0: [[0, 1e6, -1], []] },
};

test('every optimizer has a row, and every number of it', () => {
  for (const [name, rows] of Object.entries(table)) {
    const { groups } = new (lanestep as never as Record<string, new (p: unknown) => { groups: object[] }>)[
      name
    ]!([new Float32Array(1)]);
    const numbers = Object.entries(groups[0]!).filter(
      ([key, value]) => !['names', ...Object.keys(stepOptions)].includes(key) && typeof value !== 'boolean',
    );
    expect(numbers.map(([key]) => key).sort(), name).toEqual(Object.keys(rows).sort());
  }
});

// What PyTorch begins with.
const moments = { betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 };
const step = { maximize: false, gradientScale: 1, clipNorm: null, nonFinite: 'propagate' };
test.each([
  [
    'SGD',
    { lr: 1e-3, momentum: 0, dampening: 0, weightDecay: 0, nesterov: false, decoupledWeightDecay: false },
  ],
  ['Adam', { ...moments, lr: 1e-3, amsgrad: false, decoupledWeightDecay: false }],
  ['AdamW', { ...moments, lr: 1e-3, amsgrad: false, weightDecay: 1e-2 }],
  ['Adamax', { ...moments, lr: 2e-3, decoupledWeightDecay: false }],
  ['NAdam', { ...moments, lr: 2e-3, momentumDecay: 4e-3, decoupledWeightDecay: false }],
  ['RAdam', { ...moments, lr: 1e-3, decoupledWeightDecay: false }],
  [
    'Adagrad',
    {
      lr: 1e-2,
      lrDecay: 0,
      weightDecay: 0,
      initialAccumulatorValue: 0,
      eps: 1e-10,
      decoupledWeightDecay: false,
    },
  ],
  ['Adadelta', { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0 }],
  [
    'RMSprop',
    {
      lr: 1e-2,
      alpha: 0.99,
      eps: 1e-8,
      weightDecay: 0,
      momentum: 0,
      centered: false,
      decoupledWeightDecay: false,
    },
  ],
  ['Rprop', { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50] }],
  ['ASGD', { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0 }],
  // And the authors of the others.
  ['LAMB', { ...moments, lr: 1e-3, eps: 1e-6, biasCorrection: true, phiMax: null }],
  [
    'LARS',
    {
      lr: 0.1,
      momentum: 0.9,
      weightDecay: 5e-4,
      trustCoefficient: 1e-3,
      eps: 0,
      nesterov: false,
      decayInNorm: false,
    },
  ],
  [
    'Muon',
    {
      lr: 1e-3,
      weightDecay: 0.1,
      momentum: 0.95,
      nesterov: true,
      nsCoefficients: [3.4445, -4.775, 2.0315],
      eps: 1e-7,
      nsSteps: 5,
      adjustLrFn: 'original',
      useMuon: true,
      adamLr: null,
      adamBetas: [0.9, 0.999],
      adamEps: 1e-8,
      adamWeightDecay: 0,
    },
  ],
  ['NoisySGD', { lr: 1e-3, eta: 0.01, gamma: 0.55, seed: 0, momentum: 0, nesterov: false, weightDecay: 0 }],
  [
    'NorMuon',
    {
      lr: 0.02,
      weightDecay: 0,
      momentum: 0.95,
      beta2: 0.95,
      nesterov: true,
      nsCoefficients: [3.4445, -4.775, 2.0315],
      eps: 1e-7,
      nsSteps: 5,
      adjustLrFn: 'original',
      useMuon: true,
      adamLr: 3e-4,
      adamBetas: [0.9, 0.95],
      adamEps: 1e-10,
      adamWeightDecay: 0,
    },
  ],
  ['NovoGrad', { lr: 1e-2, betas: [0.95, 0.98], eps: 1e-8, weightDecay: 0, gradAveraging: false }],
  [
    'Prodigy',
    {
      ...moments,
      lr: 1,
      beta3: null,
      d0: 1e-6,
      dCoef: 1,
      growthRate: null,
      useBiasCorrection: false,
      safeguardWarmup: false,
    },
  ],
  ['Adan', { lr: 1e-3, betas: [0.98, 0.92, 0.99], eps: 1e-8, weightDecay: 0, noProx: false }],
  [
    'AdaBound',
    {
      ...moments,
      lr: 1e-3,
      finalLr: 0.1,
      gamma: 1e-3,
      amsbound: false,
      weightDecouple: false,
      fixedDecay: false,
    },
  ],
  ['AdaMod', { ...moments, lr: 1e-3, betas: [0.9, 0.999, 0.999], weightDecouple: true }],
  ['PNM', { lr: 1e-3, betas: [0.9, 1], weightDecay: 0, weightDecouple: true }],
  ['AdaPNM', { ...moments, lr: 1e-3, betas: [0.9, 0.999, 1], amsgrad: true, decoupled: true }],
  ['COCOB', { lr: 1, alpha: 100, eps: 1e-8, weightDecay: 0 }],
  ['KATE', { lr: 1e-3, eta: 0.9, eps: 1e-8, weightDecay: 0, weightDecouple: false }],
  ['DiffGrad', { ...moments, lr: 1e-3 }],
  ['MADGRAD', { lr: 1e-2, momentum: 0.9, weightDecay: 0, weightDecouple: false, eps: 1e-6 }],
  ['MARS', { ...moments, marsType: 'adamw', lr: 3e-3, betas: [0.95, 0.99], gamma: 0.025, amsgrad: false }],
  ['Adafactor', { lr: 1e-2, beta2Decay: -0.8, eps: [null, 1e-3], d: 1, weightDecay: 0 }],
  [
    'AdafactorPaper',
    {
      lr: null,
      eps: [1e-30, 1e-3],
      clipThreshold: 1,
      decayRate: -0.8,
      beta1: null,
      weightDecay: 0,
      scaleParameter: true,
      relativeStep: true,
      warmupInit: false,
    },
  ],
  [
    'AdaBelief',
    {
      ...moments,
      lr: 1e-3,
      eps: 1e-16,
      weightDecouple: true,
      fixedDecay: false,
      rectify: true,
      amsgrad: false,
    },
  ],
  ['Yogi', { ...moments, lr: 1e-2, eps: 1e-3, initialAccumulator: 1e-6, weightDecouple: true }],
  ['LaProp', { ...moments, lr: 4e-4, eps: 1e-15, amsgrad: false, centered: false, fixedDecay: true }],
  [
    'AdEMAMix',
    { ...moments, lr: 1e-3, betas: [0.9, 0.999, 0.9999], alpha: 2, alphaWarmup: null, beta3Warmup: null },
  ],
  [
    'SimplifiedAdEMAMix',
    { ...moments, lr: 1e-3, betas: [0.99, 0.95], alpha: 0, beta1Warmup: null, minBeta1: 0.9 },
  ],
  ['ADOPT', { ...moments, lr: 1e-3, betas: [0.9, 0.9999], eps: 1e-6, clip: true, decouple: false }],
  ['QHAdam', { ...moments, lr: 1e-3, nus: [1, 1], weightDecouple: false }],
  [
    'ACProp',
    {
      ...moments,
      lr: 1e-3,
      eps: 1e-16,
      weightDecouple: true,
      fixedDecay: false,
      rectify: true,
      momentumUpdate: false,
    },
  ],
  ['SignSGD', { lr: 1e-2, momentum: 0.9, weightDecay: 0 }],
  ['QHM', { lr: 1, momentum: 0.999, nu: 0.7, weightDecay: 0, weightDecouple: false }],
  ['OptimisticSGD', { lr: 1e-3, alpha: 1, beta: 1 }],
  [
    'OptimisticAdam',
    { lr: 1e-3, alpha: 1, beta: 1, betas: [0.9, 0.999], eps: 1e-8, epsRoot: 0, nesterov: true },
  ],
  ['Grams', { ...moments, lr: 1e-3, eps: 1e-6, correctBias: true }],
  ['AggMo', { lr: 1e-3, betas: [0, 0.9, 0.99], weightDecay: 0, weightDecouple: false }],
  ['Tiger', { lr: 1e-3, beta: 0.965, weightDecay: 0.01, weightDecouple: true, lrScale: 'none' }],
  [
    'Ftrl',
    {
      lr: 1e-3,
      learningRatePower: -0.5,
      initialAccumulatorValue: 0.1,
      l1RegularizationStrength: 0,
      l2RegularizationStrength: 0,
      l2ShrinkageRegularizationStrength: 0,
      beta: 0,
    },
  ],
  ['SM3', { lr: 0.1, momentum: 0, beta: 0, eps: 1e-30 }],
  ['DoG', { lr: 1, initBy: 'heuristic', initStep: 1e-6, eps: 1e-8, weightDecay: 0 }],
  ['LDoG', { lr: 1, initBy: 'heuristic', initStep: 1e-6, eps: 1e-8, weightDecay: 0 }],
  ['DoWG', { lr: 1, initEstimSqDist: null, eps: 1e-4, weightDecay: 0 }],
  ['StableAdamW', { lr: 1e-3, betas: [0.9, 0.99], eps: 1e-8, weightDecay: 1e-2 }],
  ['Fromage', { lr: 1e-2, pBound: null }],
  ['AdamP', { ...moments, lr: 1e-3, delta: 0.1, wdRatio: 0.1, nesterov: false }],
  [
    'SGDP',
    {
      lr: 0.1,
      momentum: 0,
      dampening: 0,
      weightDecay: 0,
      nesterov: false,
      eps: 1e-8,
      delta: 0.1,
      wdRatio: 0.1,
    },
  ],
  [
    'DAdaptAdam',
    { ...moments, lr: 1, decouple: false, useBiasCorrection: false, d0: 1e-6, growthRate: null },
  ],
  ['DAdaptSGD', { lr: 1, momentum: 0, weightDecay: 0, d0: 1e-6, growthRate: null }],
  ['AdaHessian', { ...moments, lr: 0.15, hessianPower: 1, eps: 1e-4, weightDecouple: true }],
  ['Sophia', { lr: 1e-4, betas: [0.965, 0.99], gamma: 0.01, eps: 1e-12, rho: 1, weightDecay: 0.1 }],
  ['Adai', { lr: 1e-3, betas: [0.1, 0.99], eps: 1e-3, weightDecay: 0, weightDecouple: false, dampening: 1 }],
  ['ScheduleFreeRAdam', { ...moments, lr: 2.5e-3, r: 0, weightLrPower: 2, silentSgdPhase: true }],
  ['ScheduleFreeSGD', { lr: 1, momentum: 0.9, weightDecay: 0, warmupSteps: 0, r: 0, weightLrPower: 2 }],
  ['CAME', { lr: 2e-4, betas: [0.9, 0.999, 0.9999], eps: [1e-30, 1e-16], clipThreshold: 1, weightDecay: 0 }],
  ['AdamMini', { ...moments, lr: 1e-3 }],
  [
    'Shampoo',
    {
      lr: 0.1,
      weightDecay: 0,
      decoupledWeightDecay: false,
      matrixEps: 1e-4,
      preconditioningComputeSteps: 1,
      exponent: 'paper',
      maxPrecondDim: 1024,
    },
  ],
  [
    'SOAP',
    {
      lr: 3e-3,
      betas: [0.95, 0.95],
      shampooBeta: null,
      eps: 1e-8,
      weightDecay: 0.01,
      preconditionFrequency: 10,
      normalizeGrads: false,
      correctBias: true,
      maxPrecondDim: 10_000,
    },
  ],
  [
    'Amos',
    {
      lr: 1e-3,
      eta: null,
      beta: 0.999,
      momentum: 0,
      clipValue: null,
      extraL2: 0,
      dCoef: 0.25,
      cCoef: 0.25,
      eps: 2 ** -125,
    },
  ],
  ['ScheduleFreeAdamW', { ...moments, lr: 2.5e-3, warmupSteps: 0, r: 0, weightLrPower: 2 }],
])('the defaults of %s', (name, defaults) => {
  const { groups } = new (lanestep as never as Record<string, typeof lanestep.Adam>)[name]!([
    new Float32Array(1),
  ]);
  expect(groups[0]).toMatchObject({ ...defaults, ...step });
});

test.each(Object.entries(table))('%s takes what PyTorch takes, and steps with it', (name, rows) => {
  const Class = (lanestep as never as Record<string, new (p: unknown, o: object) => lanestep.Adam>)[name]!;
  for (const [key, [both, neither, unchecked = []]] of Object.entries(rows)) {
    const make = (value: unknown) => {
      const p = Float32Array.of(1);
      const optimizer = new Class([p], { lr: 0.125, [key]: value });
      optimizer.step([Float32Array.of(0.5)] as never);
      optimizer.dispose();
      return p[0]!;
    };
    for (const value of both) expect(make(value), `${key}: ${value}`).not.toBeNaN();
    for (const value of [...neither, ...unchecked])
      expect(() => make(value), `${key}: ${value}`).toThrow(lanestep.OptionError);
  }
});

// What PyTorch's schedulers give for the first steps, from a rate of 1; and where it fails or means something else, what we do.
const { multiStep, sequence, constant, linear, polynomial, oneCycle, exponential, cosineWarmRestarts } =
  lanestep;
const first = (schedule: lanestep.Schedule) => [1, 2, 3, 4, 5].map(schedule);
test.each([
  ['milestones of 0', multiStep({ lr: 1, milestones: [0, 2] }), [0.1, 0.1, 0.01, 0.01, 0.01]],
  [
    'a piece of no steps',
    sequence([
      { schedule: constant({ lr: 1, factor: 0.5, totalIters: 3 }), steps: 0 },
      { schedule: exponential({ lr: 0.5, gamma: 0.9 }) },
    ]),
    [0.5, 0.45, 0.405, 0.3645, 0.32805],
  ],
  ['a cycle that only rises', oneCycle({ maxLr: 1, totalSteps: 3, pctStart: 1 }).lr, [0.04, 0.52, 1, 1, 1]],
  // PyTorch, which multiplies step by step, keeps the factor for ever.
  ['a constant of no steps', constant({ lr: 1, factor: 0.5, totalIters: 0 }), [1, 1, 1, 1, 1]],
  ['a line of no steps', linear({ lr: 1, startFactor: 0.5, totalIters: 0 }), [1, 1, 1, 1, 1]],
  // PyTorch divides by it.
  ['a line from 0', linear({ lr: 1, startFactor: 0, totalIters: 2 }), [0, 0.5, 1, 1, 1]],
] as const)('%s', (_, schedule, gives) => {
  first(schedule).forEach((value, i) => {
    expect(value).toBeCloseTo(gives[i]!, 14);
  });
});

test('what has no end is out of range, and not only of the type', () => {
  const sgd = (options: object) => () => new lanestep.SGD([new Float64Array(1)], options);
  expect(sgd({ lr: inf })).toThrow('Expected a finite number >= 0 for lr, got Infinity');
  expect(sgd({ dampening: inf })).toThrow('Expected a finite number for dampening, got Infinity');
});

test('PyTorch takes a polynomial of no steps for a rate that stays, and we refuse it', () => {
  expect(() => polynomial({ lr: 1, totalIters: 0 })).toThrow(lanestep.OptionError);
});

// PyTorch's scheduler.step(epoch) for fractions of an epoch.
test.each([
  {
    options: { lr: 0.5, t0: 1 },
    epochs: [0, 0.5, 0.25, 1, 1.75, 3.5],
    gives: [0.5, 0.25, 0.42677669529663687, 0.5, 0.07322330470336313, 0.25],
  },
  {
    options: { lr: 0.5, t0: 2, tMult: 2, etaMin: 0.1 },
    epochs: [0.5, 1.25, 2, 3.7, 5.999, 6, 13.5],
    gives: [
      0.4414213562373095, 0.22346331352698207, 0.5, 0.3466890727711811, 0.10000006168502434, 0.5,
      0.10384294391935392,
    ],
  },
])('warm restarts between two steps: $options', ({ options, epochs, gives }) => {
  const schedule = cosineWarmRestarts(options);
  for (const [i, epoch] of epochs.entries()) expect(schedule(1 + epoch)).toBeCloseTo(gives[i]!, 14);
  for (const t of [0.999, Number.NaN, -1, inf]) expect(() => schedule(t)).toThrow(lanestep.OptionError);
});
