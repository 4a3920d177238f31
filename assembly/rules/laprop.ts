// LaProp: the gradient is divided first and averaged then. With the flags, by its standard deviation once the first
// steps are over (late = 1), and by the largest so far. Weights decay after the step.
import { STRIDE, coefficient, put, vector, add, div, max, mul, select, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(
  centered: bool, amsgrad: bool,
  n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, aAt: usize, vmaxAt: usize,
): void {
  const beta1 = coefficient(c, 0);
  const beta2 = coefficient(c, 1);
  const beta2Rest = coefficient(c, 2);
  const late = coefficient(c, 3);
  const gradientStep = coefficient(c, 4);
  const epsilon = coefficient(c, 5);
  const stepSize = coefficient(c, 6);
  const keep = coefficient(c, 7);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);
    let a = centered ? vector(aAt + i) : p;
    let vmax = amsgrad ? vector(vmaxAt + i) : p;

    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    if (centered) a = add(mul(a, beta2), mul(g, beta2Rest));
    const spread = centered ? sub(v, mul(mul(a, a), late)) : v;
    if (amsgrad) vmax = select(late, max(vmax, spread), vmax);
    const divisor = add(sqrt(amsgrad ? select(late, vmax, spread) : spread), epsilon);
    m = add(mul(m, beta1), div(mul(g, gradientStep), divisor));
    p = mul(sub(p, mul(m, stepSize)), keep);

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
    if (centered) put(aAt + i, a);
    if (amsgrad) put(vmaxAt + i, vmax);
  }
}

export function laprop(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, aAt: usize, vmaxAt: usize): void {
  update(false, false, n, c, pAt, gAt, mAt, vAt, aAt, vmaxAt);
}

export function laprop_amsgrad(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, aAt: usize, vmaxAt: usize): void {
  update(false, true, n, c, pAt, gAt, mAt, vAt, aAt, vmaxAt);
}

export function laprop_centered(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, aAt: usize, vmaxAt: usize): void {
  update(true, false, n, c, pAt, gAt, mAt, vAt, aAt, vmaxAt);
}

export function laprop_centered_amsgrad(
  n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize, aAt: usize, vmaxAt: usize,
): void {
  update(true, true, n, c, pAt, gAt, mAt, vAt, aAt, vmaxAt);
}
