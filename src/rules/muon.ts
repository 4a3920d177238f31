import { muonKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { choice, flag, hyper, optional, pair, triple } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row } from '../pass.js';
import { belowOne, epsilon, finite, nonNegative, nonNegativeOrNull, wholeBelow100 } from '../ranges.js';
import type { Rule } from '../rule.js';
import { type Matrix, stackOf } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair, Triple } from '../types.js';
import { wholeKernels } from '../whole.js';
import { adam } from './adam.js';

/** What `Muon` takes; each number may be a function of the step. */
export interface MuonOptions extends StepOptions {
  /** Learning rate of matrices, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Weight decay of matrices, >= 0, by itself as in AdamW, times lr. Default 0.1. */
  weightDecay?: Hyper;
  /** Decay rate of the average of the gradient, in [0, 1). Default 0.95. */
  momentum?: Hyper;
  /** Nesterov momentum: the direction is the gradient brought towards the average, and not the average itself. Default true. */
  nesterov?: boolean;
  /** The three numbers of Newton and Schulz' iteration. Default [3.4445, -4.775, 2.0315]. */
  nsCoefficients?: Triple;
  /** The least norm that a direction is divided by, >= 0; at 0 one of zeros becomes NaN. Default 1e-7. */
  eps?: Hyper;
  /** How often the iteration is taken, a whole number from 0 to 99. Default 5. */
  nsSteps?: Hyper;
  /**
   * What the learning rate of a matrix is multiplied by: `original`, √max(1, rows / columns); `match_rms_adamw`,
   * 0.2 √max(rows, columns), so that steps are as large as AdamW's and may have its learning rate. Default 'original'.
   */
  adjustLrFn?: 'original' | 'match_rms_adamw';
  /**
   * Whether tensors of two dimensions are Muon's. Those of a group with false go AdamW's way like all others: embeddings, and the last
   * layer. It stays as constructed. Default true.
   */
  useMuon?: boolean;
  /** Learning rate of what goes AdamW's way, >= 0. Default null: `lr`. */
  adamLr?: Hyper | null;
  /** AdamW's decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  adamBetas?: Pair;
  /** AdamW's eps, added to the root, >= 0. Default 1e-8. */
  adamEps?: Hyper;
  /** Weight decay of what goes AdamW's way, >= 0, times its learning rate. Default 0. */
  adamWeightDecay?: Hyper;
}

const adamLrOf = ({ options: { adamLr, lr } }: Row<MuonOptions>): number => adamLr ?? lr;

/** Adam's own coefficients, of what goes its way. */
export function adamNumbers(
  { options, t, least }: Row<Pick<MuonOptions, 'adamBetas' | 'adamEps'>>,
  lr: number,
): readonly number[] {
  const { adamBetas: betas, adamEps: eps } = options;
  const given = { lr, betas, eps } as Parameters<NonNullable<typeof adam.coefficients>>[0];
  return adam.coefficients!(given, t, {}, least);
}

/** The coefficients of a direction: of the average, and of the momentum. */
export const directionNumbers = ({
  options: { momentum, nesterov },
}: Row<Pick<MuonOptions, 'momentum' | 'nesterov'>>): readonly number[] => [
  momentum,
  1 - momentum,
  nesterov ? momentum : 1,
  nesterov ? 1 - momentum : 0,
];

/** What the learning rate of a matrix is multiplied by, as its authors do: √max(1, rows / columns). */
export const ratioOf = ({ rows, columns }: Matrix): number => Math.sqrt(rows > columns ? rows / columns : 1);

