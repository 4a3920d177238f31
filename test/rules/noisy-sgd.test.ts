import { describe, expect, test } from 'vitest';
import { type FloatArray, Lookahead, NoisySGD, SAM, SGD, setThreads } from '../../src/index.js';
import { fillNormal } from '../../src/sampling/normals.js';
import { Random } from '../../src/sampling/random.js';
import { worked } from './by-hand.js';
import { keepsStages } from './stages.js';
import { expectWithin, onEachBackend, tensors, waves } from './trajectory.js';

keepsStages(NoisySGD, 'coupled', { lr: 0.1, momentum: 0.9, nesterov: true });

/** What the noise of a tensor is, by the seed, its place and its step. */
function noise(seed: number, place: number, t: number, length: number): Float64Array {
  const tensor = new Random(seed, place);
  const key = tensor.next() * 2 ** 21 + Math.floor(tensor.next() / 2 ** 11);
  const values = new Float64Array(length);
  fillNormal(new Random(key, t), values);
  return values;
}

describe('by hand', () => {
  const n = (t: number) => noise(5, 0, t, 2);
  const given = { lr: 0.5, eta: 0.09, gamma: 2, seed: 5 };
  // The variance is 0.09, then a quarter of it.
  worked('the noise falls with the steps', NoisySGD, {
    options: given,
    start: [1, 2],
    grads: [[1, 0], null, [0, 1]],
    gives: [
      [1 - 0.5 * (1 + 0.3 * n(1)[0]!), 2 - 0.5 * 0.3 * n(1)[1]!],
      [1 - 0.5 * (1 + 0.3 * n(1)[0]!), 2 - 0.5 * 0.3 * n(1)[1]!],
      [
        1 - 0.5 * (1 + 0.3 * n(1)[0]!) - 0.5 * 0.15 * n(2)[0]!,
        2 - 0.5 * 0.3 * n(1)[1]! - 0.5 * (1 + 0.15 * n(2)[1]!),
      ],
    ],
  });
  const g = [
    [1 + 0.3 * n(1)[0]!, 0.3 * n(1)[1]!],
    [0.15 * n(2)[0]!, 1 + 0.15 * n(2)[1]!],
  ] as const;
  const b = g[0].map((x, i) => 0.5 * x + g[1][i]!);
  worked('the momentum is that of the noisy gradients', NoisySGD, {
    options: { ...given, momentum: 0.5 },
    start: [1, 2],
    grads: [
      [1, 0],
      [0, 1],
    ],
    gives: [g[0].map((x, i) => 1 + i - 0.5 * x), b.map((x, i) => 1 + i - 0.5 * g[0][i]! - 0.5 * x)],
    state: { step: 2, momentum_buffer: b },
  });
});

