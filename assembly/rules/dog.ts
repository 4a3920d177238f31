// DoG: the gradient, times the distance from the start over the root of all squared gradients. The first pass adds up the squares
// of the distance, of the gradient and of the parameter; the second moves the parameter.
import { lanes, plus } from "../sum";
import { G, P, S0, uses } from "../uses";
import { STRIDE, coefficient, put, vector, mul, select, sub } from "../vec";

export function dog_sizes(
  n: usize, c: usize, pAt: usize, gAt: usize, startAt: usize, distanceAt: usize, gradientAt: usize, weightAt: usize,
): i32 {
  const begins = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    const p = vector(pAt + i);
    const g = vector(gAt + i);
    let start = vector(startAt + i);
    const distance = lanes(distanceAt, i);
    const gradient = lanes(gradientAt, i);
    const weight = lanes(weightAt, i);

    start = select(begins, p, start);
    const way = sub(p, start);
    plus(distance, way, way);
    plus(gradient, g, g);
    plus(weight, p, p);

    put(startAt + i, start);
  }
  return uses(P | G | S0, S0, 3);
}

export function dog(n: usize, c: usize, pAt: usize, gAt: usize): i32 {
  const stepSize = coefficient(c, 0);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);

    p = sub(p, mul(g, stepSize));

    put(pAt + i, p);
  }
  return uses(P | G, P);
}
