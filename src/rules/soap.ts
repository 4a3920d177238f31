import { soapKernels } from '../kernels.generated.js';
import { follow, ordered } from '../matrices/basis.js';
import { doubles } from '../matrices/lines.js';
import { type Side, square, times } from '../matrices/products.js';
import { sidedMatrix, sideShape } from '../matrices/sided.js';
import { symmetricEigen } from '../matrices/symmetric-eigen.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, optional, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row, Tensors, Written } from '../pass.js';
import { belowOne, belowOneOrNull, epsilon, nonNegative, wholeFromOne } from '../ranges.js';
import type { Rule, Slot } from '../rule.js';
import type { Matrix, Shape, Stack } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';
import { wholeKernels } from '../whole.js';

/** What `SOAP` takes; each number but `maxPrecondDim` may be a function of the step. */
export interface SOAPOptions extends StepOptions {
  /** Learning rate, >= 0. Default 3e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.95, 0.95]. */
  betas?: Pair;
  /** Decay rate of the averages of g gᵀ and gᵀ g, in [0, 1). Default null: the second of `betas`. */
  shampooBeta?: Hyper | null;
  /** Added to the root, >= 0; at 0 an element without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0, by itself as in AdamW, times lr, of what the step has left. Default 0.01. */
  weightDecay?: Hyper;
  /** After how many updates the bases follow, a whole number >= 1. Default 10. */
  preconditionFrequency?: Hyper;
  /** Divide the step of each tensor by the root of the mean of its squares. Default false. */
  normalizeGrads?: boolean;
  /** Correct the averages for having started at zero. Default true. */
  correctBias?: boolean;
  /**
   * The longest side that has a basis, a whole number >= 1. A longer one is left as it is; a matrix without any is Adam's. It stays as
   * constructed. Default 10000.
   */
  maxPrecondDim?: number;
}

const sides = [
  { side: 'rows', statistics: 'L', basis: 'QL' },
  { side: 'columns', statistics: 'R', basis: 'QR' },
] as const;

// A vector is Adam's.
const shapeOf = (side: Side, shape: Shape, most: number): Shape =>
  shape.length < 2 ? [0, 0] : sideShape(side, shape, most);
const gridOf = (shape: Shape, most: number): Stack | null =>
  shape.length < 2 ? null : sidedMatrix(shape, most);

const slotOf = (name: string, side: Side): Slot<SOAPOptions> => ({
  name,
  when: [factored],
  apart: (shape, { maxPrecondDim }) => shapeOf(side, shape, maxPrecondDim),
});

/** What becomes of a matrix' gradient, and of its state. */
interface Turned {
  readonly update: Float64Array;
  readonly state: Written;
}

interface OwnSide {
  readonly side: Side;
  readonly statistics: string;
  readonly basis: string;
  /** The average of the squares; none of a side without a basis. */
  readonly mean: Float64Array;
}

const ownSides = (tensors: Tensors, tensor: number): OwnSide[] =>
  sides
    .map(each => ({ ...each, mean: tensors.read(tensor, each.statistics) }))
    .filter(({ mean }) => mean.length > 0);

const shampooBetaOf = ({ shampooBeta, betas }: Row<SOAPOptions>['options']): number =>
  (shampooBeta as number | null) ?? betas[1];

// The first gradient moves nothing: it says which bases there are.
function begun(tensors: Tensors, matrix: Matrix, { tensor, options }: Row<SOAPOptions>): Turned {
  const g = tensors.read(tensor, 'update');
  const rest = 1 - shampooBetaOf(options);
  const state: Record<string, Float64Array> = {};
  for (const { side, statistics, basis } of ownSides(tensors, tensor)) {
    const mean = square(tensors, g, matrix, side).map(value => rest * value);
    state[statistics] = mean;
    state[basis] = symmetricEigen(mean, matrix[side]).vectors;
  }
  return { update: doubles(g.length), state };
}

