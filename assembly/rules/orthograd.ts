// OrthoGrad: the gradient loses its part along the parameter, and is as long as before again. The parameter is read from its
// place, and the gradient that the rule is given written in it.
import { lanes, plus } from "../sum";
import { G, P, uses } from "../uses";
import { STRIDE, coefficient, put, vector, mul, sub } from "../vec";

export function orthograd_products(
  n: usize, c: usize, pAt: usize, gAt: usize, weightAt: usize, productAt: usize, gradientAt: usize,
): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    const weight = lanes(weightAt, i);
    const product = lanes(productAt, i);
    const gradient = lanes(gradientAt, i);

    plus(weight, p, p);
    plus(product, p, g);
    plus(gradient, g, g);
  }
  return uses(P | G, 0, 3);
}

export function orthograd(n: usize, c: usize, pAt: usize, gAt: usize, restAt: usize): i32 {
  const along = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    const rest = lanes(restAt, i);

    p = sub(g, mul(p, along));
    plus(rest, p, p);

    put(pAt + i, p);
  }
  return uses(P | G, P, 1);
}

export function orthograd_scale(n: usize, c: usize, pAt: usize, gAt: usize): i32 {
  const factor = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);

    p = mul(g, factor);

    put(pAt + i, p);
  }
  return uses(G, P);
}
