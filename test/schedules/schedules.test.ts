import { describe, expect, test } from 'vitest';
import { OptionError } from '../../src/errors.js';
import {
  chained,
  constant,
  cosine,
  cosineWarmRestarts,
  cyclic,
  exponential,
  lambda,
  linear,
  multiplicative,
  multiStep,
  oneCycle,
  polynomial,
  ReduceLROnPlateau,
  sequence,
  stepDecay,
  swaLR,
  warmup,
} from '../../src/schedules/index.js';
import type { Schedule } from '../../src/types.js';

const take = (schedule: Schedule, n: number): number[] =>
  Array.from({ length: n }, (_, i) => schedule(i + 1));

/** Every schedule, with options that are not its defaults. */
const every: Record<string, Schedule> = {
  constant: constant({ lr: 0.1, factor: 0.5, totalIters: 3 }),
  linear: linear({ lr: 0.1, startFactor: 0, endFactor: 0.9, totalIters: 7 }),
  polynomial: polynomial({ lr: 0.1, totalIters: 9, power: 1.7 }),
  exponential: exponential({ lr: 0.1, gamma: 0.9 }),
  'exponential of 0': exponential({ lr: 0.1, gamma: 0 }),
  'exponential that overflows': exponential({ lr: 0, gamma: 1e10 }),
  stepDecay: stepDecay({ lr: 0.1, stepSize: 3 }),
  multiStep: multiStep({ lr: 0.1, milestones: [2, 5] }),
  cosine: cosine({ lr: 0.1, tMax: 1 }),
  cosineWarmRestarts: cosineWarmRestarts({ lr: 0.1, t0: 1, tMult: 3 }),
  'cyclic lr': cyclic({ baseLr: 0, maxLr: 1, stepSizeUp: 1, mode: 'triangular2' }).lr,
  'cyclic momentum': cyclic({ baseLr: 0, maxLr: 1, stepSizeUp: 3, mode: 'exp_range', gamma: 0 }).momentum,
  'cyclic by a function': cyclic({ baseLr: 0, maxLr: 1, stepSizeUp: 3, scale: cycle => 1 / cycle }).lr,
  'oneCycle lr': oneCycle({ maxLr: 1, totalSteps: 10 }).lr,
  'oneCycle momentum': oneCycle({ maxLr: 1, totalSteps: 10, threePhase: true }).momentum,
  lambda: lambda({ lr: 0.1, factor: t => 1 / t }),
  multiplicative: multiplicative({ lr: 0.1, factor: () => 0.5 }),
  'swaLR up': swaLR({ lr: 0.1, swaLr: 0.3, annealEpochs: 7 }),
  'swaLR down': swaLR({ lr: 0.1, swaLr: 0, annealStrategy: 'linear' }),
  sequence: sequence([{ schedule: 0.1, steps: 2 }, { schedule: cosine({ lr: 0.1, tMax: 3 }) }]),
  warmup: warmup({ steps: 4, schedule: 0.1 }),
  'warmup of no steps': warmup({ steps: 0, schedule: 0.1 }),
  chained: chained({ lr: 0.1, factors: [0.5, cosine({ lr: 1, tMax: 4 })] }),
};

describe.each(Object.entries(every))('%s', (name, schedule) => {
  test('is finite at every step', () => {
    for (const t of [1, 2, 3, 4, 5, 10, 11, 12, 99, 1000, 2 ** 31, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER]) {
      if (name === 'multiplicative' && t > 1000) continue;
      expect(Number.isFinite(schedule(t)), `t = ${t}`).toBe(true);
    }
  });

  test('depends on nothing but the step', () => {
    const forwards = take(schedule, 40);
    const backwards = forwards.map((_, i) => schedule(40 - i)).reverse();
    expect(backwards).toEqual(forwards);
  });

  test.each([0, -1, 1.5, NaN, Infinity, 2 ** 53, '1' as never, undefined as never])('refuses step %s', t => {
    if (name === 'cosineWarmRestarts' && t === 1.5) return;
    expect(() => schedule(t)).toThrow(OptionError);
    expect(() => schedule(t)).toThrow(/^Expected an? (integer|number) of 1 or more for the step t, got /);
  });
});

