import { OptionError, show } from '../errors.js';
import { adafactorKernels } from '../kernels.generated.js';
import { newArray } from '../memory.js';
import { added as sum } from '../numerics/combine.js';
import { realPower } from '../numerics/real-power.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { After, Passes, Row, Step, Sums, Tensors, Written } from '../pass.js';
import { epsilonOrNull, fromOne, limits, nonNegative, nonPositive } from '../ranges.js';
import type { Rule, Slot } from '../rule.js';
import { type Grid, stackOf } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `Adafactor` takes; each number may be a function of the step. */
export interface AdafactorOptions extends StepOptions {
  /**
   * Learning rate, >= 0: step t is min(lr, 1 / √t) times the size of the parameter, so that lr counts until step 1 / lr². Default 1e-2.
   */
  lr?: Hyper;
  /** Exponent of the decay of the second moments, <= 0: beta2 is 1 - t^beta2Decay at step t. Default -0.8. */
  beta2Decay?: Hyper;
  /**
   * Two numbers, each >= 0. The first, eps1, is the least mean of the moments of a matrix' rows, and eps1² the least second moment of an
   * element; null is the machine epsilon of the tensor's type, as in PyTorch: 2^-23 for float32, 2^-52 for float64. The second, eps2, is
   * the least root mean square that a parameter counts with. Default [null, 1e-3].
   */
  eps?: Pair | readonly [Hyper | null, Hyper];
  /** The largest root mean square of an update, >= 1. Default 1. */
  d?: Hyper;
  /** Weight decay, >= 0, by itself as in AdamW, times lr. Default 0. */
  weightDecay?: Hyper;
}

/** What a state calls the moments of rows, of columns, and of what is no matrix. */
export interface Names {
  readonly row: string;
  readonly column: string;
  readonly whole: string;
}

/** The numbers of a tensor's step. */
export interface StepNumbers {
  /** What is added to the squares, and the least that is divided by. */
  readonly added: number;
  readonly least: number;
  /** The least that a matrix' mean is. */
  readonly leastMean: number;
  /** How much of the new enters the averages. */
  readonly rest: number;
  /** The largest root mean square of an update. */
  readonly most: number;
  /** By the root mean square of the parameter: the step size, and what is kept of the parameter. */
  sizes(rms: number): { readonly alpha: number; readonly keep: number };
  /** The momentum; null where there is none. */
  readonly beta1: number | null;
}

/** The slots. The factors are what the kernels read; a state has the moments that they are made of. */
export const slotsNamed = ({ row, column, whole }: Names, squeezed: boolean): readonly Slot<never>[] => [
  { name: 'row_factor', when: [factored], along: 'row', scratch: true },
  { name: 'col_factor', when: [factored], along: 'column', scratch: true },
  { name: whole, unless: factored },
  { name: 'exp_avg', when: ['momentum'] },
  { name: row, when: [factored], along: 'row', squeezed },
  { name: column, when: [factored], along: 'column', squeezed },
];

/** `a` where it is above `least`; so what is no number comes out as `least`, as by Python's `max`. */
export const atLeast = (a: number, least: number): number => (a > least ? a : least);

// Averages of squares, brought forward by their means, in their own array.
function average(
  before: Float64Array,
  sums: Float64Array,
  count: number,
  { added, rest }: StepNumbers,
): Float64Array {
  for (let i = 0; i < before.length; i++) {
    const x = before[i]!;
    before[i] = x + rest * ((count === 0 ? 0 : sums[i]! / count) + added - x);
  }
  return before;
}

// The rows of each matrix, as parts of their mean.
function parts(
  rows: Float64Array,
  { matrices, rows: count }: Grid,
  { leastMean }: StepNumbers,
): Float64Array {
  const factors = newArray('float64', rows.length) as Float64Array;
  for (let from = 0; from < matrices * count; from += count) {
    let total = 0;
    for (let i = from; i < from + count; i++) total += rows[i]!;
    const mean = atLeast(total / count, leastMean);
    for (let i = from; i < from + count; i++) factors[i] = rows[i]! / mean;
  }
  return factors;
}

const meanRoot = (sums: Sums, tensors: Tensors, tensor: number, name: string): number =>
  tensors.length(tensor) === 0 ? 0 : Math.sqrt(sums.of(tensor, name) / tensors.length(tensor));

