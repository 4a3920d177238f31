// The power of two at the lower end of the numbers around p that are equally far apart: its bits without the fraction's. For those
// below the least normal number that is zero.
function floorOf(p: number): number {
  const [bits] = new Int32Array(Float32Array.of(p).buffer);
  return new Float32Array(Int32Array.of(bits! & 0x7f800000).buffer)[0]!;
}

/**
 * x · x · x …, rounded to float32 each time: the bits of a variable of float32 that is multiplied with x, once for each of
 * `count` steps, from x on.
 *
 * Close to 1 that takes a billion steps to reach zero. But as long as p stays between two powers of two, what it loses in a step
 * is a whole number of units in its last place, which never grows while p falls: so the steps of the same loss are taken at
 * once, as many as a search finds.
 *
 * @param x in [0, 1)
 */
export function product(x: number, count: number): number {
  const factor = Math.fround(x);
  let [p, floor] = [factor, Number.POSITIVE_INFINITY];
  for (let left = count; left > 0; ) {
    const next = Math.fround(p * factor);
    const loss = p - next;
    if (loss === 0) break;
    if (p < floor) floor = floorOf(p);
    // Whether the step after k of the same loss is one of them, too.
    const same = (k: number) => {
      const at = p - k * loss;
      return at - loss >= floor && at - Math.fround(at * factor) === loss;
    };
    let run = 1;
    if (next >= floor) {
      let stride = 1;
      while (run + stride <= left && same(run + stride - 1)) {
        run += stride;
        stride *= 2;
      }
      for (; stride >= 1; stride /= 2) {
        if (run + stride <= left && same(run + stride - 1)) run += stride;
      }
    }
    p = run === 1 ? next : p - run * loss;
    left -= run;
  }
  return p;
}
