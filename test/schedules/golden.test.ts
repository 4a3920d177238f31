import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
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
  warmup,
} from '../../src/schedules/index.js';
import type { Schedule } from '../../src/types.js';

interface Case {
  readonly name: string;
  readonly hyper: Record<string, unknown>;
  readonly base_lrs: number[];
  readonly lrs: number[][];
  readonly momentums?: number[][];
  readonly metrics?: number[];
}

interface Made {
  readonly lr: Schedule;
  readonly momentum?: Schedule;
  /** To be called at the end of every epoch. */
  readonly end?: (metric: number) => void;
}

const golden = JSON.parse(readFileSync(new URL('../golden/lr-schedules.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};

/** PyTorch's options by our names, without those that are null or have no counterpart; lists have one per group. */
function translate(hyper: Record<string, unknown>, group: number): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(hyper)) {
    if (value === null || key === 'cycle_momentum') continue;
    const name =
      key === 'T_0' ? 't0' : key === 'T_max' ? 'tMax' : key.replace(/_(.)/g, (_, x) => x.toUpperCase());
    const perGroup = Array.isArray(value) && key !== 'milestones';
    options[key === 'T_mult' ? 'tMult' : name] = perGroup ? value[group] : value;
  }
  return options;
}

type Factory = (options: never) => Schedule;
const plain = (factory: Factory) => (lr: number, options: object) => ({
  lr: factory({ lr, ...options } as never),
});
const pair = (factory: typeof cyclic | typeof oneCycle) => (_: number, options: object) =>
  factory(options as never);
const plateau = (lr: number, options: object): Made => {
  const made = new ReduceLROnPlateau({ lr, ...options });
  return { lr: made.schedule, end: metric => made.step(metric) };
};

const made: Record<string, (lr: number, options: object, group: number) => Made> = {
  step: plain(stepDecay as Factory),
  multistep: plain(multiStep as Factory),
  exponential: plain(exponential as Factory),
  cosine: plain(cosine as Factory),
  cosine_eta_min_past_T_max: plain(cosine as Factory),
  warm_restarts: plain(cosineWarmRestarts as Factory),
  warm_restarts_mult2: plain(cosineWarmRestarts as Factory),
  linear: plain(linear as Factory),
  linear_down: plain(linear as Factory),
  constant: plain(constant as Factory),
  polynomial: plain(polynomial as Factory),
  onecycle_cos: pair(oneCycle),
  onecycle_linear_three_phase: pair(oneCycle),
  onecycle_adam_beta1: pair(oneCycle),
  cyclic_triangular: pair(cyclic),
  cyclic_triangular2: pair(cyclic),
  cyclic_exp_range: pair(cyclic),
  plateau_min_rel: plateau,
  plateau_cooldown_min_lr: plateau,
  sequential_warmup_cosine: lr => ({
    lr: sequence([
      { schedule: linear({ lr, startFactor: 0.1, totalIters: 10 }), steps: 10 },
      { schedule: cosine({ lr, tMax: 50, etaMin: 0.001 }) },
    ]),
  }),
  lambda: (lr, _, group) => ({
    lr: lambda({ lr, factor: group === 0 ? t => 0.95 ** (t - 1) : t => 1 / (1 + (t - 1) / 10) }),
  }),
  multiplicative: (lr, _, group) => ({
    lr: multiplicative({ lr, factor: group === 0 ? t => ((t - 1) % 5 === 0 ? 0.9 : 1) : () => 0.98 }),
  }),
  chained: lr => ({
    lr: chained({ lr, factors: [constant({ lr: 1, factor: 0.1 }), exponential({ lr: 1, gamma: 0.95 })] }),
  }),
};

test('every golden case is tested', () => {
  expect(golden.cases.map(({ name }) => name).sort()).toEqual(Object.keys(made).sort());
  expect(golden.cases).toHaveLength(23);
});

test.each(golden.cases.map(c => [c.name, c] as const))('%s is PyTorch', (name, c) => {
  for (const [group, baseLr] of c.base_lrs.entries()) {
    const { lr, momentum, end } = made[name]!(baseLr, translate(c.hyper, group), group);
    let worst = 0;
    for (const [epoch, lrs] of c.lrs.entries()) {
      worst = Math.max(worst, Math.abs(lr(epoch + 1) - lrs[group]!) / baseLr);
      if (c.momentums) worst = Math.max(worst, Math.abs(momentum!(epoch + 1) - c.momentums[epoch]![group]!));
      end?.(c.metrics![epoch]!);
    }
    expect(c.lrs).toHaveLength(60);
    expect(worst).toBeLessThan(1e-12);
  }
});

test('warmup is LinearLR, then the other', () => {
  const c = golden.cases.find(({ name }) => name === 'sequential_warmup_cosine')!;
  for (const [group, lr] of c.base_lrs.entries()) {
    const schedule = warmup({
      steps: 10,
      startFactor: 0.1,
      schedule: cosine({ lr, tMax: 50, etaMin: 0.001 }),
    });
    for (const [epoch, lrs] of c.lrs.entries()) {
      expect(Math.abs(schedule(epoch + 1) - lrs[group]!)).toBeLessThan(1e-12 * lr);
    }
  }
});
