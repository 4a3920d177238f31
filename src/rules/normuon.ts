import { normuonKernels } from '../kernels.generated.js';
import { newArray } from '../memory.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row, Tensors, Written } from '../pass.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { Grid } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair, Triple } from '../types.js';
import { wholeKernels } from '../whole.js';
import { adamNumbers, directionNumbers, muon, ratioOf } from './muon.js';

/** What `NorMuon` takes; each number may be a function of the step. */
export interface NorMuonOptions extends StepOptions {
  /** Learning rate of matrices, >= 0. Default 0.02. */
  lr?: Hyper;
  /** Weight decay of matrices, >= 0, by itself as in AdamW, times lr. Default 0. */
  weightDecay?: Hyper;
  /** Decay rate of the average of the gradient, in [0, 1). Default 0.95. */
  momentum?: Hyper;
  /** Decay rate of the average of the mean square of each row of what was made orthogonal, in [0, 1). Default 0.95. */
  beta2?: Hyper;
  /** Nesterov momentum: the direction is the gradient brought towards the average, and not the average itself. Default true. */
  nesterov?: boolean;
  /** The three numbers of Newton and Schulz' iteration. Default [3.4445, -4.775, 2.0315]. */
  nsCoefficients?: Triple;
  /** Added to the norm that a direction is divided by, >= 0; at 0 one of zeros becomes NaN. Default 1e-7. */
  eps?: Hyper;
  /** How often the iteration is taken, a whole number from 0 to 99. Default 5. */
  nsSteps?: Hyper;
  /**
   * How long the step of a matrix is: `original`, lr √max(1, rows / columns) times the norm that the orthogonal matrix had before its rows
   * were divided, as in the authors' code; `match_rms_adamw`, 0.2 lr √(rows · columns), so that its root mean square is 0.2 lr, about that
   * of AdamW, as in the paper. Default 'original'.
   */
  adjustLrFn?: 'original' | 'match_rms_adamw';
  /**
   * Whether tensors of two dimensions are NorMuon's. Those of a group with false go AdamW's way like all others: embeddings, and the last
   * layer. It stays as constructed. Default true.
   */
  useMuon?: boolean;
  /** Learning rate of what goes AdamW's way, >= 0. Default 3e-4. */
  adamLr?: Hyper;
  /** AdamW's decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.95]. */
  adamBetas?: Pair;
  /** AdamW's eps, added to the root, >= 0. Default 1e-10. */
  adamEps?: Hyper;
  /** Weight decay of what goes AdamW's way, >= 0, times its learning rate. Default 0. */
  adamWeightDecay?: Hyper;
}

// What the authors add wherever a row or a matrix is divided by its size.
const least = 1e-10;

/** The rows of a matrix, as far as its step is. */
interface Rows {
  readonly of: Row<NorMuonOptions>;
  readonly grid: Grid;
  /** The averages of their mean squares. */
  readonly averages: Float64Array;
  /** What each is multiplied by, in its step. */
  readonly factors: Float64Array;
}

function rowsOf(tensors: Tensors, of: Row<NorMuonOptions>, grid: Grid): Rows {
  return {
    of,
    grid,
    averages: tensors.read(of.tensor, 'second_momentum_buffer'),
    factors: newArray('float64', grid.rows) as Float64Array,
  };
}

// Takes what the squares of each row add up to. The norm of the divided rows follows from the same sums.
function divide({ of, grid, averages, factors }: Rows, squares: Float64Array): void {
  const { lr, beta2, adjustLrFn } = of.options;
  const { rows, columns } = grid;
  let [before, after] = [0, 0];
  for (let i = 0; i < averages.length; i++) {
    averages[i] = beta2 * averages[i]! + (1 - beta2) * (columns === 0 ? 0 : squares[i]! / columns);
    factors[i] = 1 / (Math.sqrt(averages[i]!) + least);
    before += squares[i]!;
    after += squares[i]! * factors[i]! * factors[i]!;
  }
  const length =
    adjustLrFn === 'original' ? ratioOf(grid) * Math.sqrt(before) : 0.2 * Math.sqrt(rows * columns);
  const scale = (lr * length) / (Math.sqrt(after) + least);
  for (let i = 0; i < factors.length; i++) factors[i] = factors[i]! * scale;
}

