// AdaBelief: the second moment is that of the distance from the first. With the flag, the largest so far. Where the
// step is not scaled (scaled = 0), it is one of momentum alone.
import { STRIDE, coefficient, put, vector, add, div, max, mul, select, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(amsgrad: bool, n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, sAt: usize, smaxAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const added = coefficient(c, 4);
  const stepSize = coefficient(c, 5);
  const epsilon = coefficient(c, 6);
  const scaled = coefficient(c, 7);
  const one = coefficient(c, 8);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let s = vector(sAt + i);
    let smax = amsgrad ? vector(smaxAt + i) : p;

    m = add(mul(m, beta1), mul(g, beta1Rest));
    const d = sub(g, m);
    s = add(add(mul(s, beta2), mul(mul(d, d), beta2Rest)), added);
    if (amsgrad) smax = max(smax, s);
    p = sub(p, div(mul(m, stepSize), select(scaled, add(sqrt(amsgrad ? smax : s), epsilon), one)));

    put(pAt + i, p);
    put(mAt + i, m);
    put(sAt + i, s);
    if (amsgrad) put(smaxAt + i, smax);
  }
}

export function adabelief(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, sAt: usize, smaxAt: usize): void {
  update(false, n, c, pAt, gAt, mAt, sAt, smaxAt);
}

export function adabelief_amsgrad(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, sAt: usize, smaxAt: usize): void {
  update(true, n, c, pAt, gAt, mAt, sAt, smaxAt);
}
