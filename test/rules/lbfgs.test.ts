import { describe, expect, test } from 'vitest';
import {
  type FloatArray,
  GradientError,
  LBFGS,
  OptionError,
  ShapeError,
  StateError,
} from '../../src/index.js';
import { gradient, type Objective, value } from './objective.js';
import {
  camelCase,
  expectNear,
  expectWithin,
  golden,
  type Hypers,
  onEachBackend,
  waves,
} from './trajectory.js';

interface Case extends Objective {
  readonly name: string;
  readonly hyper: Hypers;
  readonly params0: number[];
  readonly steps: number[];
  readonly params: number[][];
  readonly f: number[];
  readonly func_evals: number[];
  readonly tolerance: { readonly f64_abs_over_max1: number };
}

const { cases } = golden<{ cases: Case[] }>('lbfgs');
/** A copy in memory that nothing can take away. */
function onShared(array: FloatArray): FloatArray {
  const buffer = new SharedArrayBuffer(array.byteLength);
  const copy = array instanceof Float32Array ? new Float32Array(buffer) : new Float64Array(buffer);
  copy.set(array);
  return copy;
}

const rosenbrock: Objective = { objective: { type: 'rosenbrock' } };

describe('lbfgs.json', () => {
  onEachBackend(backend => {
    test.each(cases)('$name', kase => {
      const x = Float64Array.from(kase.params0);
      const optimizer = new LBFGS([x], { ...camelCase(kase.hyper), backend });
      const bound = (p: number) => kase.tolerance.f64_abs_over_max1 * Math.max(1, Math.abs(p));
      let calls = 0;
      for (let t = 1; t <= kase.steps.at(-1)!; t++) {
        optimizer.step(() => {
          calls++;
          return { loss: value(kase, x), grads: [gradient(kase, x)] };
        });
        const at = kase.steps.indexOf(t);
        if (at < 0) continue;
        expectWithin(x, kase.params[at]!, bound, `step ${t}, `);
        expectWithin([value(kase, x)], [kase.f[at]!], bound, `step ${t}, f`);
        expect(calls, `step ${t}`).toBe(kase.func_evals[at]);
        expect(optimizer.stateDict().model!.func_evals).toBe(calls);
      }
    });
  });
});

