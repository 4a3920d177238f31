/**
 * `base` to the power of an integer, by repeated squaring in double-double arithmetic.
 *
 * `**` may differ in its last bit between versions of V8 and between engines; this may not, as it only multiplies
 * and adds. Plain squaring would double the relative error at every step and lose seven digits at a million steps,
 * so the rounding error of every product is carried along: the result is within one unit in the last place. (Below
 * 2^-900 and above 2^900 the error terms themselves leave the range of doubles, and the products are plain.)
 *
 * @param base 0 or more.
 * @param exponent An integer of 0 or more; 0 to the power of 0 is 1.
 * @returns Number.MAX_VALUE in place of Infinity, so that a learning rate of 0 times it is 0 and not NaN.
 */
export function power(base: number, exponent: number): number {
  let bit = 1;
  while (bit * 2 <= exponent) bit *= 2;
  let rest = exponent;
  let high = 1;
  let low = 0;
  for (; bit >= 1; bit /= 2) {
    let product = high * high;
    let error = roundingError(high, high, product) + 2 * high * low;
    high = product + error;
    low = error - (high - product);
    if (rest >= bit) {
      rest -= bit;
      product = high * base;
      error = roundingError(high, base, product) + low * base;
      high = product + error;
      low = error - (high - product);
    }
    if (!(high <= Number.MAX_VALUE)) return Number.MAX_VALUE;
  }
  return high;
}

/** 2^27 + 1: cuts a double in two halves whose products are exact. */
const SPLITTER = 134217729;

/** Exactly `a * b - product` (T. J. Dekker, "A floating-point technique for extending the available precision", 1971). */
function roundingError(a: number, b: number, product: number): number {
  if (!(product > 2 ** -900 && product < 2 ** 900)) return 0;
  const wideA = SPLITTER * a;
  const highA = wideA - (wideA - a);
  const lowA = a - highA;
  const wideB = SPLITTER * b;
  const highB = wideB - (wideB - b);
  const lowB = b - highB;
  return highA * highB - product + highA * lowB + lowA * highB + lowA * lowB;
}
