// Fromage: a step as long as the tensor along its gradient, times the learning rate, and then a scaling. The first pass adds up
// what both norms, and that of the new tensor, follow from.
import { lanes, plus } from "../sum";
import { G, P, uses } from "../uses";
import { STRIDE, coefficient, put, vector, mul, sub } from "../vec";

export function fromage_norms(n: usize, c: usize, pAt: usize, gAt: usize, weightAt: usize, gradientAt: usize, productAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    const weight = lanes(weightAt, i);
    const gradient = lanes(gradientAt, i);
    const product = lanes(productAt, i);

    plus(weight, p, p);
    plus(gradient, g, g);
    plus(product, p, g);
  }
  return uses(P | G, 0, 3);
}

export function fromage(n: usize, c: usize, pAt: usize, gAt: usize): i32 {
  const stepSize = coefficient(c, 0);
  const keep = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);

    p = mul(sub(p, mul(g, stepSize)), keep);

    put(pAt + i, p);
  }
  return uses(P | G, P);
}