/** The rule of `NorMuon`. */
export const normuon: Rule<NorMuonOptions> = {
  name: 'normuon',
  kernels: [...normuonKernels, ...wholeKernels],
  slotAccess,
  label: 'NorMuon',
  keeps: true,
  options: {
    ...muon.options,
    lr: hyper(0.02, nonNegative),
    weightDecay: hyper(0, nonNegative),
    beta2: hyper(0.95, belowOne),
    adamLr: hyper(3e-4, nonNegative),
    adamBetas: pair([0.9, 0.95], belowOne),
    adamEps: hyper(1e-10, epsilon),
  },
  flags: options => muon.flags!(options),
  slots: [
    { name: 'exp_avg', unless: factored },
    { name: 'exp_avg_sq', unless: factored },
    { name: 'row_factor', when: [factored], along: 'row', scratch: true },
    { name: 'update', when: [factored], scratch: true },
    { name: 'momentum_buffer', when: [factored] },
    { name: 'second_momentum_buffer', when: [factored], along: 'row' },
  ],
  clock: 'own',
  grid: (shape, shown, options) => muon.grid!(shape, shown, options),
  whole: true,
  *passes({ tensors }) {
    const matrices = new Map<number, Rows>();
    const directions = yield {
      kernel: 'normuon.direction',
      alone: true,
      over: 'grids',
      sums: ['update'],
      numbers(row) {
        const grid = tensors.grid(row.tensor);
        // All memory is asked for before anything is written.
        if (grid !== null) matrices.set(row.tensor, rowsOf(tensors, row, grid));
        return directionNumbers(row);
      },
    };
    yield {
      kernel: 'newton-schulz',
      alone: true,
      over: 'grids',
      numbers({ tensor, options: { nsCoefficients, nsSteps, eps } }) {
        return [Math.sqrt(directions.of(tensor, 'update')) + eps, ...nsCoefficients, nsSteps];
      },
    };
    const squares = yield { kernel: 'normuon.squares', alone: true, over: 'grids', sums: ['row'] };
    for (const [tensor, rows] of matrices) divide(rows, squares.rows(tensor, 'row'));
    yield {
      kernel: '',
      write({ tensor }): Written {
        const rows = matrices.get(tensor);
        return rows === undefined ? {} : { row_factor: rows.factors };
      },
      keep({ tensor, options: { lr, weightDecay, adamLr, adamWeightDecay } }) {
        return 1 - (matrices.has(tensor) ? lr * weightDecay : adamLr * adamWeightDecay);
      },
      numbers: row => (matrices.has(row.tensor) ? [] : adamNumbers(row, row.options.adamLr)),
    };
    return {
      write({ tensor }): Written {
        const rows = matrices.get(tensor);
        return rows === undefined ? {} : { second_momentum_buffer: rows.averages };
      },
    };
  },
};

/**
 * NorMuon, for matrices: Muon, whose orthogonal step is evened out row by row, so that no neuron moves further than the others; and AdamW
 * for all that is no matrix, in one optimizer with one checkpoint.
 *
 *     m = m + (1 - momentum) (g - m)        u = g + momentum (m - g), or m        X = u / (‖u‖ + eps)
 *     nsSteps times: A = X Xᵀ, X = a X + (b A + c A A) X        v = beta2 v + (1 - beta2) (mean of X² by rows)
 *     Y = X / (√v + 1e-10)        p = p - lr weightDecay p        p = p - lr ratio ‖X‖ / (‖Y‖ + 1e-10) Y
 *
 * v is one number a row, so the state is next to Muon's. What is a matrix, `shapes` say, as for `Muon`: a tensor of two dimensions, whose
 * rows are the neurons; without a shape a tensor is a vector. Embeddings and the last layer belong in a group with `useMuon: false`; a
 * filter of a convolution can be given the shape [out, in · height · width].
 *
 *     new NorMuon([
 *       { params: hidden, shapes },
 *       { params: [embedding, head], useMuon: false, adamLr: 3e-4 },
 *     ]);
 *
 * Li et al. 2025 (arXiv:2510.05491); names of state, defaults and numbers of the authors' code (SingleDeviceNorMuonWithAuxAdam, whose
 * `nesterov` and numbers of the iteration are no options), which multiplies in bfloat16, where this keeps the tensors' type: its steps
 * differ in the second digit. A tensor without a gradient stays as it is here; there it has one of zeros. Of filters of four dimensions the
 * authors' v has a number for each of their rows, not for each neuron. The paper's own algorithm has no Nesterov momentum and steps of one
 * root mean square: `nesterov: false, adjustLrFn: 'match_rms_adamw'`. The squares of rows are added up in double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class NorMuon<const P extends ParamsLike<P> = Params> extends Optimizer<NorMuonOptions, P> {
  constructor(params: P, options: NorMuonOptions & Settings<P> = {}) {
    super(normuon, params, options);
  }
}
