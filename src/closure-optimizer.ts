import { Optimizer } from './optimizer.js';
import type { Grads, ParamsLike } from './params.js';

/** The base of the optimizers that ask for gradients within a step, where the parameters are then. */
export abstract class ClosureOptimizer<Options extends object, P extends ParamsLike<P>> extends Optimizer<
  Options,
  P,
  () => Grads<P>
> {
  /**
   * One step, in which `closure` is called for the gradients: once by `Nesterov`, twice by `SAM`.
   *
   * @param closure computes the gradients at the present values of the parameters, and returns them in their shape
   * @throws whatever the closure throws, or what `Optimizer.step` does; the parameters are then back where they were
   */
  override step(closure: () => Grads<P>): void {
    super.step(closure);
  }

  /**
   * The same with all passes on another thread. The closure may return a promise of the gradients.
   *
   * @throws like `Optimizer.stepAsync`, by rejecting; the parameters are then back where they were
   */
  override stepAsync(closure: () => Grads<P> | Promise<Grads<P>>): Promise<void> {
    return super.stepAsync(closure as () => Grads<P>);
  }
}
