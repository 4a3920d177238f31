import { ShapeError, show } from '../errors.js';
import { insideOf } from '../inside.js';
import { lengthOf, viewOf } from '../memory.js';
import { Optimizer, type Settings } from '../optimizer.js';
import { hyper } from '../option-table.js';
import type { Grads, Params, ParamsLike } from '../params.js';
import { belowOne, nonNegative } from '../ranges.js';
import type { Rule } from '../rule.js';
import type { StepOptions } from '../step-options.js';
import type { Hyper } from '../types.js';

/** What `Nesterov` takes; each number may be a function of the step. */
export interface NesterovOptions extends StepOptions {
  /** Learning rate, >= 0. Default 1e-3. */
  lr?: Hyper;
  /** Momentum, in [0, 1). Default 0.9. */
  momentum?: Hyper;
  /** Weight decay, >= 0, added to the gradient at the look-ahead point (L2). Default 0. */
  weightDecay?: Hyper;
}

/** The rule of `Nesterov`. */
export const nesterov: Rule<NesterovOptions> = {
  name: 'nesterov',
  label: 'Nesterov',
  options: {
    lr: hyper(1e-3, nonNegative),
    momentum: hyper(0.9, belowOne),
    weightDecay: hyper(0, nonNegative),
  },
  slots: [{ name: 'velocity' }, { name: 'origin', scratch: true }],
  weightDecay: o => ({ rate: o.weightDecay, decoupled: false }),
  coefficients: ({ momentum, lr }) => [momentum, lr],
};

// Before any parameter goes away: an optimizer of another class takes the gradients themselves.
function checkClosure(closure: unknown): void {
  if (typeof closure === 'function') return;
  throw new ShapeError(
    'ERR_LANESTEP_SHAPE',
    `Expected a closure that computes the gradients for step, got ${show(closure)}`,
  );
}

// The slot that holds the parameter while it is away.
const origin = 1;

/**
 * Nesterov's accelerated gradient with the gradient taken at the look-ahead point.
 *
 *     v = momentum v - lr g(p + momentum v)        p = p + v
 *
 * Sutskever et al. 2013, equations 3 and 4. Other libraries have the reformulation that takes the gradient where the
 * parameters are (`SGD` with `nesterov: true`): its parameters are this one's look-ahead points.
 */
export class Nesterov<const P extends ParamsLike<P> = Params> extends Optimizer<
  NesterovOptions,
  P,
  () => Grads<P>
> {
  readonly #inside = insideOf<NesterovOptions>(this);

  constructor(params: P, options: NesterovOptions & Settings = {}) {
    super(nesterov, params, options);
  }

  /**
   * One step: moves the parameters to p + momentum v, calls `closure` for the gradients there, and updates.
   *
   * @param closure computes the gradients at the present values of the parameters, and returns them in their shape
   * @throws whatever the closure throws, ShapeError or OptionError; the parameters are then back where they were
   */
  override step(closure: () => Grads<P>): void {
    this.#inside.enter();
    try {
      checkClosure(closure);
      this.#inside.resolveOptions();
      this.#prepareAhead();
      this.#inside.phases.kernel.run();
      this.#inside.phases.finishAlone(true);
      try {
        this.#inside.phases.prepare(closure());
        this.#inside.phases.kernel.run();
        this.#inside.finish();
      } catch (error) {
        this.#goBack(() => true);
        this.#inside.phases.takeBack();
        throw error;
      }
      this.#goBack(i => this.#inside.phases.incoming[i] === null);
    } catch (error) {
      this.#inside.revertOptions();
      throw error;
    } finally {
      this.#inside.leave();
    }
  }

  /**
   * The same with both passes on another thread. The closure may return a promise of the gradients.
   *
   * @throws like `Optimizer.stepAsync`, by rejecting; the parameters are then back where they were
   */
  override async stepAsync(closure: () => Grads<P> | Promise<Grads<P>>): Promise<void> {
    this.#inside.enter();
    try {
      checkClosure(closure);
      this.#inside.resolveOptions();
      this.#prepareAhead();
      await this.#inside.phases.runAsync().then(
        () => this.#inside.phases.finishAlone(true),
        (error: unknown) => {
          this.#inside.phases.finishAlone(false);
          throw error;
        },
      );
      try {
        this.#inside.phases.prepare(await closure());
        await this.#inside.phases.runAsync();
        this.#inside.finish();
      } catch (error) {
        this.#goBack(() => true);
        this.#inside.phases.takeBack();
        throw error;
      }
      this.#goBack(i => this.#inside.phases.incoming[i] === null);
    } catch (error) {
      this.#inside.revertOptions();
      throw error;
    } finally {
      this.#inside.leave();
    }
  }

  #prepareAhead(): void {
    this.#inside.phases.prepareAlone('ahead', options => nesterov.coefficients(options, 1, {}, 0));
  }

  // A tensor that takes no part in the step is not left at its look-ahead point.
  #goBack(which: (index: number) => boolean): void {
    this.#inside.registry.parameters.forEach(({ array, dtype, length }, i) => {
      // One without elements is where it was, and of a buffer that was taken away not even an empty view can be made.
      if (which(i) && length > 0 && lengthOf(array) === length)
        this.#inside.phases.kernel.read(i, origin, viewOf(array, dtype, 0, length), 0);
    });
  }
}
