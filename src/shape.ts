/** The shape of a tensor: read and checked, told, compared, and folded to a matrix. */
import { ShapeError, show } from './errors.js';

/**
 * The dimensions of a tensor, rows before columns, as in PyTorch and TensorFlow.js: `[64, 32]` is a matrix of 64 rows of 32 elements,
 * which lie one after the other; `[64]` is a vector, `[]` one number. Whole numbers >= 0, at most 64 of them; their product is the length.
 */
export type Shape = readonly number[];

// As many as PyTorch's operations take.
const mostDimensions = 64;

const isDimension = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0;

/** The shape of what has none: a vector. */
export const vectorOf = (length: number): Shape => Object.freeze([length]);

/**
 * The shape that a caller gave for a tensor of this length, as a list that nobody can write to.
 *
 * @throws ShapeError where it is none, or one of another length
 */
export function readShape(given: unknown, length: number, shown: string): Shape {
  const list: unknown[] | null = Array.isArray(given) && given.length <= mostDimensions ? [...given] : null;
  if (list === null || list.length > mostDimensions) {
    throw new ShapeError(
      'ERR_LANESTEP_SHAPE',
      `Expected ${shown} to be a list of at most ${mostDimensions} whole numbers >= 0, rows before columns, got ${show(given)}`,
    );
  }
  const shape = list.map((value, i) => {
    if (isDimension(value)) return value + 0;
    throw new ShapeError(
      'ERR_LANESTEP_SHAPE',
      `Expected ${shown}[${i}] to be a whole number >= 0, got ${show(value)}`,
    );
  });
  // Other readers of a checkpoint multiply dimensions before they come to one that is 0.
  const most = product(shape.map(n => n || 1));
  const elements = shape.includes(0) ? 0 : most;
  if (elements !== length || !Number.isSafeInteger(most)) {
    throw new ShapeError(
      'ERR_LANESTEP_LENGTH',
      `Expected ${shown} to be the dimensions of ${length} elements, ` +
        `got [${shape.slice(0, 8).join(', ')}${shape.length > 8 ? ', …' : ''}], ` +
        (elements === length ? 'which are too large beside a 0' : `which has ${elements}`),
    );
  }
  return Object.freeze(shape);
}

/** How many elements a tensor of a shape has. */
export const product = (dimensions: Shape): number => dimensions.reduce((all, n) => all * n, 1);

/** How a tensor is named for a person: `Float32Array(64×32)`. */
export function tensorText({ dtype, shape }: { readonly dtype: string; readonly shape: Shape }): string {
  const dimensions = shape.length > 8 ? [...shape.slice(0, 8), '…'] : shape;
  return `${dtype === 'float32' ? 'Float32' : 'Float64'}Array(${dimensions.join('×') || 1})`;
}

/** Whether two shapes are the same. */
export function sameShape(a: Shape, b: Shape): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * Whether numbers that came in as these dimensions can be those of a tensor of this shape and length: they are the same, or one of them is
 * a vector, of which nobody said more. So are lists in lists that are not all alike.
 */
export const fitsShape = (given: Shape, shape: Shape, length: number): boolean =>
  [given, shape].some(({ length: dimensions }) => dimensions === 1) ||
  product(given) !== length ||
  sameShape(given, shape);

/** A tensor as its rows, which lie one after the other. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
}

/**
 * A tensor as one matrix of the same elements in the same order. None and one dimension are a single row, two are as they are. Of more,
 * one stays and the others are joined:
 *
 * - `'first'`: the first dimension is the rows; [out, in, height, width] is out × (in · height · width). So Muon takes filters of a
 *   convolution (Jordan et al. 2024, `update.view(len(update), -1)`; PyTorch's own takes two dimensions only), and so norms are
 *   taken by output unit (adaptive gradient clipping, gradient centralization).
 * - `'last'`: the last dimension is the columns; [batch, in, out] is (batch · in) × out.
 */
export function fold(shape: Shape, stays: 'first' | 'last'): Matrix {
  if (shape.length < 2) return { rows: 1, columns: product(shape) };
  const at = stays === 'first' ? 1 : shape.length - 1;
  return { rows: product(shape.slice(0, at)), columns: product(shape.slice(at)) };
}

/** Matrices of one size, one after the other. */
export interface Stack extends Matrix {
  readonly matrices: number;
}

/** A stack whose matrices are walked row by row: in bands of so many rows, which have sums of their own. */
export interface Grid extends Stack {
  readonly height: number;
}

// A band has as many elements as a thread takes at a time, and enough rows that the sums of its columns are few beside it.
const [bandLength, mostBands, leastHeight] = [16384, 16, 16];

/** How a stack is cut into bands, by its shape alone: so no cut among threads can change a sum. */
export function gridOf({ matrices, rows, columns }: Stack): Grid {
  const bands = Math.min(
    mostBands,
    Math.floor(rows / leastHeight),
    Math.floor((rows * columns) / bandLength),
  );
  return { matrices, rows, columns, height: Math.max(1, Math.ceil(rows / Math.max(1, bands))) };
}

/** How many bands a grid has. */
export const bandsOf = ({ matrices, rows, height }: Grid): number => matrices * Math.ceil(rows / height);

/**
 * A tensor as the matrices of its last two dimensions; those before only say how many there are. So Adafactor factors, in PyTorch
 * (`row_var` has 1 in place of the last dimension, `col_var` in place of the last but one) and in Keras; both factor nothing that has
 * fewer than two dimensions, which is a single row here. With more than two, SM3 differs: it has maxima along each dimension (Anil et al.
 * 2019), and is asked for the shape itself.
 */
export function stackOf(shape: Shape): Stack {
  const { columns } = fold(shape, 'last');
  const [rows, before] = shape.length < 2 ? [1, []] : [shape.at(-2)!, shape.slice(0, -2)];
  return { matrices: product(before), rows, columns };
}
