import { shampooKernels } from '../kernels.generated.js';
import { inverseRoot, type Roots, type Side, square, times } from '../matrices/products.js';
import { sidedMatrix, sideShape } from '../matrices/sided.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { choice, flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row, Tensors, Written } from '../pass.js';
import { nonNegative, positive, wholeFromOne } from '../ranges.js';
import type { Rule, Slot } from '../rule.js';
import type { Matrix } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';
import { wholeKernels } from '../whole.js';

/** What `Shampoo` takes; each number but `maxPrecondDim` may be a function of the step. */
export interface ShampooOptions extends StepOptions {
  /** Learning rate, >= 0. Default 0.1. */
  lr?: Hyper;
  /** Weight decay, >= 0: added to the gradient (L2), or by itself with `decoupledWeightDecay`. Default 0. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default false. */
  decoupledWeightDecay?: boolean;
  /** What stands on the diagonals of the statistics in the beginning, > 0; no eigenvalue counts for less. Default 1e-4. */
  matrixEps?: Hyper;
  /** After how many steps the roots are taken anew, a whole number >= 1; the first step always does. Default 1. */
  preconditioningComputeSteps?: Hyper;
  /**
   * The power that the statistics are taken to, where k sides have one: `paper`, -1/(2k), a fourth root of matrices and a square root of
   * vectors; `order`, -1/k. Default 'paper'.
   */
  exponent?: 'paper' | 'order';
  /**
   * The longest side that has statistics, a whole number >= 1. A longer one is left as it is; a tensor without any goes plainly down its
   * gradient. It stays as constructed. Default 1024.
   */
  maxPrecondDim?: number;
}

type Known = Row<ShampooOptions>['options'];

const sides = [
  { side: 'rows', statistics: 'L', root: 'L_root' },
  { side: 'columns', statistics: 'R', root: 'R_root' },
] as const;

const slotOf = (name: string, side: Side): Slot<ShampooOptions> => ({
  name,
  when: [factored],
  apart: (shape, { maxPrecondDim }) => sideShape(side, shape, maxPrecondDim),
});

// -1/4, -1/2 and -1 are two roots, one, and none.
const rootsOf = (count: number, { exponent }: Known): Roots =>
  ((exponent === 'paper' ? 1 : 0) + (count === 2 ? 1 : 0)) as Roots;

/** What becomes of a matrix' gradient, and of its statistics. */
function preconditioned(
  tensors: Tensors,
  matrix: Matrix,
  { tensor, t, options }: Row<ShampooOptions>,
): { readonly update: Float64Array; readonly state: Written } {
  const { matrixEps, preconditioningComputeSteps } = options;
  const anew = (t - 1) % preconditioningComputeSteps === 0;
  const g = tensors.read(tensor, 'update');
  const own = sides
    .map(each => ({ ...each, sum: tensors.read(tensor, each.statistics) }))
    .filter(({ sum }) => sum.length > 0);
  const state: Record<string, Float64Array> = {};
  let update = g;
  for (const { side, statistics, root, sum } of own) {
    const n = matrix[side];
    if (t === 1) for (let i = 0; i < sum.length; i++) sum[i] = i % (n + 1) === 0 ? matrixEps : 0;
    const added = square(tensors, g, matrix, side);
    for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + added[i]!;
    const taken = anew
      ? inverseRoot(tensors, sum, n, rootsOf(own.length, options), matrixEps)
      : tensors.read(tensor, root);
    state[statistics] = sum;
    if (anew) state[root] = taken;
    update = times(tensors, update, matrix, side, { at: taken });
  }
  return { update, state };
}

/** The rule of `Shampoo`. */
export const shampoo: Rule<ShampooOptions> = {
  name: 'shampoo',
  kernels: [...shampooKernels, ...wholeKernels],
  slotAccess,
  label: 'Shampoo',
  options: {
    lr: hyper(0.1, nonNegative),
    weightDecay: hyper(0, nonNegative),
    decoupledWeightDecay: flag(false),
    matrixEps: hyper(1e-4, positive),
    preconditioningComputeSteps: hyper(1, wholeFromOne),
    exponent: choice('paper', 'order'),
    maxPrecondDim: hyper(1024, wholeFromOne),
  },
  fixed: ['maxPrecondDim'],
  firstOnly: ['matrixEps'],
  slots: [
    { name: 'update', when: [factored], scratch: true },
    slotOf('L', 'rows'),
    slotOf('R', 'columns'),
    slotOf('L_root', 'rows'),
    slotOf('R_root', 'columns'),
  ],
  clock: 'own',
  grid: (shape, _, { maxPrecondDim }) => sidedMatrix(shape, maxPrecondDim),
  weightDecay: o => ({ rate: o.weightDecay, decoupled: o.decoupledWeightDecay }),
  *passes({ tensors }) {
    const states = new Map<number, Written>();
    yield { kernel: 'take', over: 'grids' };
    yield {
      kernel: '',
      write(row) {
        const grid = tensors.grid(row.tensor);
        if (grid === null) return {};
        const { update, state } = preconditioned(tensors, grid, row);
        states.set(row.tensor, state);
        return { update };
      },
      numbers: ({ options: { lr } }) => [lr],
    };
    return { write: ({ tensor }) => states.get(tensor) ?? {} };
  },
};

/**
 * Shampoo: a gradient that is a matrix is multiplied from both sides by roots of sums of its squares, so that rows and columns that go
 * together are stretched together.
 *
 *     L = L + g gᵀ        R = R + gᵀ g        from matrixEps on the diagonals
 *     p = p - lr L^(-1/4) g R^(-1/4)        of a vector, which is a row: p - lr g R^(-1/2)
 *
 * Gupta et al. 2018, Algorithm 2, without momentum, grafting or blocks. What is a matrix, `shapes` say; without a shape a tensor is a
 * vector. Of more than two dimensions the first one stays, the others are joined: a filter of a convolution is out × (in · height ·
 * width), where the paper has a root for each dimension. Statistics and roots are doubles, by eigenvalues (Householder, QL) and with the
 * same bits on every backend. They cost a few times n³ multiplications for a side of n, in TypeScript but for the products, so roots of
 * long sides are best taken every `preconditioningComputeSteps` steps; between, the gradient is multiplied by the last ones. They are
 * computed on the thread that calls `step` or `stepAsync`; for the time of a step the statistics are in memory twice.
 *
 * Others differ. pytorch_optimizer takes the power -1/k, has roots in float32, takes the second side's statistics of a gradient that the
 * first has already multiplied, and takes roots when the step is a multiple of the frequency, so none before. Distributed Shampoo (Meta,
 * and Google's in optax' form) averages the statistics, cuts sides into blocks, has momentum, and grafts another optimizer's norm onto
 * the step; here the step is as large as the formula says, so lr is not Adam's.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Shampoo<const P extends ParamsLike<P> = Params> extends Optimizer<ShampooOptions, P> {
  constructor(params: P, options: ShampooOptions & Settings<P> = {}) {
    super(shampoo, params, options);
  }
}
