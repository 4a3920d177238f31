// Nesterov's accelerated gradient in Sutskever's form: with `ahead`, the way to the look-ahead point, with `back`, the way
// back from there; without flags, the update from the `origin` that was left there, with the gradient taken at that point.
import { G, P, S0, S1, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(ahead: bool, back: bool, n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, originAt: usize): i32 {
  const momentum = coefficient(c, 0);
  const lr = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let v = vector(vAt + i);
    let origin = vector(originAt + i);

    if (ahead) origin = p;
    if (ahead) p = add(origin, mul(v, momentum));
    if (back) p = origin;
    if (!ahead && !back) v = sub(mul(v, momentum), mul(g, lr));
    if (!ahead && !back) p = add(origin, v);

    put(pAt + i, p);
    if (ahead) put(originAt + i, origin);
    if (!ahead && !back) put(vAt + i, v);
  }
  if (ahead) return uses(P | S0, P | S1);
  return back ? uses(S1, P) : uses(G | S0 | S1, P | S0);
}

export function nesterov(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, originAt: usize): i32 {
  return update(false, false, n, c, pAt, gAt, vAt, originAt);
}

export function nesterov_ahead(n: usize, c: usize, pAt: usize, gAt: usize, vAt: usize, originAt: usize): i32 {
  return update(true, false, n, c, pAt, gAt, vAt, originAt);
}

export function nesterov_back(n: usize, c: usize, pAt: usize, gAt: usize, originAt: usize): i32 {
  return update(false, true, n, c, pAt, gAt, 0, originAt);
}
