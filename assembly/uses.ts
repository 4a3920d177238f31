// What an export answers: which letters it reads, which it writes, and how many sums it has. Called with no bytes it does
// nothing else. It takes the addresses of the slots that it names, then of its sums. One that answers nothing has the slots
// from the first on, as many as it takes, reads and writes all of them, and adds up nothing.

/** The parameter, the gradient, and the slots by their places. */
export const P: i32 = 1;
export const G: i32 = 2;
export const S0: i32 = 4;
export const S1: i32 = 8;
export const S2: i32 = 16;
export const S3: i32 = 32;
export const S4: i32 = 64;
export const S5: i32 = 128;

/** Of a kernel over rows: it adds up by columns, too, at one more address; its first slot is one number, the row's. */
export const COLUMNS: i32 = 1 << 24;
export const ROW_FIRST: i32 = 1 << 25;

/** `largest` has a bit for each sum that is a largest one (`most`). */
// @ts-ignore: decorator
@inline export function uses(reads: i32, writes: i32, sums: i32 = 0, largest: i32 = 0, rows: i32 = 0): i32 {
  return reads | (writes << 8) | (sums << 16) | (largest << 20) | rows;
}