describe('by hand', () => {
  test('constant', () => {
    expect(take(constant({ lr: 0.5, factor: 0.5, totalIters: 2 }), 4)).toEqual([0.25, 0.25, 0.5, 0.5]);
    expect(take(constant({ lr: 0.5, totalIters: 0 }), 2)).toEqual([0.5, 0.5]);
    expect(take(constant({ lr: 3 }), 6)).toEqual([1, 1, 1, 1, 1, 3]);
  });

  test('linear', () => {
    expect(take(linear({ lr: 2, startFactor: 0, endFactor: 1, totalIters: 4 }), 6)).toEqual([
      0, 0.5, 1, 1.5, 2, 2,
    ]);
    expect(take(linear({ lr: 2, startFactor: 1, endFactor: 0.5, totalIters: 2 }), 4)).toEqual([2, 1.5, 1, 1]);
    expect(take(linear({ lr: 2, endFactor: 0.5, totalIters: 0 }), 2)).toEqual([1, 1]);
    expect(linear({ lr: 3 })(1)).toBe(1);
    expect(linear({ lr: 3 })(6)).toBe(3);
    expect(linear({ lr: 3 })(5)).toBeLessThan(3);
  });

  test('polynomial', () => {
    expect(take(polynomial({ lr: 1, totalIters: 4, power: 2 }), 6)).toEqual([1, 0.5625, 0.25, 0.0625, 0, 0]);
    expect(take(polynomial({ lr: 1, totalIters: 4, power: 0.5 }), 5)).toEqual([
      1,
      Math.sqrt(0.75),
      Math.sqrt(0.5),
      0.5,
      0,
    ]);
    expect(polynomial({ lr: 1, totalIters: 4, power: 1.5 })(4)).toBe(0.125);
    expect(polynomial({ lr: 1, totalIters: 2, power: 1.3 })(2)).toBeCloseTo(0.5 ** 1.3, 15);
    expect(take(polynomial({ lr: 5 }), 6)).toEqual([5, 4, 3, 2, 1, 0].map(x => expect.closeTo(x, 14)));
    expect(take(polynomial({ lr: 1, power: 0 }), 7)).toEqual([1, 1, 1, 1, 1, 1, 1]);
  });

  test('exponential, stepDecay, multiStep', () => {
    expect(take(exponential({ lr: 1, gamma: 0.5 }), 4)).toEqual([1, 0.5, 0.25, 0.125]);
    expect(take(exponential({ lr: 1, gamma: 0 }), 3)).toEqual([1, 0, 0]);
    expect(take(stepDecay({ lr: 1, stepSize: 2, gamma: 0.5 }), 6)).toEqual([1, 1, 0.5, 0.5, 0.25, 0.25]);
    expect(stepDecay({ lr: 1, stepSize: 2 })(3)).toBe(0.1);
    expect(take(multiStep({ lr: 1, milestones: [4, 1, 4], gamma: 0.5 }), 6)).toEqual([
      1, 0.5, 0.5, 0.5, 0.125, 0.125,
    ]);
    expect(take(multiStep({ lr: 1, milestones: [] }), 3)).toEqual([1, 1, 1]);
    expect(multiStep({ lr: 1, milestones: [9, 10] })(11)).toBeCloseTo(0.01, 15);
  });

  test('multiStep keeps no hold of the array', () => {
    const milestones = [2];
    const schedule = multiStep({ lr: 1, milestones });
    milestones[0] = 1;
    expect(schedule(2)).toBe(1);
  });

  test('cosine turns exactly, for ever', () => {
    const schedule = cosine({ lr: 0.1, tMax: 10, etaMin: 0.001 });
    for (const t of [1, 21, 41, 20 * 10 ** 12 + 1]) expect(schedule(t)).toBe(0.1);
    for (const t of [11, 31, 20 * 10 ** 12 + 11]) expect(schedule(t)).toBe(0.001);
    expect(schedule(6)).toBeCloseTo(0.0505, 15);
    expect(schedule(8)).toBe(schedule(14));
    expect(schedule(8)).toBe(schedule(28));
  });

  test('cosineWarmRestarts restarts', () => {
    const schedule = cosineWarmRestarts({ lr: 1, t0: 2, tMult: 3 });
    // Runs of 2, 6, 18, 54 steps.
    for (const t of [1, 3, 9, 27, 81]) expect(schedule(t)).toBe(1);
    for (const t of [2, 8, 26, 80]) expect(schedule(t)).toBeLessThanOrEqual(0.5);
    expect(schedule(2)).toBe(0.5);
    expect(schedule(6)).toBe(0.5);
    expect(take(cosineWarmRestarts({ lr: 1, t0: 2, etaMin: 0.5 }), 4)).toEqual([1, 0.75, 1, 0.75]);
  });

  test('cyclic', () => {
    const { lr, momentum } = cyclic({
      baseLr: 1,
      maxLr: 3,
      stepSizeUp: 2,
      stepSizeDown: 4,
      baseMomentum: 0.25,
      maxMomentum: 0.75,
    });
    expect(take(lr, 8)).toEqual([1, 2, 3, 2.5, 2, 1.5, 1, 2]);
    expect(take(momentum, 8)).toEqual([0.75, 0.5, 0.25, 0.375, 0.5, 0.625, 0.75, 0.5]);
    expect(take(cyclic({ baseLr: 0, maxLr: 8, stepSizeUp: 1, mode: 'triangular2' }).lr, 7)).toEqual([
      0, 8, 0, 4, 0, 2, 0,
    ]);
    expect(take(cyclic({ baseLr: 0, maxLr: 8, stepSizeUp: 1, mode: 'exp_range', gamma: 0.5 }).lr, 4)).toEqual(
      [0, 4, 0, 1],
    );
    expect(cyclic({ baseLr: 0, maxLr: 2000 }).lr(3001)).toBe(1000);
    expect(cyclic({ baseLr: 0, maxLr: 1 }).momentum(1)).toBe(0.9);
    expect(cyclic({ baseLr: 0, maxLr: 1 }).momentum(2001)).toBe(0.8);
  });

  test('cyclic gives scale the cycle and the step', () => {
    const seen: [number, number][] = [];
    const scale = (cycle: number, t: number) => {
      seen.push([cycle, t]);
      return 1 / cycle;
    };
    const { lr } = cyclic({ baseLr: 0, maxLr: 6, stepSizeUp: 1, scale });
    expect(take(lr, 6)).toEqual([0, 6, 0, 3, 0, 2]);
    expect(seen).toEqual([
      [1, 1],
      [1, 2],
      [2, 3],
      [2, 4],
      [3, 5],
      [3, 6],
    ]);
  });

  test('oneCycle begins, peaks, ends, and holds its end', () => {
    const { lr, momentum } = oneCycle({
      maxLr: 1,
      totalSteps: 11,
      pctStart: 5 / 11,
      divFactor: 4,
      finalDivFactor: 10,
    });
    expect([lr(1), lr(5), lr(11), lr(12), lr(10 ** 9)]).toEqual([0.25, 1, 0.025, 0.025, 0.025]);
    expect([momentum(1), momentum(5), momentum(11), momentum(12)]).toEqual([0.95, 0.85, 0.95, 0.95]);
    expect(lr(3)).toBe(0.625);
    const phases = oneCycle({
      maxLr: 1,
      totalSteps: 10,
      pctStart: 0.4,
      divFactor: 4,
      threePhase: true,
      annealStrategy: 'linear',
    });
    expect([phases.lr(1), phases.lr(4), phases.lr(7), phases.lr(10)]).toEqual([0.25, 1, 0.25, 0.25 / 1e4]);
    expect([phases.momentum(1), phases.momentum(4), phases.momentum(7), phases.momentum(10)]).toEqual([
      0.95, 0.85, 0.95, 0.95,
    ]);
    expect([phases.lr(11), phases.lr(10 ** 9), phases.momentum(11)]).toEqual([0.25 / 1e4, 0.25 / 1e4, 0.95]);
    expect(oneCycle({ maxLr: 25, totalSteps: 10 }).lr(1)).toBe(1);
    expect(oneCycle({ maxLr: 25, totalSteps: 10 }).lr(10)).toBe(1e-4);
    expect(oneCycle({ maxLr: 25, totalSteps: 10 }).lr(3)).toBe(25);
  });

  test('oneCycle has no NaN where PyTorch divides by 0', () => {
    for (let totalSteps = 1; totalSteps <= 12; totalSteps++) {
      for (let i = 0; i <= 24; i++) {
        for (const threePhase of [false, true]) {
          if (threePhase && i > 12) continue;
          const { lr, momentum } = oneCycle({ maxLr: 1, totalSteps, pctStart: i / 24, threePhase });
          for (let t = 1; t <= totalSteps + 1; t++) {
            expect(lr(t)).toBeGreaterThan(0);
            expect(lr(t)).toBeLessThanOrEqual(1);
            expect(momentum(t)).toBeGreaterThanOrEqual(0.85);
            expect(momentum(t)).toBeLessThanOrEqual(0.95);
          }
        }
      }
    }
  });

  test('lambda gets the step', () => {
    expect(take(lambda({ lr: 2, factor: t => t }), 3)).toEqual([2, 4, 6]);
  });

  test('multiplicative is the product of the factors of steps 2 to t, each asked once in order', () => {
    const asked: number[] = [];
    const schedule = multiplicative({
      lr: 1,
      factor: t => {
        asked.push(t);
        return t;
      },
    });
    expect(take(schedule, 5)).toEqual([1, 2, 6, 24, 120]);
    expect(asked).toEqual([2, 3, 4, 5]);
    expect(schedule(3)).toBe(6);
  });

  test('multiplicative goes on after a factor that threw', () => {
    let broken = true;
    const schedule = multiplicative({ lr: 1, factor: t => (broken && t === 3 ? NaN : 2) });
    expect(() => schedule(4)).toThrow(OptionError);
    broken = false;
    expect(schedule(4)).toBe(8);
  });

  test('multiplicative goes no further at once than 10,000,000 steps, and back as far as it likes', () => {
    let asked = 0;
    const schedule = multiplicative({
      lr: 1,
      factor: t => {
        asked++;
        return t % 2 === 0 ? 0.5 : 2;
      },
    });
    for (const t of [Number.MAX_SAFE_INTEGER, 10_000_002]) {
      expect(() => schedule(t)).toThrow(
        /at most 10000000 after .* call the schedule at steps on the way first$/,
      );
      expect(() => schedule(t)).toThrow(OptionError);
    }
    expect(asked).toBe(0);
    expect(schedule(10_000_001)).toBe(1);
    expect(schedule(10_000_102)).toBe(0.5);
    expect(schedule(1)).toBe(1);
    asked = 0;
    // What was walked once is not walked again.
    expect(schedule(10_000_102)).toBe(0.5);
    expect(schedule(10_000_001)).toBe(1);
    expect(schedule(3)).toBe(1);
    expect(asked).toBeLessThan(300_000);
  });

  test('sequence counts the steps of each piece from 1', () => {
    const count: Schedule = t => t;
    const schedule = sequence([
      { schedule: count, steps: 2 },
      { schedule: 9, steps: 1 },
      { schedule: count },
    ]);
    expect(take(schedule, 6)).toEqual([1, 2, 9, 1, 2, 3]);
    expect(take(sequence([{ schedule: count }]), 3)).toEqual([1, 2, 3]);
  });

  test('warmup', () => {
    const schedule = warmup({ steps: 4, startFactor: 0, schedule: lambda({ lr: 8, factor: t => 1 / t }) });
    expect(take(schedule, 6)).toEqual([0, 2, 4, 6, 8, 4]);
    expect(warmup({ steps: 3, schedule: 3 })(1)).toBe(1);
    expect(take(warmup({ steps: 0, schedule: t => t }), 2)).toEqual([1, 2]);
  });

  // (1 - cos 60°)/2 = 1/4 of the way
  test('swaLR', () => {
    const cosine = take(swaLR({ lr: 1, swaLr: 5, annealEpochs: 3 }), 6);
    expect(cosine.map(lr => Number(lr.toPrecision(14)))).toEqual([1, 2, 4, 5, 5, 5]);
    expect([cosine[0], cosine[3]]).toEqual([1, 5]);
    expect(take(swaLR({ lr: 4, swaLr: 0, annealEpochs: 4, annealStrategy: 'linear' }), 6)).toEqual([
      4, 3, 2, 1, 0, 0,
    ]);
    expect(take(swaLR({ lr: 1, swaLr: 0.5, annealEpochs: 0 }), 2)).toEqual([0.5, 0.5]);
    const byDefault = take(swaLR({ lr: 1, swaLr: 0 }), 11);
    expect([byDefault[9]! > 0, byDefault[10]]).toEqual([true, 0]);
    expect(byDefault[5]).toBe(0.5);
    expect(byDefault[1]).toBeGreaterThan(0.97);
  });

  test('chained', () => {
    expect(take(chained({ lr: 8, factors: [0.5, t => t, exponential({ lr: 1, gamma: 0.5 })] }), 3)).toEqual([
      4, 4, 3,
    ]);
  });
});

