// NorMuon, of a matrix: the direction, whose norm is added up, as Muon's; what became of it, whose squares are added up row by row;
// and the step along it, each row times a number of its own. Between the first two it is made orthogonal (../products.ts). What is no
// matrix goes AdamW's way.
import { lanes, plus } from "../sum";
import { G, P, ROW_FIRST, S2, S3, S4, uses } from "../uses";
import { STRIDE, coefficient, number, put, vector, add, mul, sub } from "../vec";
export { adam as normuon, adam as normuon_adamw } from "./adam";

export function normuon_direction(n: usize, c: usize, pAt: usize, gAt: usize, uAt: usize, mAt: usize, updateAt: usize): i32 {
  const momentum = coefficient(c, 0);
  const momentumRest = coefficient(c, 1);
  const ofMomentum = coefficient(c, 2);
  const ofGradient = coefficient(c, 3);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const g = vector(gAt + i);
    let u = vector(uAt + i);
    let m = vector(mAt + i);
    const update = lanes(updateAt, i);

    m = add(mul(m, momentum), mul(g, momentumRest));
    u = add(mul(m, ofMomentum), mul(g, ofGradient));
    plus(update, u, u);

    put(uAt + i, u);
    put(mAt + i, m);
  }
  return uses(G | S4, S3 | S4, 1);
}

export function normuon_squares(n: usize, c: usize, pAt: usize, gAt: usize, uAt: usize, rowAt: usize): i32 {
  for (let i: usize = 0; i < n; i += STRIDE) {
    const u = vector(uAt + i);
    const row = lanes(rowAt, i);

    plus(row, u, u);
  }
  return uses(S3, 0, 1);
}

export function normuon_factored(n: usize, c: usize, pAt: usize, gAt: usize, byRowAt: usize, uAt: usize): i32 {
  const byRow = number(byRowAt);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const u = vector(uAt + i);

    p = sub(p, mul(u, byRow));

    put(pAt + i, p);
  }
  return uses(P | S2 | S3, P, 0, 0, ROW_FIRST);
}
