// Tiger: the sign of the average of the gradient. Where the step goes by the tensor's root mean square, a first pass
// adds up the squares, and the tensor's own weight decay is in `keep`.
import { P, uses } from "../uses";
import { lanes, plus } from "../sum";
import { STRIDE, coefficient, put, vector, add, mul, sign, sub } from "../vec";

export function tiger_size(n: usize, c: usize, pAt: usize, gAt: usize, sizeAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const size = lanes(sizeAt, i);

    plus(size, p, p);

  }
  return uses(P, 0, 1);
}

export function tiger(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize): void {
  const beta = coefficient(c, 0);
  const betaRest = coefficient(c, 1);
  const stepSize = coefficient(c, 2);
  const keep = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);

    m = add(mul(m, beta), mul(g, betaRest));
    p = sub(mul(p, keep), mul(sign(m), stepSize));

    put(pAt + i, p);
    put(mAt + i, m);
  }
}