/** A step. */
export function* adafactorPasses<Options extends object>(
  { tensors }: Step<Options>,
  { row, column }: Names,
  numbersOf: (row: Row<Options>) => StepNumbers,
): Passes<Options> {
  const squares = yield { kernel: 'adafactor.squares', alone: true, over: 'grids', sums: ['row'] };
  const moments = new Map<number, Written>();
  const sizes = yield {
    kernel: 'adafactor.size',
    alone: true,
    factored: 'adafactor.factored.size',
    sums: ['weight', 'update'],
    write(of): Written {
      const { tensor } = of;
      const grid = tensors.grid(tensor);
      if (grid === null) return {};
      const numbers = numbersOf(of);
      const rows = average(tensors.read(tensor, row), squares.rows(tensor, 'row'), grid.columns, numbers);
      const columns = average(tensors.read(tensor, column), squares.columns(tensor, sum), grid.rows, numbers);
      moments.set(tensor, { [row]: rows, [column]: columns });
      return { row_factor: parts(rows, grid, numbers), col_factor: columns };
    },
    numbers(of) {
      const { added, rest, least } = numbersOf(of);
      return [added, rest, least];
    },
  };
  yield {
    kernel: '',
    numbers(of) {
      const numbers = numbersOf(of);
      const { added, rest, least, most, beta1 } = numbers;
      const { alpha, keep } = numbers.sizes(meanRoot(sizes, tensors, of.tensor, 'weight'));
      const excess = atLeast(meanRoot(sizes, tensors, of.tensor, 'update') / most, 1);
      return [added, rest, least, keep, alpha / excess, beta1 ?? 0, 1 - (beta1 ?? 0)];
    },
  };
  const after: After<Options> = { write: ({ tensor }) => moments.get(tensor) ?? {} };
  return after;
}

const names = { row: 'row_var', column: 'col_var', whole: 'variance' };

/** The rule of `Adafactor`. */
export const adafactor: Rule<AdafactorOptions> = {
  name: 'adafactor',
  kernels: adafactorKernels,
  slotAccess,
  label: 'Adafactor',
  options: {
    lr: hyper(1e-2, nonNegative),
    beta2Decay: hyper(-0.8, nonPositive),
    eps: pair([null as unknown as number, 1e-3], epsilonOrNull) as never,
    d: hyper(1, fromOne),
    weightDecay: hyper(0, nonNegative),
  },
  check({ eps }) {
    if ((eps[1] as number | null) === null)
      throw new OptionError(`Expected a finite number >= 0 for eps[1], got ${show(null)}`);
  },
  slots: slotsNamed(names, false),
  clock: 'own',
  grid: shape => (shape.length < 2 ? null : stackOf(shape)),
  passes: step =>
    adafactorPasses(step, names, ({ options: { lr, beta2Decay, eps, d, weightDecay }, t, least }) => {
      const eps1 = (eps[0] as number | null) ?? (least === limits.float32.least ? 2 ** -23 : 2 ** -52);
      const relative = Math.min(lr, 1 / Math.sqrt(t));
      return {
        added: 0,
        least: eps1 * eps1,
        leastMean: eps1,
        rest: realPower(t, beta2Decay),
        most: d,
        sizes: rms => ({ alpha: atLeast(rms, eps[1] as number) * relative, keep: 1 - lr * weightDecay }),
        beta1: null,
      };
    }),
};

/**
 * Adafactor: the second moment of a matrix is kept as that of its rows times that of its columns, so that a state takes next to
 * no memory; steps go by the size of the parameter.
 *
 *     R = R + t^beta2Decay (mean of g² by rows - R)        C likewise, by columns        V = R Cᵀ / max(mean of R, eps1)
 *     u = g / √max(V, eps1²)        alpha = max(eps2, rms(p)) min(lr, 1 / √t)        p = p - lr weightDecay p
 *     p = p - alpha / max(1, rms(u) / d) u
 *
 * What has fewer than two dimensions has a V of its own, and so has every parameter without a shape: pass `shapes`. Of more than
 * two dimensions the last two are matrices. Shazeer and Stern 2018; options, defaults and numbers of PyTorch. Keras adds an epsilon of
 * 1e-30 to g², and has no eps1; optax factors only dimensions from 128 on, and applies lr before the parameter's size. `AdafactorPaper`
 * has the paper's numbers. Sums over rows and columns are added up in double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Adafactor<const P extends ParamsLike<P> = Params> extends Optimizer<AdafactorOptions, P> {
  constructor(params: P, options: AdafactorOptions & Settings<P> = {}) {
    super(adafactor, params, options);
  }
}
