/** What matrices are computed with, line by line: a matrix of doubles is its rows, one after the other. All of it is added up in order. */
import { newArray } from '../memory.js';

/** Room for so many numbers; a BackendError where there is none. */
export const doubles = (length: number): Float64Array => newArray('float64', length) as Float64Array;

/** The length of a vector's part, whose elements are at most 1. */
export function lengthFrom(of: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += of[i]! * of[i]!;
  return Math.sqrt(sum);
}

/** x · y of their parts. */
export function dot(x: Float64Array, xFrom: number, y: Float64Array, yFrom: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += x[xFrom + i]! * y[yFrom + i]!;
  return sum;
}

/** y = y - a x, of their parts. */
export function takeOff(
  y: Float64Array,
  yFrom: number,
  a: number,
  x: Float64Array,
  xFrom: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) y[yFrom + i] = y[yFrom + i]! - a * x[xFrom + i]!;
}

/** The same matrix with rows for columns. */
export function turned(from: Float64Array, rows: number, columns: number): Float64Array {
  const to = doubles(from.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) to[j * rows + i] = from[i * columns + j]!;
  return to;
}
