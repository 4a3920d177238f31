import { Optimizer } from './optimizer.js';
import type { Grads, ParamsLike } from './params.js';
import type { StepInput } from './told.js';

/** What a step may be told where it goes by the curvature. */
export interface HessianInput<P> extends StepInput {
  /**
   * An estimate of the Hessian's diagonal at the parameters as they are before the step, in the shape of the gradients: `hutchinson`
   * makes one. Null, undefined or a missing key leaves the tensor's average as it is.
   */
  hessian?: Grads<P> | null | undefined;
}

/**
 * The base of the optimizers that go by the Hessian's diagonal: `optimizer.step(grads, { hessian })`. It need not be told at every
 * step. `maximize` turns its sign and `gradientScale` multiplies it, as they do the gradients; `clipNorm` leaves it alone, and
 * `nonFinite` looks at it, too.
 */
export abstract class HessianOptimizer<Options extends object, P extends ParamsLike<P>> extends Optimizer<
  Options,
  P
> {
  /**
   * Updates every parameter in place from its gradient: one step.
   *
   * @param grads as for `Optimizer.step`
   * @param told the Hessian's diagonal, at the steps at which there is a new estimate
   * @throws ShapeError where the diagonal does not fit, OptionError where a tensor must have one at its first step, and what
   * `Optimizer.step` does, all before anything is changed
   */
  override step(grads: Grads<P>, told?: HessianInput<P>): void {
    super.step(grads as never, told);
  }

  /** The same step on another thread, as `Optimizer.stepAsync`. */
  override stepAsync(grads: Grads<P>, told?: HessianInput<P>): Promise<void> {
    return super.stepAsync(grads as never, told);
  }
}