// Divides numbers by the root of the mean of their squares.
function normalize(u: Float64Array): void {
  let sum = 0;
  for (let i = 0; i < u.length; i++) sum += u[i]! * u[i]!;
  const size = 1e-30 + Math.sqrt(sum / u.length);
  for (let i = 0; i < u.length; i++) u[i] = u[i]! / size;
}

// Adam's step in the bases of now; then those of the next step.
function turned(tensors: Tensors, matrix: Matrix, { tensor, t, options }: Row<SOAPOptions>): Turned {
  const { betas, eps, normalizeGrads, preconditionFrequency } = options;
  const [beta1, beta2] = betas;
  const own = ownSides(tensors, tensor).map(each => ({ ...each, q: tensors.read(tensor, each.basis) }));
  const into = (x: Float64Array): Float64Array =>
    own.reduce((y, { side, q }) => times(tensors, y, matrix, side, { at: q, turned: side === 'rows' }), x);
  const back = (x: Float64Array): Float64Array =>
    own.reduce((y, { side, q }) => times(tensors, y, matrix, side, { at: q, turned: side === 'columns' }), x);

  const g = tensors.read(tensor, 'update');
  const m = tensors.read(tensor, 'exp_avg');
  let v = tensors.read(tensor, 'exp_avg_sq');
  const turnedG = into(g);
  for (let i = 0; i < m.length; i++) m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
  for (let i = 0; i < v.length; i++) v[i] = beta2 * v[i]! + (1 - beta2) * (turnedG[i]! * turnedG[i]!);
  const step = into(m);
  for (let i = 0; i < step.length; i++) step[i] = step[i]! / (Math.sqrt(v[i]!) + eps);
  const update = back(step);
  if (normalizeGrads) normalize(update);

  const state: Record<string, Float64Array> = {};
  const rest = 1 - shampooBetaOf(options);
  for (const { side, statistics, basis, mean, q } of own) {
    const added = square(tensors, g, matrix, side);
    for (let i = 0; i < mean.length; i++) mean[i] = mean[i]! + rest * (added[i]! - mean[i]!);
    state[statistics] = mean;
    if ((t - 1) % preconditionFrequency !== 0) continue;
    const followed = follow(tensors, mean, q, matrix[side]);
    state[basis] = followed.basis;
    v = ordered(followed.order, v, matrix, side);
  }
  return { update, state: { ...state, exp_avg: m, exp_avg_sq: v } };
}

// The first gradient was none of an update.
function sizeOf({ options: { lr, betas, correctBias }, t }: Row<SOAPOptions>): number {
  if (!correctBias) return lr;
  return (lr * Math.sqrt(1 - power(betas[1], t - 1))) / (1 - power(betas[0], t - 1));
}

// Of a vector. The first gradient leaves its averages at zero, by numbers with which nothing becomes NaN.
function adamNumbers({ options: { betas, eps }, t }: Row<SOAPOptions>): readonly number[] {
  if (t === 1) return [1, 0, 1, 0, 1];
  const [beta1, beta2] = betas;
  return [beta1, 1 - beta1, beta2, 1 - beta2, eps];
}

