import type { serialization } from '@tensorflow/tfjs-core';
import { TfjsAdagrad } from '../../rules/tfjs-adagrad.js';
import type { Hyper } from '../../types.js';
import { argumentNames } from '../names.js';
import { LanestepOptimizer, type Settings } from '../optimizer.js';
import { checked, epsilonOr, required } from './defaults.js';

/** What `set()` of `adagrad` takes, beside the stages' options. See `adagrad`. */
export interface AdagradArguments {
  learningRate?: Hyper;
}

/** `tf.AdagradOptimizer`, stepped by lanestep. */
export class LanestepAdagrad extends LanestepOptimizer<AdagradArguments> {
  /** The name in a saved model. */
  static get className(): string {
    return 'LanestepAdagrad';
  }

  /** See `adagrad`. */
  constructor(learningRate: Hyper, initialAccumulatorValue = 0.1, settings: Settings = {}) {
    super(
      (params, options) => new TfjsAdagrad(params, options),
      {
        ...checked(settings),
        lr: required(learningRate),
        initialAccumulatorValue,
        eps: epsilonOr(null),
      },
      argumentNames,
    );
  }

  override getConfig(): serialization.ConfigDict {
    return {
      learningRate: this.learningRate,
      initialAccumulatorValue: this.numbers.initialAccumulatorValue as number,
      ...this.stages,
    };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { learningRate, initialAccumulatorValue } = config;
    return new cls(learningRate, initialAccumulatorValue, LanestepOptimizer.stagesOf(config));
  }
}

/**
 * `tf.train.adagrad`, bit for bit.
 *
 *     s = s + g²        p = p - learningRate (g / √(s + epsilon))
 *
 * @param learningRate a number, or a function of the step
 * @param initialAccumulatorValue what the sum of squares starts from, >= 0
 * @param settings what TensorFlow.js does not have: the options of the step (`clipNorm` …), `backend`, `inPlace`
 * @throws OptionError, BackendError
 */
export function adagrad(
  learningRate: Hyper,
  initialAccumulatorValue = 0.1,
  settings?: Settings,
): LanestepAdagrad {
  return new LanestepAdagrad(learningRate, initialAccumulatorValue, settings);
}
