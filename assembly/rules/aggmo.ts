// Aggregated momentum: a step along the sum of one to four buffers, each with a momentum of its own.
import { STRIDE, coefficient, put, vector, add, mul, sub } from "../vec";

// @ts-ignore: decorator
@inline
function update(
  two: bool, three: bool, four: bool, n: usize, c: usize, pAt: usize, gAt: usize, b1At: usize, b2At: usize, b3At: usize,
  b4At: usize,
): void {
  const beta1 = coefficient(c, 0);
  const beta2 = coefficient(c, 1);
  const beta3 = coefficient(c, 2);
  const beta4 = coefficient(c, 3);
  const stepSize = coefficient(c, 4);
  for (let i: usize = 0; i < n; i += STRIDE) {
    let p = vector(pAt + i);
    const g = vector(gAt + i);
    let b1 = vector(b1At + i);
    let b2 = two ? vector(b2At + i) : p;
    let b3 = three ? vector(b3At + i) : p;
    let b4 = four ? vector(b4At + i) : p;

    b1 = add(mul(b1, beta1), g);
    if (two) b2 = add(mul(b2, beta2), g);
    if (three) b3 = add(mul(b3, beta3), g);
    if (four) b4 = add(mul(b4, beta4), g);
    const sum2 = two ? add(b1, b2) : b1;
    const sum3 = three ? add(sum2, b3) : sum2;
    const sum4 = four ? add(sum3, b4) : sum3;
    p = sub(p, mul(sum4, stepSize));

    put(pAt + i, p);
    put(b1At + i, b1);
    if (two) put(b2At + i, b2);
    if (three) put(b3At + i, b3);
    if (four) put(b4At + i, b4);
  }
}

export function aggmo(n: usize, c: usize, pAt: usize, gAt: usize, b1At: usize): void {
  update(false, false, false, n, c, pAt, gAt, b1At, b1At, b1At, b1At);
}

export function aggmo_two(n: usize, c: usize, pAt: usize, gAt: usize, b1At: usize, b2At: usize): void {
  update(true, false, false, n, c, pAt, gAt, b1At, b2At, b1At, b1At);
}

export function aggmo_two_three(n: usize, c: usize, pAt: usize, gAt: usize, b1At: usize, b2At: usize, b3At: usize): void {
  update(true, true, false, n, c, pAt, gAt, b1At, b2At, b3At, b1At);
}

export function aggmo_two_three_four(n: usize, c: usize, pAt: usize, gAt: usize, b1At: usize, b2At: usize, b3At: usize, b4At: usize): void {
  update(true, true, true, n, c, pAt, gAt, b1At, b2At, b3At, b4At);
}
