import type { serialization } from '@tensorflow/tfjs-core';
import { TfjsSGD } from '../../rules/tfjs-sgd.js';
import type { Hyper } from '../../types.js';
import { argumentNames } from '../names.js';
import { LanestepOptimizer, type Settings } from '../optimizer.js';
import { checked, required } from './defaults.js';

/** What `set()` of `sgd` takes, beside the stages' options. See `sgd`. */
export interface SGDArguments {
  learningRate?: Hyper;
}

/** `tf.SGDOptimizer`, stepped by lanestep. */
export class LanestepSGD extends LanestepOptimizer<SGDArguments> {
  /** The name in a saved model. */
  static get className(): string {
    return 'LanestepSGD';
  }

  /** See `sgd`. */
  constructor(learningRate: Hyper, settings: Settings = {}) {
    super(
      (params, options) => new TfjsSGD(params, options),
      {
        ...checked(settings),
        lr: required(learningRate),
      },
      argumentNames,
    );
  }

  override getConfig(): serialization.ConfigDict {
    return { learningRate: this.learningRate, ...this.stages };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { learningRate } = config;
    return new cls(learningRate, LanestepOptimizer.stagesOf(config));
  }
}

/**
 * `tf.train.sgd`, bit for bit: p = p - learningRate g.
 *
 * @param learningRate a number, or a function of the step
 * @param settings what TensorFlow.js does not have: the options of the step (`clipNorm` …), `backend`, `inPlace`
 * @throws OptionError, BackendError
 */
export function sgd(learningRate: Hyper, settings?: Settings): LanestepSGD {
  return new LanestepSGD(learningRate, settings);
}
