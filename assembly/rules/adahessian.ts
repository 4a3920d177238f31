// AdaHessian, in two passes, the first of which is taken where the step is told the Hessian's diagonal: that stands in the place
// of `g`, and the average of its squares is h. The bias corrections are folded into the coefficients. Without the flag the
// power is a root.
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, div, mul, sqrt, sub } from "../vec";
import { raised } from "../words/raised";

export function adahessian_hessian(n: usize, c: usize, pAt: usize, gAt: usize, hAt: usize): i32 {
  const beta2 = coefficient(c, 0);
  const beta2Rest = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let h = vector(hAt + i);

    h = add(mul(h, beta2), mul(mul(g, g), beta2Rest));

    put(hAt + i, h);
  }
  return uses(G | S1, S1);
}

// @ts-ignore: decorator
@inline
function update(power: bool, n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, hAt: usize): void {
  const beta1 = coefficient(c, 0);
  const beta1Rest = coefficient(c, 1);
  const stepSize = coefficient(c, 2);
  const epsilon = coefficient(c, 3);
  const one = coefficient(c, 4);
  const whole = coefficient(c, 5);
  const digits = coefficient(c, 6);
  const weight1 = coefficient(c, 7);
  const weight2 = coefficient(c, 8);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    const h = vector(hAt + i);

    m = add(mul(m, beta1), mul(g, beta1Rest));
    const root = power ? raised(h, one, whole, digits, weight1, weight2) : sqrt(h);
    p = sub(p, div(mul(m, stepSize), add(root, epsilon)));

    put(pAt + i, p);
    put(mAt + i, m);
  }
}

export function adahessian(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, hAt: usize): i32 {
  update(false, n, c, pAt, gAt, mAt, hAt);
  return uses(P | G | S0 | S1, P | S0);
}

export function adahessian_power(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, hAt: usize): i32 {
  update(true, n, c, pAt, gAt, mAt, hAt);
  return uses(P | G | S0 | S1, P | S0);
}
