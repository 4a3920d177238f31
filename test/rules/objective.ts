/** The objectives of golden files whose gradients depend on the parameters. */
import type { FloatArray } from '../../src/index.js';

/** A quadratic, x'Ax / 2 - b'x, or Rosenbrock's function. */
export interface Objective {
  readonly objective: { type: 'quadratic'; A: number[][]; b: number[] } | { type: 'rosenbrock' };
}

export const product = (row: readonly number[], x: ArrayLike<number>): number =>
  row.reduce((sum, a, k) => sum + a * x[k]!, 0);

export function value({ objective }: Objective, x: FloatArray): number {
  const list = [...x];
  if (objective.type === 'quadratic') {
    return (
      product(
        list,
        objective.A.map(row => product(row, x) / 2),
      ) - product(objective.b, x)
    );
  }
  return list
    .slice(1)
    .reduce((sum, next, i) => sum + 100 * (next - list[i]! ** 2) ** 2 + (1 - list[i]!) ** 2, 0);
}

export function gradient({ objective }: Objective, x: FloatArray): FloatArray {
  if (objective.type === 'quadratic') {
    return Float64Array.from(objective.A, (row, i) => product(row, x) - objective.b[i]!);
  }
  const g = new Float64Array(x.length);
  for (let i = 0; i + 1 < x.length; i++) {
    const valley = x[i + 1]! - x[i]! ** 2;
    g[i]! += -400 * x[i]! * valley - 2 * (1 - x[i]!);
    g[i + 1]! += 200 * valley;
  }
  return g;
}