/** The rule of `Muon`. */
export const muon: Rule<MuonOptions> = {
  name: 'muon',
  kernels: [...muonKernels, ...wholeKernels],
  slotAccess,
  label: 'Muon',
  keeps: true,
  options: {
    lr: hyper(1e-3, nonNegative),
    weightDecay: hyper(0.1, nonNegative),
    momentum: hyper(0.95, belowOne),
    nesterov: flag(true),
    nsCoefficients: triple([3.4445, -4.775, 2.0315], finite),
    eps: hyper(1e-7, epsilon),
    nsSteps: hyper(5, wholeBelow100),
    adjustLrFn: choice('original', 'match_rms_adamw'),
    useMuon: flag(true),
    adamLr: optional(nonNegativeOrNull),
    adamBetas: pair([0.9, 0.999], belowOne),
    adamEps: hyper(1e-8, epsilon),
    adamWeightDecay: hyper(0, nonNegative),
  },
  flags: ({ useMuon }) => (useMuon ? [] : ['adamw']),
  slots: [
    { name: 'exp_avg', unless: factored },
    { name: 'exp_avg_sq', unless: factored },
    { name: 'momentum_buffer', when: [factored] },
    { name: 'update', when: [factored], scratch: true },
  ],
  clock: 'own',
  grid: (shape, _, { useMuon }) => (useMuon && shape.length === 2 ? stackOf(shape) : null),
  whole: true,
  *passes({ tensors }) {
    const sums = yield {
      kernel: 'muon.direction',
      alone: true,
      over: 'grids',
      sums: ['update'],
      numbers: directionNumbers,
    };
    yield {
      kernel: 'newton-schulz',
      alone: true,
      over: 'grids',
      numbers({ tensor, options: { nsCoefficients, nsSteps, eps } }) {
        return [Math.max(Math.sqrt(sums.of(tensor, 'update')), eps), ...nsCoefficients, nsSteps];
      },
    };
    yield {
      kernel: '',
      keep(row) {
        const { lr, weightDecay, adamWeightDecay } = row.options;
        return 1 - (tensors.grid(row.tensor) ? lr * weightDecay : adamLrOf(row) * adamWeightDecay);
      },
      numbers(row) {
        const grid = tensors.grid(row.tensor);
        if (grid === null) return adamNumbers(row, adamLrOf(row));
        const { rows, columns } = grid;
        const { lr, adjustLrFn } = row.options;
        if (adjustLrFn === 'match_rms_adamw') return [lr * 0.2 * Math.sqrt(Math.max(rows, columns))];
        return [lr * ratioOf(grid)];
      },
    };
    return undefined;
  },
};

/**
 * Muon, for matrices: the average of the gradients, made orthogonal, so that all directions of a step count alike; and AdamW for all that
 * is no matrix, in one optimizer with one checkpoint.
 *
 *     m = m + (1 - momentum) (g - m)        u = g + momentum (m - g), or m        X = u / max(‖u‖, eps)
 *     nsSteps times: A = X Xᵀ, X = a X + (b A + c A A) X        p = p - lr weightDecay p - lr ratio X
 *
 * X lies on its side where there are more rows than columns. What is a matrix, `shapes` say: a tensor of two dimensions; without a shape
 * a tensor is a vector. Embeddings and the last layer, which are no such matrices, belong in a group with `useMuon: false`; a filter of a
 * convolution can be given the shape [out, in · height · width], as its authors take it.
 *
 *     new Muon([
 *       { params: hidden, shapes, lr: 0.02 },
 *       { params: [embedding, head], useMuon: false, adamLr: 3e-4, adamWeightDecay: 0.01 },
 *     ]);
 *
 * Jordan et al. 2024; names, defaults and numbers of `torch.optim.Muon`, which takes no other tensors, and multiplies in bfloat16, where
 * this keeps the tensors' type: its steps differ in the second digit. The ways of others are told by group in Keller Jordan's
 * MuonWithAuxAdam (`use_muon`), whose AdamW has lr 3e-4, betas [0.9, 0.95] and eps 1e-10, and by shape in optax' `muon`; here by
 * both. Keras sums the gradients up in place of averaging them. The product of matrices has one order, so its bits are the same on
 * every backend; threads share it. It needs room for up to four more matrices of the size of the largest, all the time.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Muon<const P extends ParamsLike<P> = Params> extends Optimizer<MuonOptions, P> {
  constructor(params: P, options: MuonOptions & Settings<P> = {}) {
    super(muon, params, options);
  }
}
