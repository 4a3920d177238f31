/**
 * x to the n-th power for a whole n >= 0, by squaring: multiplications only, each rounded once, so that its bits do not
 * depend on an engine's `Math.pow`. The relative error is below n 2^-53, which bias corrections never show: x^n is
 * next to nothing by the time that n is large.
 */
export function power(x: number, n: number): number {
  let result = 1;
  for (let square = x; n > 0; square *= square) {
    if (n % 2 === 1) result *= square;
    n = Math.floor(n / 2);
  }
  return result;
}
