/** A power as the word `raised` takes it. */

// It takes the first 24 binary digits one by one.
const place = 2 ** 24;

/**
 * A power from 0 to 1: its whole part, its first digits, and two weights of the binomial series for what is left of them, which is below
 * 2^-24.
 */
export function binaryPower(
  power: number,
): readonly [whole: number, digits: number, weight1: number, weight2: number] {
  const whole = Math.floor(power);
  const digits = Math.floor((power - whole) * place) / place;
  const rest = (power - whole - digits) * place;
  return [whole, digits, rest, (rest * (rest - 1)) / 2];
}