/** The rule of `SOAP`. */
export const soap: Rule<SOAPOptions> = {
  name: 'soap',
  kernels: [...soapKernels, ...wholeKernels],
  slotAccess,
  label: 'SOAP',
  options: {
    lr: hyper(3e-3, nonNegative),
    betas: pair([0.95, 0.95], belowOne),
    shampooBeta: optional(belowOneOrNull),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0.01, nonNegative),
    preconditionFrequency: hyper(10, wholeFromOne),
    normalizeGrads: flag(false),
    correctBias: flag(true),
    maxPrecondDim: hyper(10_000, wholeFromOne),
  },
  flags: ({ normalizeGrads }) => (normalizeGrads ? ['normalized'] : []),
  fixed: ['maxPrecondDim'],
  slots: [
    { name: 'exp_avg' },
    { name: 'exp_avg_sq' },
    { name: 'update', when: [factored, 'normalized'], scratch: true },
    slotOf('L', 'rows'),
    slotOf('R', 'columns'),
    slotOf('QL', 'rows'),
    slotOf('QR', 'columns'),
  ],
  clock: 'own',
  grid: (shape, _, { maxPrecondDim }) => gridOf(shape, maxPrecondDim),
  *passes({ tensors, groups }) {
    const states = new Map<number, Written>();
    yield { kernel: 'soap.take', alone: true, over: 'grids' };
    const isNormalized = ({ tensor, options }: Row<SOAPOptions>): boolean =>
      options.normalizeGrads && tensors.grid(tensor) === null;
    const sums = groups.some(({ normalizeGrads }) => normalizeGrads)
      ? yield {
          kernel: 'soap.direction',
          alone: true,
          only: isNormalized,
          sums: ['size'],
          numbers: adamNumbers,
        }
      : null;
    yield {
      kernel: '',
      write(row) {
        const grid = tensors.grid(row.tensor);
        if (grid === null) return {};
        const { update, state } = (row.t === 1 ? begun : turned)(tensors, grid, row);
        states.set(row.tensor, state);
        return { update };
      },
      numbers(row) {
        const { tensor, t, options } = row;
        const { lr, weightDecay, normalizeGrads } = options;
        const moves = t === 1 ? [0, 1] : [sizeOf(row), 1 - lr * weightDecay];
        if (tensors.grid(tensor) !== null) return moves;
        if (!normalizeGrads) return [...moves, ...adamNumbers(row)];
        const mean = sums!.of(tensor, 'size') / tensors.length(tensor);
        return [moves[0]! / (1e-30 + Math.sqrt(mean)), moves[1]!];
      },
    };
    return { write: ({ tensor }) => states.get(tensor) ?? {} };
  },
};

/**
 * SOAP: Adam in the basis of Shampoo's eigenvectors. Of a matrix the averages of g gᵀ and gᵀ g are kept, with bases that follow their
 * eigenvectors, and Adam divides what the gradient is in these.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) (QLᵀ g QR)²        t updates so far
 *     u = QL ((QLᵀ m QR) / (√v + eps)) QRᵀ        p = (p - lr √(1 - beta2^t) / (1 - beta1^t) u) (1 - lr weightDecay)
 *     L = L + (1 - shampooBeta) (g gᵀ - L)        R = R + (1 - shampooBeta) (gᵀ g - R)
 *     every preconditionFrequency updates: QL = the orthogonal factor of L QL, QR likewise, ordered by QLᵀ L QL
 *
 * The first gradient of a tensor changes no parameter: it says what the first bases are, by eigenvalues (Householder, QL). A vector is
 * Adam's, with that order of decay. What is a matrix, `shapes` say; of more than two dimensions the first one stays, the others are
 * joined: a filter of a convolution is out × (in · height · width).
 *
 * Vyas et al. 2024, by the authors' code (nikhilvyas/SOAP), whose names and defaults these are; its shampoo_beta of -1 is null here.
 * It keeps a basis for each dimension of a convolution unless `merge_dims` is on, keeps m in the turned basis, and takes the orthogonal
 * factor in float32. pytorch_optimizer counts the first gradient as the first update. Statistics and bases are doubles here, as is all that
 * is between gradient and step; the bits are the same on every backend. A side of n costs some n³ multiplications each time its
 * basis follows, in TypeScript but for the products, on the thread that calls `step` or `stepAsync`; for the time of a step the
 * statistics are in memory twice.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class SOAP<const P extends ParamsLike<P> = Params> extends Optimizer<SOAPOptions, P> {
  constructor(params: P, options: SOAPOptions & Settings<P> = {}) {
    super(soap, params, options);
  }
}
