// What an export answers: its letters that it reads, those that it writes, and how many sums it has. Called with no bytes it
// does nothing else. One that returns nothing reads and writes all that it takes, and sums nothing.

/** The parameter, the gradient, and the slots by their places. */
export const P: i32 = 1;
export const G: i32 = 2;
export const S0: i32 = 4;
export const S1: i32 = 8;

/** `largest` has a bit for each sum that is a largest one (`most`). */
// @ts-ignore: decorator
@inline export function uses(reads: i32, writes: i32, sums: i32 = 0, largest: i32 = 0): i32 {
  return reads | (writes << 8) | (sums << 16) | (largest << 20);
}
