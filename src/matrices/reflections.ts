/** Householder's reflections: x - 2 v (v · x) / (v · v), which bring a vector onto its first axis. */
import { dot, lengthFrom, takeOff } from './lines.js';
import { scaleOf } from './scale.js';

/** What became of a vector's part: its first element, and 2 / (v · v) of the v that is left in its place; 0 where nothing was to do. */
export interface Reflected {
  readonly first: number;
  readonly factor: number;
}

/** Makes the reflection of the part [from, to) of `x`, whose elements are finite, and leaves v there, of whatever length. */
export function reflectionOf(x: Float64Array, from: number, to: number): Reflected {
  const head = x[from]!;
  let size = 0;
  for (let i = from; i < to; i++) size = Math.max(size, Math.abs(x[i]!));
  if (size === 0) return { first: head, factor: 0 };
  // So that no square is lost below the least numbers there are.
  const scale = scaleOf(size);
  for (let i = from; i < to; i++) x[i] = x[i]! * scale;
  if (lengthFrom(x, from + 1, to) === 0) return { first: head, factor: 0 };
  const length = lengthFrom(x, from, to);
  // Away from the vector, so that nothing cancels.
  const first = head > 0 ? -length : length;
  x[from] = x[from]! - first;
  return { first: first / scale, factor: 2 / dot(x, from, x, from, to - from) };
}

/** Reflects a part of another vector, as long as v. */
export function reflect(
  v: Float64Array,
  vFrom: number,
  factor: number,
  x: Float64Array,
  xFrom: number,
  count: number,
): void {
  takeOff(x, xFrom, factor * dot(v, vFrom, x, xFrom, count), v, vFrom, count);
}
