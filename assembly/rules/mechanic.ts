// Mechanic, over any rule: what its base has done to a parameter, times a scale that it finds. First it adds up how the gradients
// go along with the sum of the base's updates before (`mechanic.sums`), then it moves the parameter from where it began. That sum
// is found again from where the parameter was, or stored.
import { lanes, plus } from "../sum";
import { G, P, S3, S4, S5, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

export function mechanic_sums(
  n: usize, c: usize, pAt: usize, gAt: usize, refAt: usize, originAt: usize, productAt: usize, leanAt: usize, gradientAt: usize,
  weightAt: usize,
): i32 {
  const inverse = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    const ref = vector(refAt + i);
    const origin = vector(originAt + i);
    const product = lanes(productAt, i);
    const lean = lanes(leanAt, i);
    const gradient = lanes(gradientAt, i);
    const weight = lanes(weightAt, i);

    const delta = mul(sub(origin, ref), inverse);
    plus(product, g, delta);
    plus(lean, p, delta);
    plus(gradient, g, g);
    plus(weight, p, p);
  }
  return uses(P | G | S4 | S5, 0, 4);
}

export function mechanic_move(n: usize, c: usize, pAt: usize, gAt: usize, refAt: usize, originAt: usize): i32 {
  const inverse = coefficient(c, 0);
  const scale = coefficient(c, 1);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const ref = vector(refAt + i);
    const origin = vector(originAt + i);

    const delta = mul(sub(origin, ref), inverse);
    p = add(ref, mul(add(delta, sub(p, origin)), scale));

    put(pAt + i, p);
  }
  return uses(P | S4 | S5, P);
}

export function mechanic_stored_sums(
  n: usize, c: usize, pAt: usize, gAt: usize, deltaAt: usize, productAt: usize, leanAt: usize, gradientAt: usize, weightAt: usize,
): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    const delta = vector(deltaAt + i);
    const product = lanes(productAt, i);
    const lean = lanes(leanAt, i);
    const gradient = lanes(gradientAt, i);
    const weight = lanes(weightAt, i);

    plus(product, g, delta);
    plus(lean, p, delta);
    plus(gradient, g, g);
    plus(weight, p, p);
  }
  return uses(P | G | S3, 0, 4);
}

export function mechanic_stored_move(
  n: usize, c: usize, pAt: usize, gAt: usize, deltaAt: usize, refAt: usize, originAt: usize,
): i32 {
  const scale = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    let delta = vector(deltaAt + i);
    const ref = vector(refAt + i);
    const origin = vector(originAt + i);

    delta = add(delta, sub(p, origin));
    p = add(ref, mul(delta, scale));

    put(pAt + i, p);
    put(deltaAt + i, delta);
  }
  return uses(P | S3 | S4 | S5, P | S3);
}
