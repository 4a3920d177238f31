/** Work on whole matrices on WebAssembly: Newton and Schulz' iteration, made of products. */
import { newArray } from '../../memory.js';
import type { Grid } from '../../shape.js';
import type { Dtype, FloatArray } from '../../types.js';
import type { Grids } from '../backend.js';
import type { Kernels } from './exports.js';
import { multiplyBlocks, turn } from './products.js';
import type { Tiles } from './tiles.js';

/** What is done to whole matrices of one optimizer. Its room is there before a step, in which nothing may fail. */
export class WholeMatrices {
  readonly #room: Readonly<Record<Dtype, { readonly other: FloatArray; readonly square: FloatArray }>>;
  readonly #memory: Readonly<Record<Dtype, FloatArray>>;

  constructor({ lanes }: Tiles, dtypes: readonly Dtype[], grids: Grids) {
    this.#memory = lanes;
    const longest = (dtype: Dtype, of: (grid: Grid) => number) =>
      grids.reduce(
        (most, grid, i) => (grid === null || dtypes[i] !== dtype ? most : Math.max(most, of(grid))),
        0,
      );
    const roomOf = (dtype: Dtype) => ({
      other: newArray(
        dtype,
        longest(dtype, ({ rows, columns }) => rows * columns),
      ),
      square: newArray(
        dtype,
        longest(dtype, ({ rows, columns }) => {
          const side = rows * columns === 0 ? 0 : Math.min(rows, columns);
          return side * side;
        }),
      ),
    });
    this.#room = { float32: roomOf('float32'), float64: roomOf('float64') };
  }

  /** Newton and Schulz' iteration over the matrices of a slot; `numbers` are a size, a, b, c, and how many times. */
  newtonSchulz(kernels: Kernels, dtype: Dtype, slot: FloatArray, grid: Grid, numbers: Float64Array): void {
    const { matrices, rows, columns } = grid;
    const length = rows * columns;
    for (let from = 0; length > 0 && from < matrices * length; from += length)
      this.#orthogonalize(kernels, dtype, slot.subarray(from, from + length), grid, numbers);
  }

  #orthogonalize(
    kernels: Kernels,
    dtype: Dtype,
    u: FloatArray,
    { rows, columns }: Grid,
    numbers: Float64Array,
  ): void {
    const turns = rows > columns;
    const [m, n] = turns ? [columns, rows] : [rows, columns];
    // In the elements' type.
    const [size, a, b, c] =
      Float32Array === u.constructor ? Float32Array.from(numbers.subarray(0, 4)) : numbers;
    const other = this.#room[dtype].other.subarray(0, m * n);
    const square = this.#room[dtype].square.subarray(0, m * m);
    for (let i = 0; i < u.length; i++) u[i] = u[i]! / size!;
    let [x, next] = [u, other];
    if (turns) {
      turn(next, u, rows, columns);
      [x, next] = [next, x];
    }
    for (let step = 0; step < numbers[4]!; step++) {
      // A is where X will be, which needs it no more.
      const A = next.subarray(0, m * m);
      multiplyBlocks(kernels, this.#memory[dtype], {
        m,
        n: m,
        k: n,
        a: { at: x, columns: n },
        b: { at: x, columns: n },
        turned: true,
        out: A,
        symmetric: true,
      });
      const whole = { at: A, columns: m };
      multiplyBlocks(kernels, this.#memory[dtype], {
        m,
        n: m,
        k: m,
        a: whole,
        b: whole,
        out: square,
        c: A,
        alpha: b!,
        beta: c!,
        symmetric: true,
      });
      multiplyBlocks(kernels, this.#memory[dtype], {
        m,
        n,
        k: m,
        a: { at: square, columns: m },
        b: { at: x, columns: n },
        out: next,
        c: x,
        alpha: a!,
        beta: 1,
      });
      [x, next] = [next, x];
    }
    if (turns) {
      if (x === u) {
        next.set(x);
        [x, next] = [next, x];
      }
      turn(u, x, m, n);
    } else if (x !== u) u.set(x);
  }
}