describe('ReduceLROnPlateau', () => {
  test('reduces when patience is exceeded, not when it is met', () => {
    const plateau = new ReduceLROnPlateau({ lr: 1, factor: 0.5, patience: 2 });
    const lrs = [1, 1, 1, 1, 1, 1, 1].map(metric => {
      plateau.step(metric);
      return plateau.lr;
    });
    expect(lrs).toEqual([1, 1, 1, 0.5, 0.5, 0.5, 0.25]);
    expect(plateau.schedule(1)).toBe(0.25);
  });

  test.each([
    ['min', 'rel', [10, 9.1, 9]],
    ['max', 'rel', [10, 10.9, 11.1]],
    ['min', 'abs', [10, 9.95, 9.8]],
    ['max', 'abs', [10, 10.05, 10.2]],
  ] as const)('%s %s: the second metric is no improvement, the third is', (mode, thresholdMode, metrics) => {
    const plateau = new ReduceLROnPlateau({ lr: 1, mode, thresholdMode, threshold: 0.1 - 1e-9 });
    plateau.step(metrics[0]);
    plateau.step(metrics[1]);
    expect(plateau.stateDict()).toMatchObject({ best: metrics[0], numBadEpochs: 1 });
    plateau.step(metrics[2]);
    expect(plateau.stateDict()).toMatchObject({ best: metrics[2], numBadEpochs: 0 });
  });

  test('a metric that is not finite is a failure', () => {
    const plateau = new ReduceLROnPlateau({ lr: 1, patience: 1 });
    for (const metric of [NaN, -Infinity]) plateau.step(metric);
    expect(plateau.lr).toBe(0.1);
    expect(plateau.stateDict().best).toBe(null);
  });

  test('stays above minLr, and leaves out reductions within eps', () => {
    const plateau = new ReduceLROnPlateau({ lr: 1, patience: 0, minLr: 0.05, eps: 0.2 });
    for (const metric of [1, 1]) plateau.step(metric);
    expect(plateau.lr).toBe(0.1);
    plateau.step(1);
    expect(plateau.lr).toBe(0.1);
  });

  test('goes on exactly from a state, through JSON, at every cut', () => {
    const options = { lr: 1, factor: 0.5, patience: 1, cooldown: 2 };
    const metrics = [3, 2, 2, 2, 2, 1, 1, NaN, 1, 1, 1, 0.5, 1, 1];
    const whole = new ReduceLROnPlateau(options);
    const states = metrics.map(metric => {
      const before = JSON.stringify(whole.stateDict());
      whole.step(metric);
      return before;
    });
    for (const [cut, state] of states.entries()) {
      const resumed = new ReduceLROnPlateau(options);
      resumed.loadStateDict(JSON.parse(state));
      for (const metric of metrics.slice(cut)) resumed.step(metric);
      expect(resumed.stateDict()).toEqual(whole.stateDict());
    }
    expect(whole.lr).toBeLessThan(1);
  });

  test.each([
    [null],
    [{}],
    [{ lr: -1, best: 1, numBadEpochs: 0, cooldownCounter: 0 }],
    [{ lr: 1, best: NaN, numBadEpochs: 0, cooldownCounter: 0 }],
    [{ lr: 1, best: 1, numBadEpochs: 0.5, cooldownCounter: 0 }],
    [{ lr: 1, best: 1, numBadEpochs: 0, cooldownCounter: -1 }],
  ])('refuses the state %j and stays as it is', state => {
    const plateau = new ReduceLROnPlateau({ lr: 0.5 });
    plateau.step(2);
    const before = plateau.stateDict();
    expect(() => plateau.loadStateDict(state as never)).toThrow(
      expect.objectContaining({ name: 'StateError', code: 'ERR_LANESTEP_STATE' }),
    );
    expect(plateau.stateDict()).toEqual(before);
  });

  test('refuses a metric that is no number', () => {
    expect(() => new ReduceLROnPlateau({ lr: 1 }).step('1' as never)).toThrow(
      'Expected a number for metric, got "1"',
    );
  });
});
