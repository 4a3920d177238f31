import { adafactorKernels, cameKernels } from '../kernels.generated.js';
import { newArray } from '../memory.js';
import { added as sum } from '../numerics/combine.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair, triple } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row, Tensors, Written } from '../pass.js';
import { belowOne, epsilon, nonNegative, positive } from '../ranges.js';
import type { Rule } from '../rule.js';
import { type Grid, stackOf } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair, Triple } from '../types.js';

/** What `CAME` takes; each number may be a function of the step. */
export interface CAMEOptions extends StepOptions {
  /** Learning rate, >= 0. Default 2e-4. */
  lr?: Hyper;
  /**
   * Decay rates of the averages of the updates, of the squared gradient, and of the squared distance between an update and the average
   * of the updates, in [0, 1). Default [0.9, 0.999, 0.9999].
   */
  betas?: Triple;
  /**
   * Two numbers, each >= 0: what is added to the square of the gradient, and to that of the distance. At 0 an element without any
   * gradient becomes NaN. Default [1e-30, 1e-16].
   */
  eps?: Pair;
  /** The largest root mean square of an update, > 0. Default 1. */
  clipThreshold?: Hyper;
  /** Weight decay, >= 0, by itself as in AdamW, times lr. Default 0. */
  weightDecay?: Hyper;
}

/** The moments of the rows and columns of a matrix, and what their roots divide by, as far as the step is. */
interface Sides {
  readonly grid: Grid;
  readonly squares: readonly [rows: Float64Array, columns: Float64Array];
  readonly distances: readonly [rows: Float64Array, columns: Float64Array];
  readonly factors: readonly [rows: Float64Array, columns: Float64Array];
  /** What is there before the step, where the factors stand within it. */
  readonly before: Written;
}

function sidesOf(tensors: Tensors, tensor: number, grid: Grid): Sides {
  const [rows, columns] = [grid.matrices * grid.rows, grid.matrices * grid.columns];
  return {
    grid,
    squares: [tensors.read(tensor, 'exp_avg_sq_row'), tensors.read(tensor, 'exp_avg_sq_col')],
    distances: [tensors.read(tensor, 'exp_avg_res_row'), tensors.read(tensor, 'exp_avg_res_col')],
    factors: [newArray('float64', rows) as Float64Array, newArray('float64', columns) as Float64Array],
    before: {
      exp_avg_sq_row: tensors.read(tensor, 'exp_avg_sq_row'),
      exp_avg_sq_col: tensors.read(tensor, 'exp_avg_sq_col'),
    },
  };
}

// Averages brought forward by the means of sums of `count` numbers, in their own array.
function average(moments: Float64Array, sums: Float64Array, count: number, beta: number, eps: number): void {
  for (let i = 0; i < moments.length; i++)
    moments[i] = beta * moments[i]! + (1 - beta) * ((count === 0 ? 0 : sums[i]! / count) + eps);
}

// One over the root of the rows' moments, as parts of their matrix' mean, and of the columns'.
function invert(
  [rows, columns]: readonly [Float64Array, Float64Array],
  { grid, factors: [byRow, byColumn] }: Sides,
): void {
  for (let from = 0; from < rows.length; from += grid.rows) {
    let total = 0;
    for (let i = from; i < from + grid.rows; i++) total += rows[i]!;
    const mean = total / grid.rows;
    for (let i = from; i < from + grid.rows; i++) byRow[i] = 1 / Math.sqrt(rows[i]! / mean);
  }
  for (let i = 0; i < columns.length; i++) byColumn[i] = 1 / Math.sqrt(columns[i]!);
}

