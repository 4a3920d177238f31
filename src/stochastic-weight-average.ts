import { Averages } from './averages.js';
import type { Settings } from './optimizer.js';
import { readOptions, settings } from './options.js';
import type { ParamList, ParamsLike } from './params.js';
import { equalWeights } from './rules/average.js';

/**
 * Stochastic weight averaging: the mean of the parameters as they were at every `update()`, of which the first one copies them.
 *
 *     value = (n - 1)/n value + 1/n param          at update n
 *
 * Izmailov et al. 2018: the mean of the weights at the ends of the last epochs, trained with a learning rate that stays high (`swaLR`),
 * lies in a flatter place than any of them. Numbers of `torch.optim.swa_utils.AveragedModel` by itself, which computes
 * value + (param - value)/n. What batch normalisation has learnt of its inputs belongs to the weights before; run the training data
 * through the averaged model to learn it anew, as PyTorch's `update_bn` does.
 *
 *     average.update();          // after each epoch from the swaStart-th on
 *     average.swap();            // to evaluate with the mean, in the arrays of the parameters
 *     evaluate();
 *     average.swapBack();        // the same bits are back
 */
export class StochasticWeightAverage<const P extends ParamsLike<P> = ParamList> extends Averages<P> {
  /**
   * @param params the arrays to average, an array or a record of named ones; they are only read
   * @throws ShapeError, OptionError
   */
  constructor(params: P, options: Settings<P> = {}) {
    super(equalWeights, params, readOptions(options, equalWeights.label, settings) as Settings);
  }
}
