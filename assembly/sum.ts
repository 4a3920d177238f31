// Sums in one order, whatever the vectors, the tiles and the threads: in blocks of 4096 elements, element i of a block goes to
// lane i mod 8, in order of i, in double. A sum is an address: eight lanes for each block of the run, which TypeScript zeroes
// before and folds afterwards. It also sees to it that what is missing in the last vector does not count.

/** Bytes of a block of elements. */
export const BLOCK: usize = 4096 * sizeof<Lane>();
/** Bytes of the lanes of a block. */
export const LANES: usize = 8 * sizeof<f64>();

/** Where the lanes are of the vector at `i`, a place in bytes. */
// @ts-ignore: decorator
@inline export function lanes(sumAt: usize, i: usize): usize {
  return sumAt + (i / BLOCK) * LANES + (i & (8 * sizeof<Lane>() - 1)) * (sizeof<f64>() / sizeof<Lane>());
}

/** Where the numbers are of the columns of the vector at `i`: a double a column. */
// @ts-ignore: decorator
@inline export function columns(sumAt: usize, i: usize): usize {
  return sumAt + i * (sizeof<f64>() / sizeof<Lane>());
}

/** lane + a b, both widened first: a product of two floats is exact then. */
// @ts-ignore: decorator
@inline export function plus(sum: usize, a: v128, b: v128): void {
  v128.store(sum, f64x2.add(v128.load(sum), f64x2.mul(low(a), low(b))));
  if (sizeof<Lane>() == 4) v128.store(sum, f64x2.add(v128.load(sum, 16), f64x2.mul(high(a), high(b))), 16);
}

/** a > lane ? a : lane; a NaN is passed over. */
// @ts-ignore: decorator
@inline export function most(sum: usize, a: v128): void {
  v128.store(sum, f64x2.pmax(v128.load(sum), low(a)));
  if (sizeof<Lane>() == 4) v128.store(sum, f64x2.pmax(v128.load(sum, 16), high(a)), 16);
}

/** `plus(sum, a, a)` for all vectors of a block. In locals the lanes wait for additions, in memory for stores, too. */
export function squares(sum: usize, at: usize): void {
  let a = v128.load(sum);
  let b = v128.load(sum, 16);
  let c = v128.load(sum, 32);
  let d = v128.load(sum, 48);
  for (let end = at + BLOCK; at < end; at += 4 * PAIR) {
    a = f64x2.add(a, square(pair(at)));
    b = f64x2.add(b, square(pair(at + PAIR)));
    c = f64x2.add(c, square(pair(at + 2 * PAIR)));
    d = f64x2.add(d, square(pair(at + 3 * PAIR)));
  }
  v128.store(sum, a);
  v128.store(sum, b, 16);
  v128.store(sum, c, 32);
  v128.store(sum, d, 48);
}

// Bytes of the elements of two lanes.
const PAIR: usize = 2 * sizeof<Lane>();
// @ts-ignore: decorator
@inline function pair(at: usize): v128 {
  return sizeof<Lane>() == 4 ? f64x2.promote_low_f32x4(v128.load64_zero(at)) : v128.load(at);
}
// @ts-ignore: decorator
@inline function square(a: v128): v128 { return f64x2.mul(a, a); }
// @ts-ignore: decorator
@inline function low(x: v128): v128 { return sizeof<Lane>() == 4 ? f64x2.promote_low_f32x4(x) : x; }
// @ts-ignore: decorator
@inline function high(x: v128): v128 { return f64x2.promote_low_f32x4(v128.shuffle<i32>(x, x, 2, 3, 2, 3)); }
