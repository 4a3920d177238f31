/** The line search of L-BFGS: a step that goes far enough down, to where it is flat enough. */
import type { Pass, Sums } from '../pass.js';

/** A point on the line. */
export interface Point {
  /** How far along the direction. */
  readonly t: number;
  readonly f: number;
  /** How steep the function is there, along the direction. */
  readonly slope: number;
  /** The sum of the sizes of the gradient's elements there, and the largest of them. */
  readonly total: number;
  readonly top: number;
}

/** What is asked for within a step. */
export type Asking<T> = Generator<Pass<never> | 'gradients', T, Sums>;

/** The line. One gradient is kept beside the one of the last point. */
export interface Line {
  /** The point where it begins. */
  readonly start: Point;
  /** The largest element of the direction. */
  readonly longest: number;
  evaluate(t: number): Asking<Point>;
  /** Keeps the gradient of the last point in place of the one that was kept; or that of the start. */
  keep(): void;
  keepStart(): void;
}

/** What came of it: the point, whether its gradient is the one that was kept, and how often the function was asked. */
export interface Found {
  readonly point: Point;
  readonly kept: boolean;
  readonly evaluations: number;
}

// Nocedal and Wright's, as PyTorch has them.
const enough = 1e-4;
const flat = 0.9;
const mostSteps = 25;
const narrow = 1e-9;

/** Where a cubic through two points, with their slopes, is lowest; halfway where it has no lowest point. */
export function cubicMinimum(
  a: Point,
  b: Point,
  low = Math.min(a.t, b.t),
  high = Math.max(a.t, b.t),
): number {
  const d1 = a.slope + b.slope - (3 * (a.f - b.f)) / (a.t - b.t);
  const square = d1 * d1 - a.slope * b.slope;
  if (!(square >= 0)) return (low + high) / 2;
  const d2 = Math.sqrt(square);
  const at =
    a.t <= b.t
      ? b.t - (b.t - a.t) * ((b.slope + d2 - d1) / (b.slope - a.slope + 2 * d2))
      : a.t - (a.t - b.t) * ((a.slope + d2 - d1) / (a.slope - b.slope + 2 * d2));
  return Math.min(Math.max(at, low), high);
}

/** Goes on to longer steps until a good one lies between two, or is found. */
function* bracket(
  { start, evaluate, keep, keepStart }: Line,
  first: number,
): Asking<{ points: readonly [Point, Point] | null; last: Point; steps: number }> {
  let before = start;
  keepStart();
  let last = yield* evaluate(first);
  for (let steps = 0; steps < mostSteps; steps++) {
    const rises = last.f > start.f + enough * last.t * start.slope || (steps > 1 && last.f >= before.f);
    if (!rises && Math.abs(last.slope) <= -flat * start.slope) return { points: null, last, steps };
    if (rises || last.slope >= 0) return { points: [before, last], last, steps };
    const t = cubicMinimum(before, last, last.t + 0.01 * (last.t - before.t), last.t * 10);
    before = last;
    keep();
    last = yield* evaluate(t);
  }
  keepStart();
  return { points: [start, last], last, steps: mostSteps };
}

// Not too near an end of the bracket, twice in a row.
function away(
  t: number,
  a: Point,
  b: Point,
  wasNear: boolean,
): { readonly t: number; readonly near: boolean } {
  const [low, high] = [Math.min(a.t, b.t), Math.max(a.t, b.t)];
  const margin = 0.1 * (high - low);
  if (!(Math.min(high - t, t - low) < margin)) return { t, near: false };
  if (!wasNear && t < high && t > low) return { t, near: true };
  return { t: Math.abs(t - high) < Math.abs(t - low) ? high - margin : low + margin, near: false };
}

/**
 * Finds a step that fulfils the strong Wolfe conditions, by bracketing and cubic interpolation (Nocedal and Wright, algorithms 3.5 and
 * 3.6), with the numbers of PyTorch's `_strong_wolfe`.
 *
 * @param first the step that is tried first
 */
export function* strongWolfe(line: Line, first: number): Asking<Found> {
  const { start, longest, evaluate, keep } = line;
  const { points, last, steps } = yield* bracket(line, first);
  let taken = steps;
  const found = (point: Point, kept: boolean): Found => ({ point, kept, evaluations: taken + 1 });
  if (points === null) return found(last, false);
  let [low, high] = points;
  // Of the two, the one whose gradient may be needed is kept: it is the lower one from here on.
  let kept = low.f <= high.f;
  if (!kept) [low, high] = [high, low];
  let near = false;
  let isFlat = false;
  while (!isFlat && taken < mostSteps) {
    if (Math.abs(high.t - low.t) * longest < narrow) break;
    const tried = away(cubicMinimum(low, high), low, high, near);
    near = tried.near;
    if (!kept) keep();
    const next = yield* evaluate(tried.t);
    taken++;
    kept = true;
    if (next.f > start.f + enough * next.t * start.slope || next.f >= low.f) {
      high = next;
      if (high.f < low.f) {
        [low, high] = [high, low];
        kept = false;
      }
    } else {
      isFlat = Math.abs(next.slope) <= -flat * start.slope;
      if (!isFlat && next.slope * (high.t - low.t) >= 0) high = low;
      low = next;
      kept = false;
    }
  }
  return found(low, kept);
}