onEachBackend(backend => {
  // f of all elements of two tensors together, whose gradients are written over at each call.
  const bowl = (params: readonly FloatArray[]) => {
    const grads = params.map(p => p.slice());
    return () => {
      let loss = 0;
      for (const [i, p] of params.entries()) {
        for (const [k, x] of p.entries()) {
          const steep = 1 + i + k;
          loss += (steep * (x - 1) ** 2) / 2;
          grads[i]![k] = steep * (x - 1);
        }
      }
      return { loss, grads };
    };
  };
  const two = (): FloatArray[] => [Float32Array.from(waves(3, 5)), Float64Array.from(waves(4, 3))];

  describe('by hand', () => {
    // g = (6, 2), so t = 1/8 and d = -g: to (4.5/... ) 3 - 6/8, 1 - 2/8. There g = (4.5, 1.5): y = (-1.5, -0.5), s = (-0.75, -0.25).
    test('the first iteration is short, the second sees that the loss bends by 2', () => {
      const x = Float64Array.of(3, 1);
      const optimizer = new LBFGS([x], { backend, maxIter: 1 });
      const closure = () => ({ loss: x[0]! ** 2 + x[1]! ** 2, grads: [x.map(p => 2 * p)] });
      optimizer.step(closure);
      expect([...x]).toEqual([2.25, 0.75]);
      optimizer.step(closure);
      expectNear(x, [0, 0], [2.25]);
      expect(optimizer.stateDict().model).toMatchObject({
        func_evals: 2,
        n_iter: 2,
        t: 1,
        pairs: 1,
        H_diag: 0.5,
      });
    });

    test('maximize goes up, and turns the loss', () => {
      const x = Float64Array.of(3);
      const optimizer = new LBFGS([x], { backend, maximize: true, lineSearchFn: 'strong_wolfe' });
      for (let t = 0; t < 3; t++)
        optimizer.step(() => ({ loss: -((x[0]! - 1) ** 4), grads: [x.map(p => -4 * (p - 1) ** 3)] }));
      expectWithin(x, [1], () => 1e-2, 'x');
    });

    test('ends where the gradient is small enough, and counts that', () => {
      const x = Float64Array.of(0.25);
      const optimizer = new LBFGS([x], { backend, toleranceGrad: 0.5 });
      optimizer.step(() => ({ loss: x[0]! ** 2, grads: [x.map(p => 2 * p)] }));
      expect([x[0], optimizer.steps, optimizer.stateDict().model!.func_evals]).toEqual([0.25, 1, 1]);
      expect(optimizer.stateDict().model!.n_iter).toBe(0);
    });

    test.each([
      ['maxEval', { maxEval: 3, lineSearchFn: null }, 3],
      ['maxEval by itself', { maxIter: 4 }, 4],
      ['toleranceChange of the loss', { toleranceChange: 1e9 }, 1],
    ] as const)('ends by %s', (_, options, calls) => {
      const x = Float64Array.of(-1.2, 1);
      const optimizer = new LBFGS([x], { backend, lr: 0.01, ...options });
      let count = 0;
      optimizer.step(() => {
        count++;
        return { loss: value(rosenbrock, x), grads: [gradient(rosenbrock, x)] };
      });
      expect(count).toBe(calls);
    });
  });

  test.each(['float32', 'float64'] as const)('finds the minimum of Rosenbrock, %s', dtype => {
    const x = dtype === 'float32' ? Float32Array.of(-1.2, 1, 0.5) : Float64Array.of(-1.2, 1, 0.5);
    const optimizer = new LBFGS({ x }, { backend, lineSearchFn: 'strong_wolfe' });
    for (let t = 0; t < 5; t++)
      optimizer.step(() => {
        const g = gradient(rosenbrock, Float64Array.from(x));
        return { loss: value(rosenbrock, x), grads: { x: dtype === 'float32' ? Float32Array.from(g) : g } };
      });
    expectWithin(x, [1, 1, 1], () => (dtype === 'float32' ? 2e-3 : 1e-5), 'x');
  });

  test.each([[{ lineSearchFn: 'strong_wolfe' }], [{ lr: 0.1, historySize: 2 }]] as const)(
    '%o: the same bits at once, awaited, and from a checkpoint',
    async options => {
      const shared = (of: readonly FloatArray[]) => of.map(onShared);
      const construct = (params: FloatArray[]) => new LBFGS(params, { backend, maxIter: 3, ...options });
      const [now, later] = [shared(two()), shared(two())];
      const [one, other] = [construct(now), construct(later)];
      for (let t = 0; t < 2; t++) {
        one.step(bowl(now));
        const evaluate = bowl(later);
        await other.stepAsync(async () => {
          const { loss, grads } = evaluate();
          return { loss, grads: shared(grads) };
        });
      }
      expect(later).toEqual(now);
      expect(other.stateDict()).toEqual(one.stateDict());
      const again = shared(two());
      const copy = construct(again);
      copy.deserialize(one.serialize({ params: true }), { params: true });
      const third = construct(now.map(p => p.slice()));
      third.loadStateDict(one.stateDict());
      expect(third.stateDict()).toEqual(one.stateDict());
      for (let t = 0; t < 3; t++) {
        one.step(bowl(now));
        copy.step(bowl(again));
      }
      expect(again).toEqual(now);
      expect(copy.stateDict()).toEqual(one.stateDict());
      for (const optimizer of [one, other, copy, third]) optimizer.dispose();
    },
  );

  test.each([1, 2, 3, 5])('is as before where the closure throws at its call %d', call => {
    const params = two();
    const optimizer = new LBFGS(params, {
      backend,
      maxIter: 3,
      historySize: 2,
      lineSearchFn: 'strong_wolfe',
    });
    for (let t = 0; t < 2; t++) optimizer.step(bowl(params));
    const [before, state] = [params.map(p => p.slice()), optimizer.stateDict()];
    const evaluate = bowl(params);
    let calls = 0;
    const failing = () => {
      if (++calls === call) throw new Error('mine');
      // A loss that has the line search go on.
      return { ...evaluate(), loss: calls };
    };
    expect(() => optimizer.step(failing)).toThrow('mine');
    expect(params).toEqual(before);
    expect(optimizer.stateDict()).toEqual(state);
    const others = before.map(p => p.slice());
    const same = new LBFGS(others, { backend, maxIter: 3, historySize: 2, lineSearchFn: 'strong_wolfe' });
    same.loadStateDict(state);
    optimizer.step(bowl(params));
    same.step(bowl(others));
    expect(params).toEqual(others);
  });

  test('a gradient that is not finite ends the step, wherever it comes', () => {
    const params = two();
    const optimizer = new LBFGS(params, { backend, nonFinite: 'throw' });
    const evaluate = bowl(params);
    const before = params.map(p => p.slice());
    let calls = 0;
    const closure = () => {
      const { loss, grads } = evaluate();
      if (++calls === 2) grads[0]![1] = Number.NaN;
      return { loss, grads };
    };
    expect(() => optimizer.step(closure)).toThrow(GradientError);
    expect(params).toEqual(before);
    optimizer.set({ nonFinite: 'skip' });
    calls = 0;
    optimizer.step(closure);
    expect([params, optimizer.steps]).toEqual([before, 0]);
  });

  test('follows parameters that move', () => {
    const [params, fixed] = [two(), two()];
    const optimizer = new LBFGS(params, { backend, maxIter: 2 });
    const same = new LBFGS(fixed, { backend, maxIter: 2 });
    optimizer.step(bowl(params));
    same.step(bowl(fixed));
    const moved = params.map(p => p.slice());
    optimizer.rebind(moved);
    optimizer.step(bowl(moved));
    same.step(bowl(fixed));
    expect(moved).toEqual(fixed);
  });

  test('keeps its history in its state, and nothing else', () => {
    const x = Float32Array.of(1, 2);
    const optimizer = new LBFGS({ x }, { backend, historySize: 3 });
    const { state, param_groups } = optimizer.stateDict();
    expect(state).toEqual({});
    expect(param_groups[0]).toMatchObject({ lr: 1, max_iter: 20, max_eval: null, line_search_fn: null });
    optimizer.step(() => ({
      loss: x[0]! ** 2 + 3 * x[1]! ** 2,
      grads: { x: Float32Array.of(2 * x[0]!, 6 * x[1]!) },
    }));
    const { x: of } = optimizer.stateDict().state;
    expect(Object.keys(of!)).toEqual(['step', 'prev_flat_grad', 'd', 'old_dirs', 'old_stps']);
    expect((of!.old_dirs as FloatArray).length).toBe(6);
    const other = new LBFGS({ x: x.slice() }, { backend, historySize: 4 });
    expect(() => other.loadStateDict(optimizer.stateDict())).toThrow(StateError);
    expect(() => optimizer.set({ historySize: 4 })).toThrow(OptionError);
    expect(optimizer.toJSON()).toMatchObject({ class: 'LBFGS', steps: 1 });
  });

  test.each([
    [
      () => new LBFGS([{ params: [Float32Array.of(1)] }, { params: [Float32Array.of(1)] }], { backend }),
      'one group',
    ],
    [() => new LBFGS([{ params: [Float32Array.of(1)] }], { backend }).addGroup(), 'one group'],
    [() => new LBFGS([Float32Array.of(1)], { backend, clipNorm: 1 } as never), 'no clipNorm'],
    [() => new LBFGS([Float32Array.of(1)], { backend, historySize: (() => 3) as never }), 'historySize'],
    [() => new LBFGS([Float32Array.of(1)], { backend, maxIter: 0 }), 'maxIter'],
    [
      () => new LBFGS([Float32Array.of(1)], { backend, lineSearchFn: 'wolfe' as never }),
      '"strong_wolfe" or null',
    ],
    [
      () => new LBFGS([Float32Array.of(1)], { backend, lineSearchFn: 'strong_wolfe' }).step(3 as never),
      'closure',
    ],
  ])('refuses %s', (work, says) => {
    expect(work).toThrow(says);
  });

  test.each([
    [() => [Float32Array.of(1)], OptionError, 'object { loss, grads }'],
    [() => ({ grads: [Float32Array.of(1)] }), OptionError, 'number for loss'],
    [() => ({ loss: '1', grads: [Float32Array.of(1)] }), OptionError, 'number for loss'],
    [
      () => ({ loss: 1, grads: [null] }),
      ShapeError,
      'a gradient for every parameter of LBFGS, got none for grads[0]',
    ],
    [() => ({ loss: 1 }), ShapeError, 'Expected grads to be an array of 1'],
  ])('refuses what a closure must not answer: %s', (closure, Type, says) => {
    const x = Float32Array.of(1);
    const optimizer = new LBFGS([x], { backend });
    expect(() => optimizer.step(closure as never)).toThrow(Type);
    expect(() => optimizer.step(closure as never)).toThrow(says);
    expect([x[0], optimizer.steps]).toEqual([1, 0]);
  });
});
