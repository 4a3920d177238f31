import { adamMiniKernels } from '../kernels.generated.js';
import { newArray } from '../memory.js';
import { folded } from '../numerics/folded.js';
import { power } from '../numerics/powers.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper, pair } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import type { Row, Written } from '../pass.js';
import { belowOne, epsilon, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import { fold } from '../shape.js';
import { slotAccess } from '../slot-access.js';
import { factored } from '../slots.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper, Pair } from '../types.js';

/** What `AdamMini` takes; each number may be a function of the step. */
export interface AdamMiniOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Decay rates of the averages of the gradient and of the mean of its squares over a block, in [0, 1). Default [0.9, 0.999]. */
  betas?: Pair;
  /** Added to the root, >= 0; at 0 a block without any gradient becomes NaN. Default 1e-8. */
  eps?: Hyper;
  /** Weight decay, >= 0, by itself as in AdamW, times lr. Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `AdamMini`. */
export const adamMini: Rule<AdamMiniOptions> = {
  name: 'adam-mini',
  kernels: adamMiniKernels,
  slotAccess,
  label: 'AdamMini',
  options: {
    lr: hyper(1e-3, nonNegative),
    betas: pair([0.9, 0.999], belowOne),
    eps: hyper(1e-8, epsilon),
    weightDecay: hyper(0, nonNegative),
  },
  slots: [
    { name: 'rate', when: [factored], along: 'row', rowsAre: 'first', scratch: true },
    { name: 'm' },
    { name: 'v', unless: factored },
    { name: 'vmean', when: [factored], along: 'row', rowsAre: 'first' },
  ],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: true }),
  clock: 'own',
  grid: shape => (shape.length < 2 ? null : { matrices: 1, ...fold(shape, 'first') }),
  *passes({ tensors }) {
    const blocks: Row<AdamMiniOptions>[] = [];
    // Of the gradient as the stages scale it.
    const squares = yield {
      kernel: 'norm',
      alone: true,
      over: 'grids',
      sums: ['size'],
      numbers(row) {
        if (tensors.grid(row.tensor) !== null) blocks.push(row);
        return [];
      },
    };
    // All memory is asked for before anything is written.
    const sides = new Map<number, { readonly rate: Float64Array; readonly vmean: Float64Array }>();
    for (const { tensor, options, t } of blocks) {
      const { lr, betas, eps } = options;
      const vmean = tensors.read(tensor, 'vmean');
      const rate = newArray('float64', vmean.length) as Float64Array;
      const sums = squares.rows(tensor, 'size');
      const { columns } = tensors.grid(tensor)!;
      const step = lr / (1 - power(betas[0], t));
      const root2 = Math.sqrt(1 - power(betas[1], t));
      for (let i = 0; i < vmean.length; i++) {
        vmean[i] = betas[1] * vmean[i]! + (1 - betas[1]) * (columns === 0 ? 0 : sums[i]! / columns);
        rate[i] = step / (Math.sqrt(vmean[i]!) / root2 + eps);
      }
      sides.set(tensor, { rate, vmean });
    }
    yield {
      kernel: '',
      write({ tensor }): Written {
        const of = sides.get(tensor);
        return of === undefined ? {} : { rate: of.rate };
      },
      numbers({ options: { lr, betas, eps }, t, least }) {
        const root2 = Math.sqrt(1 - power(betas[1], t));
        const step = (lr * root2) / (1 - power(betas[0], t));
        return [betas[0], 1 - betas[0], betas[1], 1 - betas[1], step, folded(eps, root2, least)];
      },
    };
    return {
      write({ tensor }): Written {
        const of = sides.get(tensor);
        return of === undefined ? {} : { vmean: of.vmean };
      },
    };
  },
};

/**
 * Adam-mini: Adam with one second moment for each block of a tensor, which is an average of the mean of the squared gradients over the
 * block. So its state is half of Adam's.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) mean of g² over the block
 *     p = p - lr weightDecay p        p = p - lr / (1 - beta1^t) · m / (√v / √(1 - beta2^t) + eps)
 *
 * A block is what one index of the first dimension stands for, so the `shapes` say what the blocks are. They are the authors' with these:
 *
 *     [out, in]            a block for each output neuron, or each token: linear layers, value and projection, embedding and output
 *     [heads, rows, in]    a block for each head: the weights of queries and keys, whose rows follow one another head by head
 *     [1, n]               one block, the whole tensor: norms' weights
 *     [n], or no shape     a block for each element, which is Adam: biases
 *
 * The authors choose by the names of parameters, and leave out the decay of norms and biases: put those in a group with weightDecay 0.
 * Zhang et al. 2024; names of state, defaults and numbers of the authors' code (version 1.1.1). The squares are added up in double; a
 * block is taken by one thread.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class AdamMini<const P extends ParamsLike<P> = Params> extends Optimizer<AdamMiniOptions, P> {
  constructor(params: P, options: AdamMiniOptions & Settings<P> = {}) {
    super(adamMini, params, options);
  }
}
