// Products of matrices, of blocks that lie in the tiles. An element is added up in the order of k, each product rounded, then added;
// vectors lie along the columns, so their width changes no bit.
import { STRIDE, add, mul, put, vector } from "./vec";

// Elements of a vector.
const LANES: usize = STRIDE / sizeof<Lane>();

// @ts-ignore: decorator
@inline function spread(at: usize): v128 { return v128.splat<Lane>(load<Lane>(at)); }

/**
 * out = a b, or out + a b with `goes on`: `rows` of `columns`, over so many k. Rows of a, of b and of out are so many bytes apart.
 * `rows` is a whole number of fours, `columns` one of two vectors.
 */
export function product(
  rows: usize, columns: usize, depth: usize, a: usize, aRow: usize, b: usize, bRow: usize, out: usize, outRow: usize, goesOn: i32,
): void {
  for (let j: usize = 0; j < columns; j += 2 * LANES) {
    for (let i: usize = 0; i < rows; i += 4) {
      const to0 = out + i * outRow + j * sizeof<Lane>();
      const to1 = to0 + outRow;
      const to2 = to1 + outRow;
      const to3 = to2 + outRow;
      let s00 = goesOn ? vector(to0) : v128.splat<Lane>(0);
      let s01 = goesOn ? vector(to0 + STRIDE) : v128.splat<Lane>(0);
      let s10 = goesOn ? vector(to1) : v128.splat<Lane>(0);
      let s11 = goesOn ? vector(to1 + STRIDE) : v128.splat<Lane>(0);
      let s20 = goesOn ? vector(to2) : v128.splat<Lane>(0);
      let s21 = goesOn ? vector(to2 + STRIDE) : v128.splat<Lane>(0);
      let s30 = goesOn ? vector(to3) : v128.splat<Lane>(0);
      let s31 = goesOn ? vector(to3 + STRIDE) : v128.splat<Lane>(0);
      let a0 = a + i * aRow;
      let a1 = a0 + aRow;
      let a2 = a1 + aRow;
      let a3 = a2 + aRow;
      let from = b + j * sizeof<Lane>();
      for (const end = a0 + depth * sizeof<Lane>(); a0 < end; from += bRow) {
        const b0 = vector(from);
        const b1 = vector(from + STRIDE);
        let x = spread(a0);
        s00 = add(s00, mul(x, b0));
        s01 = add(s01, mul(x, b1));
        x = spread(a1);
        s10 = add(s10, mul(x, b0));
        s11 = add(s11, mul(x, b1));
        x = spread(a2);
        s20 = add(s20, mul(x, b0));
        s21 = add(s21, mul(x, b1));
        x = spread(a3);
        s30 = add(s30, mul(x, b0));
        s31 = add(s31, mul(x, b1));
        a0 += sizeof<Lane>();
        a1 += sizeof<Lane>();
        a2 += sizeof<Lane>();
        a3 += sizeof<Lane>();
      }
      put(to0, s00);
      put(to0 + STRIDE, s01);
      put(to1, s10);
      put(to1 + STRIDE, s11);
      put(to2, s20);
      put(to2 + STRIDE, s21);
      put(to3, s30);
      put(to3 + STRIDE, s31);
    }
  }
}

/** out = c alpha + out beta, for so many bytes. */
export function combine(n: usize, out: usize, c: usize, alpha: Lane, beta: Lane): void {
  const ofC = v128.splat<Lane>(alpha);
  const ofOut = v128.splat<Lane>(beta);
  for (let i: usize = 0; i < n; i += STRIDE) put(out + i, add(mul(vector(c + i), ofC), mul(vector(out + i), ofOut)));
}
