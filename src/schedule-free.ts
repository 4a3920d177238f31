/** What schedule-free optimizers have in common: their parameters are the average for a while, and then themselves again. */
import { Exchange } from './exchange.js';
import { insideOf } from './inside.js';
import { copyOf } from './memory.js';
import { Optimizer, type Settings } from './optimizer.js';
import type { Numbers } from './option-table.js';
import type { ParamsLike } from './params.js';
import type { Rule } from './rule.js';

/** The base of the schedule-free optimizers: `eval()` before the parameters are evaluated or saved, `train()` before the next step. */
export abstract class ScheduleFree<Options extends object, P extends ParamsLike<P>> extends Optimizer<
  Options,
  P
> {
  readonly #exchange = new Exchange(
    insideOf<Options>(this),
    'Expected the optimizer in training, but the parameters are the averages of eval(); call train() first',
  );
  readonly #between: (options: Numbers<Options>) => number;

  /** @param between where gradients are taken between z (0) and the average x (1), by the options */
  protected constructor(
    rule: Rule<Options>,
    params: P,
    options: Options & Settings<P>,
    between: (options: Numbers<Options>) => number,
  ) {
    super(rule, params, options);
    this.#between = between;
  }

  /** Whether the parameters are the points where gradients are taken, and not their averages. */
  get training(): boolean {
    return !this.#exchange.isOut;
  }

  /**
   * Makes the parameters the averages, to evaluate with them; nothing where they are that already. Until `train()` the optimizer takes
   * no step and no state, and gives none.
   *
   * @throws StateError within a step, ShapeError where a parameter has lost its memory; nothing is changed
   */
  eval(): void {
    if (this.#exchange.isOut) return;
    const { phases, aims } = insideOf<Options>(this);
    this.#exchange.out(() => {
      phases.checkPresent();
      const training = phases.moves.sources().map(copyOf);
      const ran = aims.at({
        kernel: 'schedule-free-adamw.eval',
        alone: true,
        over: 'all',
        numbers: ({ options, t }) => {
          const beta = this.#between(options);
          return t === 1 ? [1, 0] : [1 / beta, 1 - 1 / beta];
        },
      });
      if (ran) {
        phases.kernel.run();
        aims.ran();
        phases.moves.settle();
      }
      return training;
    });
  }

  /**
   * Makes the parameters the points where gradients are taken again, with the bits that they had; nothing where they are that already.
   *
   * @throws ShapeError where a parameter has lost its memory; nothing is changed
   */
  train(): void {
    this.#exchange.back();
  }
}
