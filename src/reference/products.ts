// Products of matrices, and Newton and Schulz' iteration made of them: every element of a product is added up in the order of k,
// each product rounded, then added.
import type { MatrixProduct } from '../matrices/matrix-product.js';
import type { Grid } from '../shape.js';
import type { FloatArray } from '../types.js';
import { type Arithmetic, arithmetic } from './arithmetic.js';

type Words = Pick<Arithmetic, 'add' | 'div' | 'mul'>;

/** A matrix, row by row. */
export interface Dense {
  readonly rows: number;
  readonly columns: number;
  readonly at: FloatArray;
}

const like = (array: FloatArray, length: number): FloatArray =>
  array instanceof Float32Array ? new Float32Array(length) : new Float64Array(length);

/** The same matrix with rows for columns. */
export function transposed({ rows, columns, at }: Dense): Dense {
  const turned = like(at, at.length);
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < columns; j++) turned[j * rows + i] = at[i * columns + j]!;
  return { rows: columns, columns: rows, at: turned };
}

/** A product of two matrices. */
export function multiplied({ add, mul }: Words, a: Dense, b: Dense): Dense {
  const out = like(a.at, a.rows * b.columns);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.columns; j++) {
      let sum = 0;
      for (let k = 0; k < a.columns; k++)
        sum = add(sum, mul(a.at[i * a.columns + k]!, b.at[k * b.columns + j]!));
      out[i * b.columns + j] = sum;
    }
  }
  return { rows: a.rows, columns: b.columns, at: out };
}

/** A product as a backend is asked for one. */
export function multiply({ left, right, out, rows, columns, depth, ...how }: MatrixProduct): void {
  const a = how.leftTurned
    ? transposed({ rows: depth, columns: rows, at: left })
    : { rows, columns: depth, at: left };
  const b = how.rightTurned
    ? transposed({ rows: columns, columns: depth, at: right })
    : { rows: depth, columns, at: right };
  out.set(multiplied(arithmetic.float64, a, b).at);
  if (how.symmetric)
    for (let i = 0; i < rows; i++) for (let j = i + 1; j < rows; j++) out[i * rows + j] = out[j * rows + i]!;
}

/** x a + y b, element by element. */
function combined({ add, mul }: Words, x: Dense, a: number, y: Dense, b: number): Dense {
  const at = x.at.map((value, i) => add(mul(value, a), mul(y.at[i]!, b))) as FloatArray;
  return { ...x, at };
}

/** Newton and Schulz' iteration over each matrix of a grid, in place; `numbers` are its size, a, b, c, and how many times. */
export function orthogonalize(u: FloatArray, grid: Grid, numbers: readonly number[]): void {
  const words = arithmetic[u instanceof Float32Array ? 'float32' : 'float64'];
  const [size, a, b, c] = numbers.map(words.constant) as [number, number, number, number];
  const { matrices, rows, columns } = grid;
  const turns = rows > columns;
  for (let matrix = 0; matrix < matrices; matrix++) {
    const own = u.subarray(matrix * rows * columns, (matrix + 1) * rows * columns);
    let x: Dense = { rows, columns, at: own.map(value => words.div(value, size)) as FloatArray };
    if (turns) x = transposed(x);
    for (let step = 0; step < numbers[4]!; step++) {
      const square = multiplied(words, x, transposed(x));
      const polynomial = combined(words, square, b, multiplied(words, square, square), c);
      x = combined(words, x, a, multiplied(words, polynomial, x), 1);
    }
    own.set((turns ? transposed(x) : x).at);
  }
}
