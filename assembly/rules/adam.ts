// Adam, and AMSGrad with the flag. The bias corrections are folded into the coefficients, so that an element
// costs one division: stepSize = lr sqrt(bc2) / bc1, epsilon = eps sqrt(bc2).
import { STRIDE, coefficient, put, vector, add, div, max, mul, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(amsgrad: bool, n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, vmaxAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const stepSize = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let vmax = amsgrad ? vector(vmaxAt + i) : p;

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (amsgrad) vmax = max(vmax, v);
    p = sub(p, div(mul(m, stepSize), add(sqrt(amsgrad ? vmax : v), epsilon)));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
    if (amsgrad) put(vmaxAt + i, vmax);
  }
}

export function adam(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, vmaxAt: usize): void {
  update(false, n, c, pAt, gAt, mAt, vAt, vmaxAt);
}

export function adam_amsgrad(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, vmaxAt: usize): void {
  update(true, n, c, pAt, gAt, mAt, vAt, vmaxAt);
}
