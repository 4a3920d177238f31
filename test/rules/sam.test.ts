import { describe, expect, test } from 'vitest';
import {
  Adam,
  AdamW,
  type FloatArray,
  LAMB,
  MovingAverage,
  Nesterov,
  OptionError,
  SAM,
  SGD,
} from '../../src/index.js';
import { gradient, type Objective } from './objective.js';
import { expectNear, expectWithin, golden, onEachBackend } from './trajectory.js';

interface Case extends Objective {
  readonly name: string;
  readonly hyper: Record<'rho' | 'perturb_eps' | 'lr' | 'momentum' | 'weight_decay', number> & {
    nesterov: boolean;
  };
  readonly params0: number[];
  readonly steps: number[];
  readonly params: number[][];
}

const { cases } = golden<{ cases: Case[] }>('sam');

describe('sam.json', () => {
  onEachBackend(backend => {
    test.each(cases)('$name', kase => {
      const { rho, perturb_eps, weight_decay, lr, momentum, nesterov } = kase.hyper;
      const x = Float64Array.from(kase.params0);
      const options = {
        rho,
        perturbEps: perturb_eps,
        weightDecay: weight_decay,
        lr,
        momentum,
        nesterov,
        backend,
      };
      const optimizer = new SAM([x], SGD, options);
      for (let t = 1; t <= kase.steps.at(-1)!; t++) {
        optimizer.step(() => [gradient(kase, x)]);
        const snapshot = kase.params[kase.steps.indexOf(t)];
        if (snapshot) expectWithin(x, snapshot, p => 1e-12 * Math.max(1, Math.abs(p)), `step ${t}, `);
      }
    });
  });
});

describe('SAM', () => {
  onEachBackend(backend => {
    // g = p: up from (3, 4) by (0.3, 0.4), and from there down by lr times the gradient there.
    test('by hand: takes the second gradient up the slope, and the step from where it was', () => {
      const p = Float64Array.of(3, 4);
      const seen: number[][] = [];
      const optimizer = new SAM([p], SGD, { backend, rho: 0.5, perturbEps: 1e-300, lr: 0.1 });
      optimizer.step(() => {
        seen.push([...p]);
        return [p.slice()];
      });
      expectNear(seen.flat(), [3, 4, 3.3, 4.4], [4]);
      expectNear(p, [3 - 0.33, 4 - 0.44], [4]);
    });

    test.each([1, 2])(
      'is back where it was when the closure throws at its call %d, also awaited',
      async call => {
        const params = [Float32Array.of(3, 4, 5), Float64Array.of(-1)];
        const optimizer = new SAM(params, Adam, { backend, rho: 0.5, lr: 0.1 });
        const gradients = () => params.map(p => p.slice()) as FloatArray[];
        optimizer.step(gradients);
        const [before, state] = [params.map(p => p.slice()), optimizer.stateDict()];
        const mine = new Error('mine');
        const failing = () => {
          let calls = 0;
          return () => {
            if (++calls === call) throw mine;
            return gradients();
          };
        };
        expect(() => optimizer.step(failing())).toThrow(mine);
        expect(params).toEqual(before);
        const shared = params.map(p => {
          const copy =
            p instanceof Float32Array
              ? new Float32Array(new SharedArrayBuffer(4 * p.length))
              : new Float64Array(new SharedArrayBuffer(8 * p.length));
          copy.set(p);
          return copy;
        });
        optimizer.rebind(shared);
        const later = failing();
        await expect(
          optimizer.stepAsync(async () => {
            later();
            return shared.map(() => null);
          }),
        ).rejects.toBe(call === 1 ? mine : mine);
        expect(shared.map(p => [...p])).toEqual(before.map(p => [...p]));
        expect(optimizer.stateDict()).toEqual(state);
      },
    );

    test('a tensor without a gradient at one of the two points is where it was', () => {
      const params = [Float32Array.of(1), Float32Array.of(2), Float32Array.of(3)];
      const optimizer = new SAM(params, SGD, { backend, rho: 1, lr: 1 });
      let calls = 0;
      const one = () => Float32Array.of(1);
      optimizer.step(() => (++calls === 1 ? [one(), null, one()] : [null, one(), one()]));
      expect(params.map(p => p[0])).toEqual([1, 1, 2]);
    });

    test('keeps the state of its base, and counts its steps', () => {
      const p = Float64Array.of(1, -2);
      const optimizer = new SAM([p], AdamW, { backend });
      optimizer.step(() => [p.slice()]);
      const { state, steps } = optimizer.stateDict();
      expect(Object.keys(state[0]!)).toEqual(['step', 'exp_avg', 'exp_avg_sq']);
      expect(steps).toBe(1);
      const copy = new SAM([p.slice()], AdamW, { backend });
      copy.deserialize(optimizer.serialize());
      expect(copy.stateDict()).toEqual(optimizer.stateDict());
    });

    test.each([
      [LAMB, 'got LAMB'],
      [Nesterov, 'got Nesterov'],
      [SAM, 'got SAM'],
      [MovingAverage, 'second argument'],
      [Object, 'second argument'],
      [null, 'got null'],
      ['SGD', 'got "SGD"'],
    ])('refuses %s for a base', (Base, says) => {
      const construct = () => new SAM([Float32Array.of(1)], Base as unknown as typeof SGD, { backend });
      expect(construct).toThrow(OptionError);
      expect(construct).toThrow(says);
    });
  });
});
