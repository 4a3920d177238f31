/** The options of the step, which every optimizer takes and no rule knows: one table. */
import { choice, flag, hyper, optional } from './option-table.js';
import { finite, positiveOrNull } from './ranges.js';
import { type SwitchOptions, switchOptions } from './switch-options.js';
import type { Hyper } from './types.js';

/** What every optimizer takes besides its rule's own hyper-parameters. */
export interface StepOptions extends SwitchOptions {
  /** Maximise the objective instead of minimising it: the gradient's sign is turned. Default false. */
  maximize?: boolean;
  /**
   * Every gradient is multiplied by this finite number first, without a pass of its own: 1 / batch size for summed
   * gradients, 1 / loss scale, a clipping coefficient. Default 1. One step alone: `step(grads, { gradientScale })`. (PyTorch's fused
   * optimizers divide by `grad_scale`.)
   */
  gradientScale?: Hyper;
  /**
   * The largest norm that all gradients together may have, > 0: where the root of the sum of their squares, scaled as
   * `gradientScale` says, is larger, they are multiplied by clipNorm / (norm + 1e-6). The norm is that of all groups; each group may
   * have a bound of its own for it. It is added up in double in a defined order, the same on every backend. One more pass over
   * the gradients. Default null: no clipping. (`torch.nn.utils.clip_grad_norm_` before the step; Keras' `global_clipnorm` and
   * optax' `clip_by_global_norm` add nothing to the norm; Keras' `clipnorm` is another thing, it clips each tensor by itself.)
   */
  clipNorm?: Hyper | null;
  /**
   * What happens where a gradient has a NaN or an infinity: `propagate` (default), the step is taken as any other; `skip`, it does not
   * happen, nothing changes and no step is counted; `throw`, a GradientError names the tensor, and nothing changes. Both ask for one
   * more pass over the gradients, which `clipNorm` shares.
   */
  nonFinite?: 'propagate' | 'skip' | 'throw';
}

/** Their table. */
export const stepOptions = {
  maximize: flag(false),
  gradientScale: hyper(1, finite),
  clipNorm: optional(positiveOrNull),
  nonFinite: choice('propagate', 'skip', 'throw'),
  ...switchOptions,
} as const;
