/** How large a matrix is, so that no square of its elements leaves the range of doubles. */

/** The largest magnitude among numbers; NaN where one is not finite. */
export function largest(numbers: Float64Array): number {
  let most = 0;
  for (let i = 0; i < numbers.length; i++) {
    const size = Math.abs(numbers[i]!);
    if (!(size < Infinity)) return Number.NaN;
    if (size > most) most = size;
  }
  return most;
}

// Neither a power of two between these nor its reciprocal is infinite or 0.
const [least, most] = [2 ** -1000, 2 ** 1000];

/** The power of two that brings a number above 0 to [1/2, 1), or as near as it may come: to multiply by it rounds nothing. */
export function scaleOf(size: number): number {
  let scale = 1;
  while (size * scale >= 1 && scale > least) scale /= 2;
  while (size * scale < 0.5 && scale < most) scale *= 2;
  return scale;
}
