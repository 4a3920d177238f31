/** The options of the step, which every optimizer takes and no rule knows: one table. */
import { flag, hyper } from './option-table.js';
import { finite } from './ranges.js';
import type { Hyper } from './types.js';

/** What every optimizer takes besides its rule's own hyper-parameters. */
export interface StepOptions {
  /** Maximise the objective instead of minimising it: the gradient's sign is turned. Default false. */
  maximize?: boolean;
  /**
   * Every gradient is multiplied by this finite number first, without a pass of its own: 1 / batch size for summed
   * gradients, 1 / loss scale, a clipping coefficient. Default 1. (PyTorch's fused optimizers divide by `grad_scale`.)
   */
  gradientScale?: Hyper;
}

/** Their table. */
export const stepOptions = { maximize: flag(false), gradientScale: hyper(1, finite) } as const;
