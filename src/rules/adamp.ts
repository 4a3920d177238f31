import { adampKernels } from '../kernels.generated.js';
import { newArray } from '../memory.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { flag, hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row, Sums, Tensors, Written } from '../pass.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule, Slot } from '../rule.js';
import { fold, type Shape, type Stack } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `AdamP` takes; each number may be a function of the step. */
export interface AdamPOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of its square, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /**
   * Added to the root and to norms, and the least norm that is divided by, >= 0; at 0 an element without any gradient becomes NaN.
   * Default 1e-8.
   */
  eps?: Hyper;
  /** Weight decay, >= 0, by itself as in AdamW. Default 0. */
  weightDecay?: Hyper;
  /** Below which cosine, times the root of the length, gradient and parameter count as upright on each other, >= 0. Default 0.1. */
  delta?: Hyper;
  /** What the weight decay of a tensor is multiplied by that loses a part of its update, >= 0. Default 0.1. */
  wdRatio?: Hyper;
  /** Nesterov momentum. Default false. */
  nesterov?: boolean;
}

/** The names of what the first pass adds up. */
export const projected = ['product', 'gradient', 'weight', 'update'] as const;

/** What the kernels take away, a number for each row; a state does not have it. */
export const along: Slot<never> = {
  name: 'along',
  when: [factored],
  along: 'row',
  rowsAre: 'first',
  scratch: true,
};

/** What has two dimensions or more is rows: one for each index of the first dimension. */
export const rowsOf = (shape: Shape): Stack | null =>
  shape.length < 2 ? null : { matrices: 1, ...fold(shape, 'first') };

/** The numbers of a projection. */
interface Projection {
  readonly eps: number;
  readonly delta: number;
}

// Whether gradients stand upright on parameters of this length, and what of the update is along them, over them.
function measured(
  { eps, delta }: Projection,
  length: number,
  product: number,
  gradient: number,
  weight: number,
  update: number,
) {
  const norm = Math.sqrt(weight);
  const cosine = Math.abs(product) / (atLeast(Math.sqrt(gradient), eps) * atLeast(norm, eps));
  return { upright: cosine < delta / Math.sqrt(length), part: update / ((norm + eps) * (norm + eps)) };
}
const atLeast = (x: number, least: number): number => (x < least ? least : x);

/**
 * What is taken away from the update of a tensor, for each row: by rows where all of them stand upright on their gradients, else all of
 * it as one row, else nothing, for which there is null.
 */
export function projection(
  sums: Sums,
  tensors: Tensors,
  tensor: number,
  options: Projection,
): Float64Array | null {
  const { rows, columns } = tensors.grid(tensor)!;
  const [product, gradient, weight, update] = projected.map(name => sums.rows(tensor, name)) as [
    Float64Array,
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const parts = newArray('float64', rows) as Float64Array;
  const total = [0, 0, 0, 0] as [number, number, number, number];
  let all = true;
  for (let i = 0; i < rows; i++) {
    const own = [product[i]!, gradient[i]!, weight[i]!, update[i]!] as const;
    const { upright, part } = measured(options, columns, ...own);
    all &&= upright;
    parts[i] = part;
    for (let k = 0; k < 4; k++) total[k]! += own[k]!;
  }
  if (all) return parts;
  const { upright, part } = measured(options, rows * columns, ...total);
  return upright ? parts.fill(part) : null;
}

/** The pass that moves the parameters: what it writes, and by what the weight decay of a tensor is multiplied. */
export function projecting<Options extends object>(
  sums: Sums,
  tensors: Tensors,
  optionsOf: (row: Row<Options>) => Projection & { readonly wdRatio: number },
) {
  const ratios = new Map<number, number>();
  return {
    ratio: (tensor: number): number => ratios.get(tensor) ?? 1,
    write(row: Row<Options>): Written {
      const grid = tensors.grid(row.tensor);
      if (grid === null) return {};
      const options = optionsOf(row);
      const parts = projection(sums, tensors, row.tensor, options);
      ratios.set(row.tensor, parts === null ? 1 : options.wdRatio);
      return { along: parts ?? (newArray('float64', grid.rows) as Float64Array) };
    },
  };
}

// What a moment and a gradient are multiplied by to be the update; Adam's corrections are folded into it.
function partsOf({ options: { betas, eps, nesterov }, t, least }: Row<AdamPOptions>) {
  const root2 = Math.sqrt(1 - power(betas[1], t));
  const scale = root2 / (1 - power(betas[0], t));
  const parts = nesterov ? [scale * betas[0], scale * (1 - betas[0])] : [scale, 0];
  return [...parts, folded(eps, root2, least)];
}

/** The rule of `AdamP`. */
export const adamp: Rule<AdamPOptions> = {
  name: 'adamp',
  kernels: adampKernels,
  slotAccess,
  label: 'AdamP',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
    delta: hyper(0.1, nonNegative),
    wdRatio: hyper(0.1, nonNegative),
    nesterov: flag(false),
  },
  flags: ({ nesterov }) => (nesterov ? ['nesterov'] : []),
  slots: [along, { name: 'exp_avg' }, { name: 'exp_avg_sq' }],
  clock: 'own',
  grid: rowsOf,
  *passes({ tensors }) {
    const sums = yield {
      kernel: 'adamp.moments',
      alone: true,
      sums: projected,
      numbers(row) {
        const { betas } = row.options;
        return [betas[0], 1 - betas[0], betas[1], 1 - betas[1], ...partsOf(row)];
      },
    };
    const { ratio, write } = projecting<AdamPOptions>(sums, tensors, ({ options }) => options);
    yield {
      kernel: '',
      write,
      numbers(row) {
        const { lr, weightDecay } = row.options;
        return [...partsOf(row), lr, 1 - lr * weightDecay * ratio(row.tensor)];
      },
    };
    return undefined;
  },
};

/**
 * AdamP: Adam, which takes no step along a weight whose length does not matter, since a normalization follows it; such a step would only
 * make it longer, and the next ones smaller. That it does not matter shows in gradients that stand upright on the weight.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g²        u = m̂ / (√v̂ + eps)
 *     u = u - n ⟨n, u⟩, n = p / (‖p‖ + eps), w = wdRatio, where |cos(g, p)| < delta / √length; else w = 1
 *     p = p (1 - lr weightDecay w) - lr u
 *
 * The cosines are those of rows, one for each index of the first dimension: all of them must be that small. Else it is the cosine of the
 * whole tensor that counts. What has fewer than two dimensions, and every parameter without a shape, is updated as by AdamW: pass `shapes`.
 * Heo et al. 2021; options, defaults and numbers of the authors' code. pytorch_optimizer adds eps before the correction, and with
 * `nesterov` leaves beta1 m undivided. Sums are added up in double.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AdamP<const P extends ParamsLike<P> = Params> extends Optimizer<AdamPOptions, P> {
  constructor(params: P, options: AdamPOptions & Settings<P> = {}) {
    super(adamp, params, options);
  }
}
