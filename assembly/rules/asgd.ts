// Averaged SGD: `ax` is the parameter itself until averaging begins, then the running mean of the parameters.
import { STRIDE, coefficient, put, vector, add, mul, select, sub } from "../vec";

export function asgd(n: usize, c: usize, pAt: usize, gAt: usize, axAt: usize): void {
  const keep = coefficient(c, 0);
  const eta = coefficient(c, 1);
  const averaging = coefficient(c, 2);
  const mu = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let ax = vector(axAt + i);

    p = sub(mul(p, keep), mul(g, eta));
    ax = select(averaging, add(ax, mul(sub(p, ax), mu)), p);

    put(pAt + i, p);
    put(axAt + i, ax);
  }
}
