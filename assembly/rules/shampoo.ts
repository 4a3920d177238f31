// Shampoo, of a matrix: the gradient is taken, and then the step along what became of it. Between the two it is multiplied by roots of
// matrices, in TypeScript. What is too large for such goes plainly down the gradient.
import { G, P, S0, uses } from "../uses";
import { STRIDE, coefficient, put, vector, mul, sub } from "../vec";

export function shampoo_factored_take(n: usize, c: usize, pAt: usize, gAt: usize, uAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let u = vector(uAt + i);

    u = g;

    put(uAt + i, u);
  }
  return uses(G, S0);
}

export function shampoo_factored(n: usize, c: usize, pAt: usize, gAt: usize, uAt: usize): i32 {
  const lr = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const u = vector(uAt + i);

    p = sub(p, mul(u, lr));

    put(pAt + i, p);
  }
  return uses(P | S0, P);
}

export function shampoo(n: usize, c: usize, pAt: usize, gAt: usize): i32 {
  const lr = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);

    p = sub(p, mul(g, lr));

    put(pAt + i, p);
  }
  return uses(P | G, P);
}
