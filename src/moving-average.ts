import { Averages, averagerOf } from './averages.js';
import { OptionError, show } from './errors.js';
import type { Settings } from './optimizer.js';
import { readOptions, settings } from './options.js';
import type { ParamList, ParamsLike } from './params.js';
import { average, copyingFirst, type MovingAverageOptions } from './rules/average.js';
import type { Hyper } from './types.js';

/**
 * The exponential moving average of parameters: value = decay value + (1 - decay) param at each `update()`, of which the first one
 * copies the parameters.
 *
 * The averaged weights often generalise better than the last ones (Polyak and Juditsky 1992; Tarvainen and Valpola 2017).
 * Numbers of `torch.optim.swa_utils.AveragedModel` with `get_ema_multi_avg_fn(decay)`, and of Keras' `use_ema`; for those of TensorFlow's
 * `ExponentialMovingAverage`, which averages from the first update on, give `initial: 'params'`. Where all updates shall count alike,
 * there is `StochasticWeightAverage`.
 *
 *     average.update();          // after each step
 *     average.swap();            // to evaluate with the averages, in the arrays of the parameters
 *     evaluate();
 *     average.swapBack();        // the same bits are back
 */
export class MovingAverage<const P extends ParamsLike<P> = ParamList> extends Averages<P> {
  /**
   * @param params the arrays to average, an array or a record of named ones; they are only read
   * @throws ShapeError, OptionError
   */
  constructor(params: P, options: MovingAverageOptions & Settings<P> = {}) {
    const names = [...Object.keys(average.options), 'initial', ...settings];
    const { initial, ...rest } = readOptions(options, average.label, names) as MovingAverageOptions &
      Settings;
    if (initial !== undefined && rest.biasCorrection) {
      throw new OptionError('Expected no initial with biasCorrection: true, which starts from zero');
    }
    if (
      initial !== undefined &&
      initial !== 'first' &&
      initial !== 'params' &&
      !(typeof initial === 'number' && Number.isFinite(initial))
    ) {
      throw new OptionError(
        `Expected 'first', 'params' or a finite number for initial, got ${show(initial)}`,
      );
    }
    const first = !rest.biasCorrection && (initial === undefined || initial === 'first');
    super(first ? copyingFirst : average, params, rest, typeof initial === 'number' ? initial : undefined);
  }

  /**
   * What is kept of the average at each update, a number in [0, 1] or a function of the step. To set it throws an OptionError where it is
   * neither, and a StateError while averages and parameters are exchanged (`swap`).
   */
  get decay(): Hyper {
    return averagerOf(this)!.groups[0]!.decay;
  }

  set decay(decay: Hyper) {
    averagerOf(this)!.set({ decay });
  }
}
