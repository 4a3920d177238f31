/**
 * The cosine of `x` half turns, cos(pi x), for `x` in [0, 1]; within 2^-52 of the true value.
 *
 * `Math.cos` may be computed otherwise in every engine, and V8 has changed its own; this only multiplies and adds,
 * so its bits are the same everywhere. It is exact where a schedule turns: 1 at 0, 0 at 1/2, -1 at 1.
 */
export function cosPi(x: number): number {
  if (x <= 0.25) return cosNearZero(Math.PI * x);
  // Both differences are exact, so nothing is lost near the zero and near the end.
  if (x <= 0.75) return sinNearZero(Math.PI * (0.5 - x));
  return -cosNearZero(Math.PI * (1 - x));
}

// Taylor's series for |y| <= pi/4: what is left out is below half a unit in the last place.
function cosNearZero(y: number): number {
  const s = y * y;
  const tail =
    1 / 40320 + s * (-1 / 3628800 + s * (1 / 479001600 + s * (-1 / 87178291200 + s / 20922789888000)));
  return 1 - s * (1 / 2 - s * (1 / 24 - s * (1 / 720 - s * tail)));
}

function sinNearZero(y: number): number {
  const s = y * y;
  const tail = 1 / 362880 + s * (-1 / 39916800 + s * (1 / 6227020800 + s * (-1 / 1307674368000)));
  return y - y * s * (1 / 6 - s * (1 / 120 - s * (1 / 5040 - s * tail)));
}
