import { describe, expect, test } from 'vitest';
import { type FloatArray, Nesterov, SGD } from '../../src/index.js';
import { worked } from './by-hand.js';
import { gradient, type Objective, value } from './objective.js';
import { keepsStages } from './stages.js';
import { expectNear, expectWithin, golden, onEachBackend, waves } from './trajectory.js';

keepsStages(Nesterov, 'coupled', { lr: 0.1 });

/** A case of nag.json, whose gradients are those of an objective. */
interface Case extends Objective {
  readonly name: string;
  readonly variant: 'lookahead_point' | 'reformulated';
  readonly hyper: { lr: number; momentum: number | null; momentum_schedule?: 'sutskever' | null };
  readonly params0: number[];
  readonly steps: number[];
  readonly params: number[][];
  readonly f: number[];
  readonly states: Record<'velocity' | 'next_lookahead_point' | 'momentum_buffer', number[][]>;
}

const { cases } = golden<{ cases: Case[] }>('nag');
// Sutskever et al. 2013 let the momentum rise; the file's formula.
const rising = (t: number): number => 1 - 3 / (t + 5);
const momentumOf = ({ hyper }: Case) => (hyper.momentum_schedule ? rising : hyper.momentum!);

const bound = (p: number): number => 1e-12 * Math.max(1, Math.abs(p));

describe('nag.json', () => {
  onEachBackend(backend => {
    test.each(
      cases.filter(({ variant }) => variant === 'lookahead_point').map(kase => [kase.name, kase] as const),
    )('%s', (_, kase) => {
      const momentum = momentumOf(kase);
      const param = Float64Array.from(kase.params0);
      const optimizer = new Nesterov([param], { lr: kase.hyper.lr, momentum, backend });
      let snapshots = 0;
      for (let t = 1; t <= kase.steps.at(-1)!; t++) {
        optimizer.step(() => [gradient(kase, param)]);
        const at = kase.steps.indexOf(t);
        if (at < 0) continue;
        snapshots++;
        expectWithin(param, kase.params[at]!, bound, `step ${t}, params`);
        const { step, ...state } = optimizer.stateDict().state[0]!;
        expect([step, Object.keys(state)]).toEqual([t, ['velocity']]);
        const velocity = state.velocity as FloatArray;
        expectWithin(velocity, kase.states.velocity[at]!, bound, `step ${t}, velocity`);
        expectWithin([value(kase, param)], [kase.f[at]!], bound, `step ${t}, f`);
        const next = typeof momentum === 'number' ? momentum : momentum(t + 1);
        const ahead = param.map((p, k) => p + next * velocity[k]!);
        expectWithin(ahead, kase.states.next_lookahead_point[at]!, bound, `step ${t}, look-ahead point`);
      }
      expect(snapshots).toBe(kase.steps.length);
    });

    test.each(
      cases.filter(({ variant }) => variant === 'reformulated').map(kase => [kase.name, kase] as const),
    )('%s, as SGD with nesterov', (_, kase) => {
      const param = Float64Array.from(kase.params0);
      const optimizer = new SGD([param], {
        lr: kase.hyper.lr,
        momentum: kase.hyper.momentum!,
        nesterov: true,
        backend,
      });
      for (let t = 1; t <= kase.steps.at(-1)!; t++) {
        optimizer.step([gradient(kase, param)]);
        const at = kase.steps.indexOf(t);
        if (at < 0) continue;
        expectWithin(param, kase.params[at]!, bound, `step ${t}, params`);
        const buffer = optimizer.stateDict().state[0]!.momentum_buffer as FloatArray;
        // The buffer is 1 / lr times the velocity, and its absolute error with it.
        const scaled = (b: number): number => bound(b * kase.hyper.lr) / kase.hyper.lr;
        expectWithin(buffer, kase.states.momentum_buffer[at]!, scaled, `step ${t}, momentum_buffer`);
      }
    });

    // y_t = p_t + momentum v_t and b_t = -v_t / lr, where both set out from the same point at rest.
    test.each(
      cases.filter(({ variant }) => variant === 'reformulated').map(kase => [kase.name, kase] as const),
    )("%s: SGD's parameters are the look-ahead points", (_, kase) => {
      const { lr } = kase.hyper;
      const momentum = kase.hyper.momentum!;
      const [theta, y] = [Float64Array.from(kase.params0), Float64Array.from(kase.params0)];
      const nesterov = new Nesterov([theta], { lr, momentum, backend });
      const sgd = new SGD([y], { lr, momentum, nesterov: true, backend });
      for (let t = 1; t <= 100; t++) {
        nesterov.step(() => [gradient(kase, theta)]);
        sgd.step([gradient(kase, y)]);
        const v = nesterov.stateDict().state[0]!.velocity as FloatArray;
        const b = sgd.stateDict().state[0]!.momentum_buffer as FloatArray;
        expectWithin(
          y,
          theta.map((p, k) => p + momentum * v[k]!),
          bound,
          `step ${t}, y`,
        );
        expectWithin(
          b.map(x => -lr * x),
          v,
          bound,
          `step ${t}, velocity`,
        );
      }
      expect(y).not.toEqual(theta);
    });
  });
});

