// Rprop: only the sign of the gradient counts; each element's step grows while it stays and shrinks where it
// flips.
import { STRIDE, coefficient, put, vector, max, min, mul, neg, select, sign, sub } from "../vec";

export function rprop(n: usize, c: usize, pAt: usize, gAt: usize, prevAt: usize, stepAt: usize): void {
  const etaMinus = coefficient(c, 0);
  const etaPlus = coefficient(c, 1);
  const stepMin = coefficient(c, 2);
  const stepMax = coefficient(c, 3);
  const one = coefficient(c, 4);
  const zero = coefficient(c, 5);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let prev = vector(prevAt + i);
    let step = vector(stepAt + i);

    const turn = mul(g, prev);
    step = mul(step, select(turn, etaPlus, select(neg(turn), etaMinus, one)));
    step = min(max(step, stepMin), stepMax);
    prev = select(neg(turn), zero, g);
    p = sub(p, mul(sign(prev), step));

    put(pAt + i, p);
    put(prevAt + i, prev);
    put(stepAt + i, step);
  }
}
