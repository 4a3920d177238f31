// The Hessian's diagonal out of products with random vectors.
import { describe, expect, it, test } from 'vitest';
import { AdaHessian, hutchinson, OptionError, Random, ShapeError } from '../../src/index.js';

/** The product of a symmetric matrix with a vector. */
const product = (matrix: readonly (readonly number[])[], v: ArrayLike<number>): Float64Array =>
  Float64Array.from(matrix, row => row.reduce((sum, a, j) => sum + a * v[j]!, 0));

describe('hutchinson', () => {
  it('is exact where the Hessian is diagonal, and writes to no parameter', () => {
    const params = [Float64Array.of(1, 2, 3), Float32Array.of(4)];
    const found = hutchinson(
      params,
      ([v, w]) => [
        Float64Array.from(v as Float64Array, (x, i) => x * [5, -6, 0][i]!),
        Float32Array.of(7 * (w as Float32Array)[0]!),
      ],
      new Random(1),
    );
    expect(found).toEqual([Float64Array.of(5, -6, 0), Float32Array.of(7)]);
    expect(params).toEqual([Float64Array.of(1, 2, 3), Float32Array.of(4)]);
  });

  it('comes near the diagonal of any other with many samples', () => {
    const matrix = [
      [2, 1, -0.5],
      [1, -3, 0.25],
      [-0.5, 0.25, 4],
    ];
    const p = { w: new Float64Array(3) };
    const { w } = hutchinson(p, v => ({ w: product(matrix, v.w!) }), new Random(7), 20_000);
    matrix.forEach((row, i) => {
      expect(Math.abs(w![i]! - row[i]!)).toBeLessThan(0.03);
    });
  });

  it('draws +1 and -1 by the bits of the generator, the lowest first, and a new word for each array', () => {
    const drawn: number[][] = [];
    const random = new Random(3);
    hutchinson(
      [new Float64Array(33), new Float32Array(2)],
      v => {
        for (const array of v) drawn.push([...array!]);
        return v;
      },
      random,
    );
    const other = new Random(3);
    const bits = (count: number, word = other.next()) =>
      Array.from({ length: count }, (_, i) => ((word >>> i) & 1 ? 1 : -1));
    expect(drawn).toEqual([[...bits(32), ...bits(1)], bits(2)]);
    expect(random.state).toEqual(other.state);
  });

  it('is not led astray by who writes to the vector', () => {
    const found = hutchinson(
      [new Float64Array(4)],
      ([v]) => {
        const twice = v!.map(x => 2 * x) as Float64Array;
        v!.fill(9);
        return [twice];
      },
      new Random(1),
      3,
    );
    expect(found).toEqual([Float64Array.of(2, 2, 2, 2)]);
  });

  it('has the shape of the gradients of groups, and trains', () => {
    const groups = [{ params: { w: Float64Array.of(1, 1) } }, { params: [Float64Array.of(1)], lr: 0.1 }];
    const optimizer = new AdaHessian(groups, { lr: 0.5 });
    const curvature = [2, 8, 32];
    const times = (v: readonly ({ w?: Float64Array } | readonly Float64Array[])[]) => {
      const [{ w }, [b]] = v as unknown as [{ w: Float64Array }, [Float64Array]];
      return [{ w: Float64Array.of(w[0]! * 2, w[1]! * 8) }, [Float64Array.of(b[0]! * 32)]];
    };
    const random = new Random(1);
    for (let t = 0; t < 60; t++) {
      const grads = times(groups.map(({ params }) => params) as never);
      const hessian = hutchinson(groups as never, times as never, random);
      expect(hessian).toEqual([{ w: Float64Array.of(2, 8) }, [Float64Array.of(32)]]);
      optimizer.step(grads as never, { hessian } as never);
    }
    const [{ params: first }, { params: second }] = groups as never as [
      { params: { w: Float64Array } },
      { params: [Float64Array] },
    ];
    for (const x of [...first.w, ...second[0]]) expect(Math.abs(x)).toBeLessThan(0.2);
    expect(curvature).toHaveLength(3);
  });

  const p = [new Float64Array(2)];
  const same = (v: unknown) => v as never;
  test.each([
    ['no function', () => hutchinson(p, 1 as never, new Random(1)), OptionError, /hessianVector, got 1/],
    ['no generator', () => hutchinson(p, same, {} as never), OptionError, /^Expected a Random/],
    ['no samples', () => hutchinson(p, same, new Random(1), 0), OptionError, /samples/],
    ['no parameters', () => hutchinson([] as never, same, new Random(1)), ShapeError, /at least one/],
    [
      'a product that is not there',
      () => hutchinson(p, () => [null] as never, new Random(1)),
      ShapeError,
      /^Expected hessianVector\(v\)\[0\] to be an array, got none/,
    ],
    [
      'a product of another length',
      () => hutchinson(p, () => [new Float64Array(3)], new Random(1)),
      ShapeError,
      /^Expected hessianVector\(v\)\[0\] to be Float64Array\(2\)/,
    ],
    [
      'the parameters themselves',
      () => hutchinson(p, () => p, new Random(1)),
      ShapeError,
      /to have memory of its own/,
    ],
    ['a promise', () => hutchinson(p, (async () => p) as never, new Random(1)), ShapeError, /await it/],
  ])('refuses %s', (_, work, kind, message) => {
    expect(work).toThrow(kind);
    expect(work).toThrow(message);
  });
});
