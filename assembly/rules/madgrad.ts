// MADGRAD: dual averaging, over the cube root of the weighted sum of squares. Without the flag for momentum the start is not
// kept, but found again from where the parameter is. A root of 0 has a product in the place of its quotient: nothing.
import { STRIDE, coefficient, put, vector, add, div, mul, select, sub } from "../vec";
import { cubeRoot } from "../words/cube-root";

// @ts-ignore: decorator
@inline
function update(momentum: bool, n: usize, c: usize, pAt: usize, gAt: usize, sumAt: usize, sAt: usize, startAt: usize): void {
  const lambda = coefficient(c, 0);
  const epsilon = coefficient(c, 1);
  const keep = coefficient(c, 2);
  const rest = coefficient(c, 3);
  const begins = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let sum = vector(sumAt + i);
    let s = vector(sAt + i);
    let start = momentum ? vector(startAt + i) : p;

    const root = add(cubeRoot(sum), epsilon);
    if (momentum) start = select(begins, p, start);
    else start = add(p, select(root, div(s, root), mul(s, root)));
    sum = add(sum, mul(mul(g, g), lambda));
    s = add(s, mul(g, lambda));
    const rms = add(cubeRoot(sum), epsilon);
    const z = sub(start, select(rms, div(s, rms), mul(s, rms)));
    p = add(mul(p, keep), mul(z, rest));

    put(pAt + i, p);
    put(sumAt + i, sum);
    put(sAt + i, s);
    if (momentum) put(startAt + i, start);
  }
}

export function madgrad(n: usize, c: usize, pAt: usize, gAt: usize, sumAt: usize, sAt: usize, startAt: usize): void {
  update(false, n, c, pAt, gAt, sumAt, sAt, startAt);
}

export function madgrad_momentum(n: usize, c: usize, pAt: usize, gAt: usize, sumAt: usize, sAt: usize, startAt: usize): void {
  update(true, n, c, pAt, gAt, sumAt, sAt, startAt);
}
