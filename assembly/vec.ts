// The words of the arithmetic over v128. `Lane` is f32 in one build and f64 in the other (asconfig.json), so that every
// rule is written once.

/** Bytes of a vector. Every array of a run is padded to whole vectors; what lies past its end is never read back. */
export const STRIDE: usize = 16;

// @ts-ignore: decorator
@inline export function vector(at: usize): v128 { return v128.load(at); }
// @ts-ignore: decorator
@inline export function put(at: usize, x: v128): void { v128.store(at, x); }

/** The coefficient of this index, in every lane. */
// @ts-ignore: decorator
@inline export function coefficient(c: usize, index: usize): v128 { return splat(load<Lane>(c + index * sizeof<Lane>())); }
/** One number of a slot, in every lane. */
// @ts-ignore: decorator
@inline export function number(at: usize): v128 { return splat(load<Lane>(at)); }
/** A number that stands in the arithmetic, in every lane. */
// @ts-ignore: decorator
@inline export function constant(x: Lane): v128 { return splat(x); }
// @ts-ignore: decorator
@inline function splat(x: Lane): v128 { return v128.splat<Lane>(x); }

// @ts-ignore: decorator
@inline export function add(a: v128, b: v128): v128 { return v128.add<Lane>(a, b); }
// @ts-ignore: decorator
@inline export function sub(a: v128, b: v128): v128 { return v128.sub<Lane>(a, b); }
// @ts-ignore: decorator
@inline export function mul(a: v128, b: v128): v128 { return v128.mul<Lane>(a, b); }
// @ts-ignore: decorator
@inline export function div(a: v128, b: v128): v128 { return v128.div<Lane>(a, b); }
// @ts-ignore: decorator
@inline export function sqrt(a: v128): v128 { return v128.sqrt<Lane>(a); }
// @ts-ignore: decorator
@inline export function abs(a: v128): v128 { return v128.abs<Lane>(a); }
// @ts-ignore: decorator
@inline export function neg(a: v128): v128 { return v128.neg<Lane>(a); }

/** `a > b ? a : b`, the bits of maxps; pmax(x, y) is `x < y ? y : x`. */
// @ts-ignore: decorator
@inline export function max(a: v128, b: v128): v128 { return v128.pmax<Lane>(b, a); }
/** `a < b ? a : b`; pmin(x, y) is `y < x ? y : x`. */
// @ts-ignore: decorator
@inline export function min(a: v128, b: v128): v128 { return v128.pmin<Lane>(b, a); }

// @ts-ignore: decorator
@inline function above(a: v128, b: v128): v128 { return v128.gt<Lane>(a, b); }
/** `c > 0 ? a : b`. */
// @ts-ignore: decorator
@inline export function select(c: v128, a: v128, b: v128): v128 { return v128.bitselect(a, b, above(c, splat(0))); }
/** `(a > 0) - (a < 0)`: NaN and -0 give 0. */
// @ts-ignore: decorator
@inline export function sign(a: v128): v128 {
  return sub(v128.and(above(a, splat(0)), splat(1)), v128.and(above(splat(0), a), splat(1)));
}
