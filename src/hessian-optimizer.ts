import { OptionError, ShapeError } from './errors.js';
import { Optimizer } from './optimizer.js';
import type { Grads, ParamsLike } from './params.js';
import type { Incoming } from './pass.js';
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
 * What a rule that goes by it looks at.
 *
 * @param label the rule's
 * @param first whether a tensor must have it at its first step
 */
export const lookAtHessian =
  (label: string, first = false) =>
  ({ parameters, words, gradients, hessian, taken }: Incoming): void =>
    parameters.forEach(({ path, paramPath }, i) => {
      const [gradient, diagonal] = [gradients[i] !== null, hessian[i] !== null];
      if (diagonal && !gradient)
        throw new ShapeError(
          'ERR_LANESTEP_SHAPE',
          `Expected ${words.grads}${path} beside hessian${path}, got none; leave out both, or give both`,
        );
      if (first && gradient && !diagonal && taken(i) === 0)
        throw new OptionError(
          `Expected hessian${path} at the first step of ${words.params}${paramPath}, since ${label} divides by its root: ` +
            'step(grads, { hessian }), got none',
        );
    });

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
