import type { serialization } from '@tensorflow/tfjs-core';
import { TfjsRMSprop } from '../../rules/tfjs-rmsprop.js';
import type { Hyper } from '../../types.js';
import { argumentNames } from '../names.js';
import { LanestepOptimizer, type Settings } from '../optimizer.js';
import { checked, epsilonOr, required } from './defaults.js';

/** What `set()` of `rmsprop` takes, beside the stages' options. See `rmsprop`. */
export interface RMSPropArguments {
  learningRate?: Hyper;
  decay?: Hyper;
  momentum?: Hyper;
  epsilon?: Hyper;
}

/** `tf.RMSPropOptimizer`, stepped by lanestep. */
export class LanestepRMSProp extends LanestepOptimizer<RMSPropArguments> {
  /** The name in a saved model. */
  static get className(): string {
    return 'LanestepRMSProp';
  }

  /** See `rmsprop`. */
  constructor(
    learningRate: Hyper,
    decay: Hyper = 0.9,
    momentum: Hyper = 0,
    epsilon: Hyper | null = null,
    centered = false,
    settings: Settings = {},
  ) {
    super(
      (params, options) => new TfjsRMSprop(params, options),
      {
        ...checked(settings),
        lr: required(learningRate),
        alpha: decay,
        momentum,
        eps: epsilonOr(epsilon),
        centered,
      },
      { ...argumentNames, alpha: 'decay' },
    );
  }

  override getConfig(): serialization.ConfigDict {
    const { alpha, momentum, eps, centered } = this.numbers;
    return {
      learningRate: this.learningRate,
      decay: alpha as number,
      momentum: momentum as number,
      epsilon: eps as number,
      centered: centered as boolean,
      ...this.stages,
    };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { learningRate, decay, momentum, epsilon, centered } = config;
    return new cls(learningRate, decay, momentum, epsilon, centered, LanestepOptimizer.stagesOf(config));
  }
}

/**
 * `tf.train.rmsprop`, bit for bit.
 *
 *     s = decay s + (1 - decay) g²        b = momentum b + learningRate g / √(s + epsilon)        p = p - b
 *     centered: a = decay a + (1 - decay) g, and √(s - (a² + epsilon))
 *
 * The oddity: centered, epsilon is taken away where TensorFlow and Keras add it, so that a gradient that is zero or hardly
 * changes gives NaN.
 *
 * @param learningRate a number, or a function of the step
 * @param decay decay rate of the averages, in [0, 1)
 * @param momentum a number, or a function of the step
 * @param epsilon null for the backend's, 1e-7 in float32
 * @param centered whether to divide by the standard deviation of the gradient
 * @param settings what TensorFlow.js does not have: the options of the step (`clipNorm` …), `backend`, `inPlace`
 * @throws OptionError, BackendError
 */
export function rmsprop(
  learningRate: Hyper,
  decay: Hyper = 0.9,
  momentum: Hyper = 0,
  epsilon: Hyper | null = null,
  centered = false,
  settings?: Settings,
): LanestepRMSProp {
  return new LanestepRMSProp(learningRate, decay, momentum, epsilon, centered, settings);
}
