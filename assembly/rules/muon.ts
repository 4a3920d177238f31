// Muon, of a matrix: the direction, whose norm is added up; then the step along what became of it. Between the two it is made
// orthogonal (../products.ts). What is no matrix goes AdamW's way.
import { lanes, plus } from "../sum";
import { G, P, S2, S3, uses } from "../uses";
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";
export { adam as muon, adam as muon_adamw } from "./adam";

export function muon_direction(n: usize, c: usize, pAt: usize, gAt: usize, mAt: usize, uAt: usize, updateAt: usize): i32 {
  const momentum = coefficient(c, 0);
  const momentumRest = coefficient(c, 1);
  const ofMomentum = coefficient(c, 2);
  const ofGradient = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let m = vector(mAt + i);
    let u = vector(uAt + i);
    const update = lanes(updateAt, i);

    m = add(mul(m, momentum), mul(g, momentumRest));
    u = add(mul(m, ofMomentum), mul(g, ofGradient));
    plus(update, u, u);

    put(mAt + i, m);
    put(uAt + i, u);
  }
  return uses(G | S2, S2 | S3, 1);
}

export function muon_factored(n: usize, c: usize, pAt: usize, gAt: usize, uAt: usize): i32 {
  const stepSize = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const u = vector(uAt + i);

    p = sub(p, mul(u, stepSize));

    put(pAt + i, p);
  }
  return uses(P | S3, P);
}
