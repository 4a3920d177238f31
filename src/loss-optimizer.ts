import { Optimizer } from './optimizer.js';
import type { Grads, ParamsLike } from './params.js';
import type { StepInput } from './told.js';

/** What a step is told where it goes by the loss. */
export interface LossInput extends StepInput {
  /** The loss that the gradients are of, at the parameters as they are before the step. */
  loss: number;
}

/** The base of the optimizers that go by the loss: `optimizer.step(grads, { loss })`. */
export abstract class LossOptimizer<Options extends object, P extends ParamsLike<P>> extends Optimizer<
  Options,
  P
> {
  /**
   * Updates every parameter in place from its gradient: one step.
   *
   * @param grads as for `Optimizer.step`
   * @param told the loss that they are of
   * @throws OptionError without a loss, and what `Optimizer.step` does, all before anything is changed
   */
  override step(grads: Grads<P>, told: LossInput): void {
    super.step(grads as never, told);
  }

  /** The same step on another thread, as `Optimizer.stepAsync`. */
  override stepAsync(grads: Grads<P>, told: LossInput): Promise<void> {
    return super.stepAsync(grads as never, told);
  }
}