describe('by hand', () => {
  // f = x², so g = 2 (p + v/2); v = v/2 - g/10:
  //   1 and at rest:   g = 2,    v = -0.2,                p = 0.8
  //   ahead at 0.7:    g = 1.4,  v = -0.1 - 0.14 = -0.24,   p = 0.56
  //   ahead at 0.44:   g = 0.88, v = -0.12 - 0.088 = -0.208, p = 0.352
  const double = (p: FloatArray): number[] => [2 * p[0]!];
  worked('three steps', Nesterov, {
    options: { lr: 0.1, momentum: 0.5 },
    start: [1],
    grads: [double, double, double],
    gives: [[0.8], [0.56], [0.352]],
    state: { velocity: [-0.208] },
  });

  // momentum 0, 1/2, 1/4 at steps 1, 2, 3: ahead at 1, 0.7, 0.56 - 0.06 = 0.5; v = -0.2, -0.24, -0.06 - 0.1
  worked('momentum as a function of the step', Nesterov, {
    options: { lr: 0.1, momentum: (t: number) => [0, 0.5, 0.25][t - 1]! },
    start: [1],
    grads: [double, double, double],
    gives: [[0.8], [0.56], [0.4]],
    state: { velocity: [-0.16] },
  });

  // The decay is of the look-ahead point, where the gradient is: with weightDecay 2 and no gradient, f = x² again.
  worked('weightDecay', Nesterov, {
    options: { lr: 0.1, momentum: 0.5, weightDecay: 2 },
    start: [1],
    grads: [[0], [0], [0]],
    gives: [[0.8], [0.56], [0.352]],
  });

  // 1 - 1e-3 · 3 = 0.997, then v = -0.0027 - 1e-3
  worked('the defaults', Nesterov, {
    options: {},
    start: [1],
    grads: [[3], [1]],
    gives: [[0.997], [0.9933]],
  });
});

describe('the closure', () => {
  onEachBackend(backend => {
    const make = () => {
      const params = { w: Float64Array.of(1, -1), b: Float32Array.of(4) };
      const optimizer = new Nesterov(params, { lr: 0.5, momentum: 0.5, backend });
      optimizer.step(() => ({ w: Float64Array.of(2, -2), b: Float32Array.of(8) }));
      // Now v = -1, 1 and -4, and p = 0, 0 and 0.
      return { params, optimizer };
    };

    test('runs once a step, with the parameters at the look-ahead point', () => {
      const { params, optimizer } = make();
      const seen: number[][] = [];
      optimizer.step(() => {
        seen.push([...params.w, ...params.b]);
        return { w: new Float64Array(2), b: new Float32Array(1) };
      });
      expect(seen).toEqual([[-0.5, 0.5, -2]]);
      expect([...params.w, ...params.b]).toEqual([-0.5, 0.5, -2]);
    });

    test('leaves a tensor without a gradient where it was', () => {
      const { params, optimizer } = make();
      optimizer.step(() => ({ w: Float64Array.of(2, 0) }));
      expect([...params.w, ...params.b]).toEqual([-1.5, 0.5, 0]);
      expect(optimizer.stateDict().state).toMatchObject({
        w: { step: 2 },
        b: { step: 1, velocity: Float32Array.of(-4) },
      });
    });
  });
});

describe('Nesterov 1983; Sutskever et al. 2013', () => {
  test('without momentum it is plain descent', () => {
    const [one, two] = [new Float64Array(14), new Float64Array(14)];
    const nesterov = new Nesterov([one], { lr: 0.1, momentum: 0 });
    const sgd = new SGD([two], { lr: 0.1 });
    for (let t = 0; t < 10; t++) {
      nesterov.step(() => [waves(t, 14)]);
      sgd.step([waves(t, 14)]);
    }
    expectNear(one, [...two]);
    expect(one).not.toContain(0);
  });

  test('on an ill-conditioned parabola it needs a fraction of the steps of plain descent', () => {
    const slope = (p: FloatArray): FloatArray[] => [Float64Array.of(p[0]!, 1000 * p[1]!)];
    const stepsTo = (param: FloatArray, step: () => void): number => {
      for (let t = 1; t < 1e5; t++) {
        step();
        if (param[0]! ** 2 + 1000 * param[1]! ** 2 < 1e-8) return t;
      }
      return Number.NaN;
    };
    const [one, two] = [Float64Array.of(1, 1), Float64Array.of(1, 1)];
    const momentum = (Math.sqrt(1000) - 1) / (Math.sqrt(1000) + 1);
    const nesterov = new Nesterov([one], { lr: 1e-3, momentum });
    const plain = new SGD([two], { lr: 1e-3 });
    const fast = stepsTo(one, () => nesterov.step(() => slope(one)));
    const slow = stepsTo(two, () => plain.step(slope(two)));
    expect(fast).toBeLessThan(slow / 10);
  });
});
