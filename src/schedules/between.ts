import { cosPi } from '../numerics/cos-pi.js';

/**
 * The point at `share` of the straight way from `from` to `to`, usually in [0, 1].
 *
 * Exactly `from` at 0 and `to` at 1, never outside of the two, and constant when they are equal: each half starts
 * from its own end, which no single formula gives in floating point. A `share` outside of [0, 1] goes on past the ends.
 */
export function between(from: number, to: number, share: number): number {
  const way = to - from;
  return share < 0.5 ? from + way * share : to - way * (1 - share);
}

/** As `between`, along half a cosine wave: flat at both ends. */
export function cosineBetween(from: number, to: number, share: number): number {
  return between(from, to, (1 - cosPi(share)) / 2);
}