onEachBackend(backend => {
  const lengths = [5, 0, 9000, 3];
  const start = () => lengths.map((length, i) => waves(i, length));
  const step = (t: number) => lengths.map((length, i) => waves(t + i, length));

  test.each([{}, { momentum: 0.9 }, { momentum: 0.9, nesterov: true, weightDecay: 0.1 }])(
    'without noise it is SGD: %j',
    options => {
      const [params, others] = [start(), start()];
      const noisy = new NoisySGD(params, { lr: 0.1, eta: 0, ...options, backend });
      const sgd = new SGD(others, { lr: 0.1, ...options, backend });
      for (let t = 1; t <= 4; t++) for (const one of [noisy, sgd]) one.step(step(t));
      expect(params).toEqual(others);
    },
  );

  test.each(['float32', 'float64'] as const)('the authors, in doubles: the same, in %s', dtype => {
    const params = tensors(
      dtype,
      start().map(p => Array.from(p)),
    );
    const p = params.map(one => Float64Array.from(one));
    const b = p.map(one => new Float64Array(one.length));
    const optimizer = new NoisySGD(params, { lr: 0.01, eta: 0.3, seed: 11, momentum: 0.8, backend });
    const places = [0, 1, 1, 2];
    for (let t = 1; t <= 5; t++) {
      const grads = tensors(
        dtype,
        step(t).map(one => Array.from(one)),
      );
      optimizer.step(grads);
      p.forEach((one, i) => {
        const n = noise(11, places[i]!, t, one.length);
        for (let k = 0; k < one.length; k++) {
          b[i]![k] = 0.8 * b[i]![k]! + grads[i]![k]! + n[k]! * Math.sqrt(0.3 / t ** 0.55);
          one[k] = one[k]! - 0.01 * b[i]![k]!;
        }
        const bound = (x: number) => (dtype === 'float32' ? 1e-5 : 1e-12) * Math.max(1, Math.abs(x));
        expectWithin(params[i]!, one, bound, `step ${t}, tensor ${i}, element `);
      });
    }
  });

  test('the same bits on WebAssembly, on threads, and off the thread', async () => {
    const run = async (options: object, threads: number, away = false): Promise<FloatArray[]> => {
      setThreads(threads);
      const placed = (values: Float64Array): Float32Array => {
        const shared = new Float32Array(new SharedArrayBuffer(4 * values.length));
        shared.set(values);
        return shared;
      };
      const sizes = [300_000, 7];
      const params = sizes.map((length, i) => placed(waves(i, length)));
      const optimizer = new NoisySGD(params, { momentum: 0.5, ...options });
      for (let t = 1; t <= 3; t++) {
        const grads = sizes.map((length, i) => placed(waves(t + i, length)));
        if (away) await optimizer.stepAsync(grads);
        else optimizer.step(grads);
      }
      setThreads(1);
      return params;
    };
    const wanted = await run({ backend: 'wasm' }, 1);
    expect(await run({ backend }, 1)).toEqual(wanted);
    expect(await run({ backend }, 3)).toEqual(wanted);
    expect(await run({ backend }, 2, true)).toEqual(wanted);
  });

  test('another seed, tensor or step has other noise', () => {
    const run = (seed: number) => {
      const params = [0, 1].map(() => new Float64Array(2000));
      const optimizer = new NoisySGD(params, { lr: 1, eta: 1, gamma: 0, seed, backend });
      return [1, 2].flatMap(() => {
        const before = params.map(p => p.slice());
        optimizer.step(params.map(p => new Float64Array(p.length)));
        return params.map((p, i) => p.map((x, k) => x - before[i]![k]!));
      });
    };
    const all = [...run(0), ...run(1), ...run(2 ** 53 - 1)];
    all.forEach((one, i) => {
      all.forEach((other, j) => {
        const mean = one.reduce((sum, x, k) => sum + x * other[k]!, 0) / one.length;
        // 4 standard deviations; of one with itself the variance, 1.
        if (i === j) expect(Math.abs(mean - 1)).toBeLessThan(4 * Math.sqrt(2 / 2000));
        else expect(Math.abs(mean), `${i}, ${j}`).toBeLessThan(4 / Math.sqrt(2000));
      });
    });
    expect(run(1)).toEqual(run(1));
  });

  test('a checkpoint goes on with the same noise, in lists, groups and parts', () => {
    const groups = () => {
      const [a, b] = [waves(0, 40), waves(1, 50)];
      const optimizer = new NoisySGD([{ params: { a } }, { params: { b }, lr: 0.1, eta: 0.5 }], {
        momentum: 0.9,
        seed: 3,
        backend,
      });
      // The second now and then has no gradient, so its steps are others.
      const grads = (t: number) => [{ a: waves(t, 40) }, { b: t % 2 ? waves(2 * t, 50) : null }];
      return { params: [a, b], optimizer, grads };
    };
    const [whole, first, second, partial] = [groups(), groups(), groups(), groups()];
    for (let t = 1; t <= 5; t++) whole.optimizer.step(whole.grads(t) as never);
    for (let t = 1; t <= 3; t++) first.optimizer.step(first.grads(t) as never);
    for (const { optimizer } of [second, partial])
      optimizer.deserialize(first.optimizer.serialize(), { partial: optimizer === partial.optimizer });
    for (const { optimizer, grads, params } of [second, partial]) {
      for (let t = 4; t <= 5; t++) optimizer.step(grads(t) as never);
      expect(params).toEqual(whole.params);
    }
  });

  test('a group that is added changes no noise of the others', () => {
    const run = (grows: boolean) => {
      const [a, b] = [waves(0, 40), waves(1, 50)];
      const optimizer = new NoisySGD([{ params: [a] }], { backend });
      optimizer.step([[waves(1, 40)]]);
      const grown = grows ? optimizer.addGroup({ params: [b] }) : null;
      for (let t = 2; t <= 3; t++)
        if (grown === null) optimizer.step([[waves(t, 40)]]);
        else grown.step([[waves(t, 40)], [waves(t, 50)]]);
      return { a, b };
    };
    const [one, other] = [run(false), run(true)];
    expect(other.a).toEqual(one.a);
    expect(other.b).not.toEqual(one.b);
  });

  test('Lookahead takes its steps; SAM, which wants one pass, does not', () => {
    const [params, others] = [start(), start()];
    const [ahead, plain] = [
      new Lookahead(params, NoisySGD, { k: 100, backend }),
      new NoisySGD(others, { backend }),
    ];
    for (let t = 1; t <= 3; t++) for (const one of [ahead, plain]) one.step(step(t));
    expect(params).toEqual(others);
    expect(() => new SAM(start(), NoisySGD as never, { backend } as never)).toThrow(/NoisySGD/);
  });

  test('gets away from a saddle, where a gradient of zeros keeps SGD for ever', () => {
    const p = Float64Array.of(0, 0);
    const optimizer = new NoisySGD([p], { lr: 0.1, backend });
    // x² + (y² - 1)² / 4, with minima at (0, ±1).
    for (let t = 1; t <= 2000; t++) optimizer.step([Float64Array.of(2 * p[0]!, p[1]! ** 3 - p[1]!)]);
    expect(Math.abs(p[0]!)).toBeLessThan(0.05);
    expect(Math.abs(Math.abs(p[1]!) - 1)).toBeLessThan(0.05);
  });
});
