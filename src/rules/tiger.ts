import { tigerKernels } from '../kernels.generated.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { choice, flag, hyper } from '../option-table.js';
import type { Params, ParamsLike } from '../params.js';
import { belowOne, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import { slotAccess } from '../slot-access.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `Tiger` takes; each number may be a function of the step. */
export interface TigerOptions extends StepOptions {
  /** Learning rate, >= 0: how far each element moves. Default 1e-3. */
  lr?: Hyper;
  /** Decay rate of the average of the gradient, in [0, 1). Default 0.965. */
  beta?: Hyper;
  /** Weight decay, >= 0: by itself, or added to the gradient (L2) without `weightDecouple`. Default 0.01. */
  weightDecay?: Hyper;
  /** Decay the weights by themselves, as AdamW does. Default true. */
  weightDecouple?: boolean;
  /**
   * What the learning rate is multiplied by: `'none'`, nothing; `'rms'`, the root mean square that the tensor has before the step, at
   * the price of one more pass over the parameters. A tensor of zeros then stays. Default 'none'.
   */
  lrScale?: 'none' | 'rms';
}

/** The rule of `Tiger`. */
export const tiger: Rule<TigerOptions> = {
  name: 'tiger',
  kernels: tigerKernels,
  slotAccess,
  label: 'Tiger',
  options: {
    lr: hyper(1e-3, nonNegative),
    beta: hyper(0.965, belowOne),
    weightDecay: hyper(0.01, nonNegative),
    weightDecouple: flag(true),
    lrScale: choice('none', 'rms'),
  },
  slots: [{ name: 'exp_avg' }],
  clock: 'own',
  // By the root mean square, the decay that stands by itself is another for each tensor.
  weightDecay: ({ weightDecay, weightDecouple, lrScale }) => ({
    rate: weightDecouple && lrScale === 'rms' ? 0 : weightDecay,
    decoupled: weightDecouple,
  }),
  *passes({ groups, tensors }) {
    const sums = groups.some(({ lrScale }) => lrScale === 'rms')
      ? yield { kernel: 'tiger.size', alone: true, sums: ['squares'] }
      : null;
    yield {
      kernel: '',
      numbers({ options: { lr, beta, weightDecay, weightDecouple, lrScale }, tensor }) {
        if (lrScale === 'none') return [beta, 1 - beta, lr, 1];
        const length = tensors.length(tensor);
        const rate = length === 0 ? 0 : lr * Math.sqrt(sums!.of(tensor, 'squares') / length);
        return [beta, 1 - beta, rate, weightDecouple ? 1 - rate * weightDecay : 1];
      },
    };
    return undefined;
  },
};

/**
 * Tiger: every element moves by lr, against the sign of the average of its gradients.
 *
 *     m = beta m + (1 - beta) g        p = p (1 - lr weightDecay) - lr sign(m)
 *
 * where sign(0) = 0, and lr is multiplied by √(mean p²) of the tensor with `lrScale: 'rms'`. Su 2023 (bojone/tiger); defaults and names
 * of pytorch_optimizer. The author's Keras code goes by the names of variables: `'rms'` for all, of each row for embeddings, and half of
 * lr and no decay for bias, beta and gamma; give groups their own options for that.
 *
 * @throws OptionError, ShapeError, BackendError, before anything is written
 */
export class Tiger<const P extends ParamsLike<P> = Params> extends Optimizer<TigerOptions, P> {
  constructor(params: P, options: TigerOptions & Settings<P> = {}) {
    super(tiger, params, options);
  }
}
