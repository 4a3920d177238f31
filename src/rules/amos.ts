import { amosKernels } from '../kernels.generated.js';
import { newArray } from '../memory.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, type Numbers, optional } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row, Tensors, Written } from '../pass.js';
import { belowOne, epsilon, nonNegative, positiveOrNull } from '../ranges.js';
import type { Rule } from '../rule.js';
import { fold } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `Amos` takes; each number may be a function of the step. */
export interface AmosOptions extends StepOptions {
  /** Learning rate, >= 0: the paper's xi. The authors recommend 1/√N, with N the number of batches of an epoch. Default 1e-3. */
  lr?: Hyper;
  /**
   * How large the elements of a parameter are expected to become, > 0. It goes by the model, so give each group its own: the authors have
   * 0.5 for biases, 1 for the scales of norms, √(2 / width) for embeddings. Default null: 0.5 for a vector, and for all else
   * 1/√n, with n the elements of a row.
   */
  eta?: Hyper | null;
  /** Decay rate of the average of the squared gradients, in [0, 1); 1 - beta should be of the size of lr. Default 0.999. */
  beta?: Hyper;
  /** Decay rate of the average of the updates, in [0, 1). Default 0: none, and no state for it. */
  momentum?: Hyper;
  /** What no element of a gradient may exceed, > 0. Default null: none is clipped. */
  clipValue?: Hyper | null;
  /** Decay of a parameter that its gradients do not say, >= 0. Default 0. */
  extraL2?: Hyper;
  /** How fast the rate falls, >= 0. Default 0.25. */
  dCoef?: Hyper;
  /** How fast that fall slows down, >= 0. Default 0.25. */
  cCoef?: Hyper;
  /** The least second moment that is divided by, >= 0; at 0 what has had no gradient becomes NaN. Default 2.350988701644575e-38: 2^-125. */
  eps?: Hyper;
}

/** The rows of a matrix: their second moment and decay, before and after the step, and what holds them back and moves them. */
interface Rows {
  readonly before: Written;
  readonly v: Float64Array;
  readonly b: Float64Array;
  readonly decay: Float64Array;
  readonly step: Float64Array;
}

// All memory that a step needs for a matrix.
function rowsOf(tensors: Tensors, tensor: number): Rows {
  const [v, b] = [tensors.read(tensor, 'v_row'), tensors.read(tensor, 'b_row')];
  const room = () => newArray('float64', v.length) as Float64Array;
  return {
    before: { v_row: tensors.read(tensor, 'v_row'), b_row: tensors.read(tensor, 'b_row') },
    v,
    b,
    decay: room(),
    step: room(),
  };
}

/** What a tensor's step begins with; n is how many elements a row has, null of a vector. */
function initialOf({ lr, eta }: Numbers<AmosOptions>, n: number | null): number {
  return lr * (eta ?? (n === null ? 0.5 : 1 / Math.sqrt(Math.max(1, n))));
}

// Brings the rows forward by the sums of their squares.
function bring(rows: Rows, sums: Float64Array, n: number, { options, t }: Row<AmosOptions>): void {
  const { lr, beta, eps, extraL2, cCoef, dCoef } = options;
  const { v, b, decay, step } = rows;
  const correction = 1 - power(beta, t);
  const initial = initialOf(options, n);
  for (let i = 0; i < v.length; i++) {
    const square = n === 0 ? 0 : sums[i]! / n;
    v[i] = beta * v[i]! + (1 - beta) * square;
    const inverse = correction / Math.max(eps, v[i]!);
    const half = (0.5 * lr * lr * inverse * square) / Math.sqrt(1 + cCoef * Math.sqrt(lr) * b[i]!);
    const damped = 1 / (1 + dCoef * Math.sqrt(initial) * b[i]!);
    decay[i] = damped * (half + extraL2);
    step[i] = damped * initial * Math.sqrt(inverse);
    b[i]! += 2 * half * (1 + b[i]!);
  }
}

