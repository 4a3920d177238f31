/**
 * x to the power of any real y, for x > 0, in + - * / alone: the engine's `**` gives other bits on Node 24 than on Node 20.
 *
 * y ln x, then its exponential; the relative error is a few times 2^-53, times y ln x where that is larger than 1.
 */
export function realPower(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  // Halved or not, infinity is where it was: the logarithm would never end.
  return x === Infinity ? (y > 0 ? Infinity : 0) : exponential(y * logarithm(x));
}

// ln 2 in two parts: the first has so few digits that its products with an exponent are exact.
const ln2High = 0.6931471803691238;
const ln2Low = 1.9082149292705877e-10;

/** The natural logarithm of a finite x > 0: x = m 2^k with m in [1/√2, √2), ln m = 2 artanh((m - 1) / (m + 1)) by its series. */
export function logarithm(x: number): number {
  let m = x;
  let k = 0;
  for (; m >= Math.SQRT2; k++) m /= 2;
  for (; m < Math.SQRT1_2; k--) m *= 2;
  const s = (m - 1) / (m + 1);
  const square = s * s;
  let sum = 0;
  for (let n = 23; n >= 3; n -= 2) sum = (sum + 1 / n) * square;
  return k * ln2High + (2 * s + (2 * s * sum + k * ln2Low));
}

/** e to the power of z: z = k ln 2 + r with |r| <= ln 2 / 2, e^r by its series. */
export function exponential(z: number): number {
  if (z > 709.78) return Infinity;
  if (z < -745.13) return 0;
  const k = Math.round(z / (ln2High + ln2Low));
  const r = z - k * ln2High - k * ln2Low;
  let sum = 1;
  for (let n = 16; n >= 1; n--) sum = 1 + (sum * r) / n;
  for (let i = 0; i < k; i++) sum *= 2;
  for (let i = 0; i > k; i--) sum /= 2;
  return sum;
}
