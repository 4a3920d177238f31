// TensorFlow.js' Adam: both moments are divided by their bias corrections, element by element; with the flag,
// the correction of the first is 1, as it is in float32 from some step on.
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(settled: bool, n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const beta2 = coefficient(c, 2);
  const beta2Rest = coefficient(c, 3);
  const correction1 = coefficient(c, 4);
  const correction2 = coefficient(c, 5);
  const lr = coefficient(c, 6);
  const epsilon = coefficient(c, 7);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let v = vector(vAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    v = add(mul(v, beta2), mul(mul(g, g), beta2Rest));
    const first = settled ? m : div(m, correction1);
    p = sub(p, mul(div(first, add(sqrt(div(v, correction2)), epsilon)), lr));

    put(pAt + i, p);
    put(mAt + i, m);
    put(vAt + i, v);
  }
}

export function tfjs$adam(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  update(false, n, c, pAt, gAt, mAt, vAt);
}

export function tfjs$adam_settled(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, vAt: usize): void {
  update(true, n, c, pAt, gAt, mAt, vAt);
}