/** The rule of `Amos`. */
export const amos: Rule<AmosOptions> = {
  name: 'amos',
  label: 'Amos',
  kernels: amosKernels,
  slotAccess,
  options: {
    lr: hyper(1e-3, nonNegative),
    eta: optional(positiveOrNull),
    beta: hyper(0.999, belowOne),
    momentum: hyper(0, belowOne),
    clipValue: optional(positiveOrNull),
    extraL2: hyper(0, nonNegative),
    dCoef: hyper(0.25, nonNegative),
    cCoef: hyper(0.25, nonNegative),
    eps: hyper(2 ** -125, epsilon),
  },
  flags: ({ momentum }) => (momentum === 0 ? [] : ['momentum']),
  // Within a step the kernels read in the place of a row's moment and decay what holds it back and moves it.
  slots: [
    { name: 'v_row', when: [factored], along: 'row', rowsAre: 'first' },
    { name: 'b_row', when: [factored], along: 'row', rowsAre: 'first' },
    { name: 'ema', when: ['momentum'], joins: 'zeros' },
    { name: 'v', unless: factored },
    { name: 'b', unless: factored },
  ],
  clock: 'own',
  grid: shape => (shape.length < 2 ? null : { matrices: 1, ...fold(shape, 'first') }),
  *passes({ tensors }) {
    const clipOf = ({ options: { clipValue } }: Row<AmosOptions>) => clipValue ?? Infinity;
    const matrices: Row<AmosOptions>[] = [];
    const squares = yield {
      kernel: 'amos.squares',
      alone: true,
      over: 'grids',
      sums: ['row'],
      numbers(row) {
        if (tensors.grid(row.tensor) !== null) matrices.push(row);
        return [clipOf(row)];
      },
    };
    // All memory is asked for before anything is written.
    const all = new Map<number, Rows>();
    for (const { tensor } of matrices) all.set(tensor, rowsOf(tensors, tensor));
    for (const row of matrices)
      bring(all.get(row.tensor)!, squares.rows(row.tensor, 'row'), tensors.grid(row.tensor)!.columns, row);
    const written = (of: (rows: Rows) => Written) => {
      return ({ tensor }: Row<AmosOptions>): Written => {
        const rows = all.get(tensor);
        return rows === undefined ? {} : of(rows);
      };
    };
    try {
      yield {
        kernel: '',
        write: written(({ decay, step }) => ({ v_row: decay, b_row: step })),
        numbers(row) {
          const { lr, beta, momentum, eps, extraL2, cCoef, dCoef } = row.options;
          const averages = [clipOf(row), momentum, 1 - momentum];
          if (tensors.grid(row.tensor) !== null) return averages;
          const correction = 1 - power(beta, row.t);
          const initial = initialOf(row.options, null);
          return [
            ...averages,
            beta,
            1 - beta,
            1,
            eps,
            0.5 * lr * lr * correction,
            cCoef * Math.sqrt(lr),
            dCoef * Math.sqrt(initial),
            extraL2,
            initial * Math.sqrt(correction),
          ];
        },
      };
    } catch (error) {
      // A pass that only adds up, for the sake of what is written before it.
      yield {
        kernel: 'amos.squares',
        alone: true,
        over: 'grids',
        write: written(({ before }) => before),
        numbers: row => [clipOf(row)],
      };
      throw error;
    }
    return { write: written(({ v, b }) => ({ v_row: v, b_row: b })) };
  },
};

/**
 * Amos: Adam without a momentum of its own, whose learning rate and weight decay follow from the size that a parameter is expected to
 * have. Both fall by a decay b, which grows as steps are taken.
 *
 *     q = mean of g² over a row        v = beta v + (1 - beta) q        r = (1 - beta^t) / max(v, eps)
 *     γ = lr² r q / √(1 + cCoef √lr b)        p = p - (lr eta √r g + (γ / 2 + extraL2) p) / (1 + dCoef √(lr eta) b)
 *     b = b + γ (1 + b)
 *
 * with g within ±clipValue. With a momentum the step is an average m: m = momentum m + (1 - momentum) step. v and b are one number
 * for a row, what one index of the first dimension stands for, so the `shapes` say what is averaged. They are the authors' with these:
 *
 *     [out, in]            a number for each output neuron, or each token of an embedding; of filters [out, in, height, width]
 *     [1, n]               one for the whole tensor: biases and norms, for which an eta should be given
 *     [n], or no shape     one for each element, as in the authors' code where no shape is said
 *
 * Tian and Parikh 2022; defaults and numbers of the authors' code (jestimator). Its `learning_rate` is lr; it has no default for that and
 * for eta, and a function names the axes that are averaged over. v and b of rows are `v_row` and `b_row` in a state. pytorch_optimizer has
 * one v and b for each tensor, an eta of its own, eps 1e-18, which it adds, no clipping, and takes half of extraL2 off. The squares of a
 * row are added up in double, and its v and b computed in it.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Amos<const P extends ParamsLike<P> = Params> extends Optimizer<AmosOptions, P> {
  constructor(params: P, options: AmosOptions & Settings<P> = {}) {
    super(amos, params, options);
  }
}
