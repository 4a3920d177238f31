// AdaBound: Adam, whose rate of each element is kept between two bounds that come closer to each other; with the flag, by the
// largest second moment so far. stepSize = lr sqrt(bc2) / bc1; epsilon stands beside the root as it is.
import { STRIDE, coefficient, put, vector, add, div, max, min, mul, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(amsbound: bool, n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, vmaxAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const stepSize = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  const low = coefficient(c, 6);
  const high = coefficient(c, 7);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let vmax = amsbound ? vector(vmaxAt + i) : p;

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (amsbound) vmax = max(vmax, v);
    const rate = div(stepSize, add(sqrt(amsbound ? vmax : v), epsilon));
    p = sub(p, mul(min(max(rate, low), high), m));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
    if (amsbound) put(vmaxAt + i, vmax);
  }
}

export function adabound(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, vmaxAt: usize): void {
  update(false, n, c, pAt, gAt, mAt, vAt, vmaxAt);
}

export function adabound_amsbound(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, vmaxAt: usize): void {
  update(true, n, c, pAt, gAt, mAt, vAt, vmaxAt);
}