/** The rule of `CAME`. */
export const came: Rule<CAMEOptions> = {
  name: 'came',
  kernels: [...adafactorKernels, ...cameKernels],
  slotAccess,
  label: 'CAME',
  options: {
    lr: hyper(2e-4, nonNegative),
    betas: triple([0.9, 0.999, 0.9999], belowOne) as never,
    eps: pair([1e-30, 1e-16], epsilon),
    clipThreshold: hyper(1, positive),
    weightDecay: hyper(0, nonNegative),
  },
  // Within a step the kernels read factors in the place of the squares' moments, which are written back at its end.
  slots: [
    { name: 'exp_avg_sq_row', when: [factored], along: 'row', squeezed: true },
    { name: 'exp_avg_sq_col', when: [factored], along: 'column', squeezed: true },
    { name: 'exp_avg' },
    { name: 'exp_avg_sq', unless: factored },
    { name: 'exp_avg_res_row', when: [factored], along: 'row', squeezed: true },
    { name: 'exp_avg_res_col', when: [factored], along: 'column', squeezed: true },
  ],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
  clock: 'own',
  grid: shape => (shape.length < 2 ? null : stackOf(shape)),
  *passes({ tensors }) {
    const matrices: Row<CAMEOptions>[] = [];
    const squares = yield {
      kernel: 'adafactor.squares',
      alone: true,
      over: 'grids',
      sums: ['row'],
      numbers(row) {
        if (tensors.grid(row.tensor) !== null) matrices.push(row);
        return [];
      },
    };
    // All memory is asked for before anything is written.
    const sides = new Map<number, Sides>();
    for (const { tensor } of matrices) sides.set(tensor, sidesOf(tensors, tensor, tensors.grid(tensor)!));
    for (const { tensor, options } of matrices) {
      const of = sides.get(tensor)!;
      const { grid, squares: moments } = of;
      average(moments[0], squares.rows(tensor, 'row'), grid.columns, options.betas[1], options.eps[0]);
      average(moments[1], squares.columns(tensor, sum), grid.rows, options.betas[1], options.eps[0]);
      invert(moments, of);
    }
    const written = ({ tensor }: Row<CAMEOptions>): Written => {
      const of = sides.get(tensor);
      return of === undefined ? {} : { exp_avg_sq_row: of.factors[0], exp_avg_sq_col: of.factors[1] };
    };
    try {
      const rows: Row<CAMEOptions>[] = [];
      const sizes = yield {
        kernel: 'came.size',
        alone: true,
        factored: 'came.factored.size',
        sums: ['update'],
        write: written,
        numbers(row) {
          const { betas, eps } = row.options;
          rows.push(row);
          return [eps[0], betas[1], 1 - betas[1]];
        },
      };
      const scales = new Map<number, number>();
      for (const { tensor, options } of rows) {
        const length = tensors.length(tensor);
        const size = length === 0 ? 0 : Math.sqrt(sizes.of(tensor, 'update') / length);
        // Written so that a NaN stays one.
        const excess = size / options.clipThreshold;
        scales.set(tensor, excess <= 1 ? 1 : 1 / excess);
      }
      const distances = yield {
        kernel: 'came.moments',
        alone: true,
        over: 'grids',
        sums: ['row'],
        numbers: ({ tensor, options: { betas } }) => [scales.get(tensor)!, betas[0], 1 - betas[0]],
      };
      for (const { tensor, options } of matrices) {
        const of = sides.get(tensor)!;
        const { grid, distances: moments } = of;
        average(moments[0], distances.rows(tensor, 'row'), grid.columns, options.betas[2], options.eps[1]);
        average(moments[1], distances.columns(tensor, sum), grid.rows, options.betas[2], options.eps[1]);
        invert(moments, of);
      }
      yield {
        kernel: '',
        write: written,
        numbers: ({ tensor, options: { lr, betas, eps } }) => [
          eps[0],
          betas[1],
          1 - betas[1],
          scales.get(tensor)!,
          betas[0],
          1 - betas[0],
          lr,
        ],
      };
    } catch (error) {
      // A pass that only adds up, for the sake of what is written before it.
      yield {
        kernel: 'adafactor.squares',
        alone: true,
        over: 'grids',
        write: ({ tensor }) => sides.get(tensor)!.before,
      };
      throw error;
    }
    return {
      write({ tensor }) {
        const of = sides.get(tensor);
        if (of === undefined) return {};
        const [[squareRows, squareColumns], [distanceRows, distanceColumns]] = [of.squares, of.distances];
        return {
          exp_avg_sq_row: squareRows,
          exp_avg_sq_col: squareColumns,
          exp_avg_res_row: distanceRows,
          exp_avg_res_col: distanceColumns,
        };
      },
    };
  },
};

/**
 * CAME: Adafactor with a momentum, whose steps are smaller where an update is far from the average of the updates. Of a matrix both
 * second moments, of the gradient and of that distance, are kept as one number a row and a column.
 *
 *     R = beta2 R + (1 - beta2) (mean of g² + eps1 by rows)        C likewise, by columns        u = g / √(R / mean of R · Cᵀ)
 *     u = u / max(1, rms(u) / clipThreshold)        m = beta1 m + (1 - beta1) u
 *     S = beta3 S + (1 - beta3) (mean of (u - m)² + eps2 by rows)        T likewise        p = p - lr weightDecay p
 *     p = p - lr m / √(S / mean of S · Tᵀ)
 *
 * What has fewer than two dimensions has a second moment for each element and no S and T: p = p - lr m; so has every parameter without
 * a shape: pass `shapes`. Of more than two dimensions the last two are matrices. Luo et al. 2023; names, defaults and numbers of the
 * authors' code, where lr has no default. pytorch_optimizer multiplies the stored average of vectors by lr. Sums over rows and columns are
 * added up in double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class CAME<const P extends ParamsLike<P> = Params> extends Optimizer<CAMEOptions, P> {
  constructor(params: P, options: CAMEOptions & Settings<P> = {}) {
    super(came, params, options);
  }
}
