// MARS: Adam, or the sign of an average, over gradients that are corrected by their change and clipped. A pass before it adds
// up their squares. The bias corrections are folded into the coefficients.
import { lanes, plus } from "../sum";
import { G, P, S0, S1, S2, S3, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, max, mul, sign, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(
  lion: bool, amsgrad: bool, n: usize, c: usize, pAt: usize, gAt: usize, beforeAt: usize, mAt: usize, vAt: usize, vmaxAt: usize,
): i32 {
  const change = coefficient(c, 0);
  const clip = coefficient(c, 1);
  const beta1 = coefficient(c, 2);
  const beta1Rest = coefficient(c, 3);
  const beta2 = coefficient(c, 4);
  const beta2Rest = coefficient(c, 5);
  const stepSize = coefficient(c, 6);
  const epsilon = coefficient(c, 7);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let before = vector(beforeAt + i);
    let m = vector(mAt + i);
    let v = !lion ? vector(vAt + i) : p;
    let vmax = amsgrad ? vector(vmaxAt + i) : p;

    const d = mul(add(g, mul(sub(g, before), change)), clip);
    m = add(mul(m, beta1), mul(d, beta1Rest));
    if (!lion) v = add(mul(v, beta2), mul(mul(d, d), beta2Rest));
    if (amsgrad) vmax = max(vmax, v);
    before = g;
    if (lion) p = sub(p, mul(sign(m), stepSize));
    else p = sub(p, div(mul(m, stepSize), add(sqrt(amsgrad ? vmax : v), epsilon)));

    put(pAt + i, p);
    put(beforeAt + i, before);
    put(mAt + i, m);
    if (!lion) put(vAt + i, v);
    if (amsgrad) put(vmaxAt + i, vmax);
  }
  return uses(P | G | S0 | S1 | (!lion ? S2 : 0) | (amsgrad ? S3 : 0), P | S0 | S1 | (!lion ? S2 : 0) | (amsgrad ? S3 : 0));
}

export function mars(n: usize, c: usize, pAt: usize, gAt: usize, beforeAt: usize, mAt: usize, vAt: usize, vmaxAt: usize): i32 {
  return update(false, false, n, c, pAt, gAt, beforeAt, mAt, vAt, vmaxAt);
}

export function mars_amsgrad(n: usize, c: usize, pAt: usize, gAt: usize, beforeAt: usize, mAt: usize, vAt: usize, vmaxAt: usize): i32 {
  return update(false, true, n, c, pAt, gAt, beforeAt, mAt, vAt, vmaxAt);
}

export function mars_lion(n: usize, c: usize, pAt: usize, gAt: usize, beforeAt: usize, mAt: usize, vAt: usize, vmaxAt: usize): i32 {
  return update(true, false, n, c, pAt, gAt, beforeAt, mAt, vAt, vmaxAt);
}

export function mars_size(n: usize, c: usize, pAt: usize, gAt: usize, beforeAt: usize, sizeAt: usize): i32 {
  const change = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    const before = vector(beforeAt + i);
    const size = lanes(sizeAt, i);

    const d = add(g, mul(sub(g, before), change));
    plus(size, d, d);
  }
  return uses(G | S0, 0, 1);
}
