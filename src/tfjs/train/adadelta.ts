import type { serialization } from '@tensorflow/tfjs-core';
import { TfjsAdadelta } from '../../rules/tfjs-adadelta.js';
import type { Hyper } from '../../types.js';
import { argumentNames } from '../names.js';
import { LanestepOptimizer, type Settings } from '../optimizer.js';
import { checked, epsilonOr } from './defaults.js';

/** What `set()` of `adadelta` takes, beside the stages' options. See `adadelta`. */
export interface AdadeltaArguments {
  learningRate?: Hyper;
  rho?: Hyper;
  epsilon?: Hyper;
}

/** `tf.AdadeltaOptimizer`, stepped by lanestep. */
export class LanestepAdadelta extends LanestepOptimizer<AdadeltaArguments> {
  /** The name in a saved model. */
  static get className(): string {
    return 'LanestepAdadelta';
  }

  /** See `adadelta`. */
  constructor(
    learningRate: Hyper = 0.001,
    rho: Hyper = 0.95,
    epsilon: Hyper | null = null,
    settings: Settings = {},
  ) {
    super(
      (params, options) => new TfjsAdadelta(params, options),
      {
        ...checked(settings),
        lr: learningRate,
        rho,
        eps: epsilonOr(epsilon),
      },
      argumentNames,
    );
  }

  override getConfig(): serialization.ConfigDict {
    const { rho, eps } = this.numbers;
    return {
      learningRate: this.learningRate,
      rho: rho as number,
      epsilon: eps as number,
      ...this.stages,
    };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { learningRate, rho, epsilon } = config;
    return new cls(learningRate, rho, epsilon, LanestepOptimizer.stagesOf(config));
  }
}

/**
 * `tf.train.adadelta`, bit for bit.
 *
 *     d = √(a + epsilon) / √(s + epsilon) g        s = rho s + (1 - rho) g²        a = rho a + (1 - rho) d²
 *     p = p - learningRate d
 *
 * The oddity: d divides by the s of the step before, where the paper has the new one, so that from zeros both averages stay
 * equal and it is `sgd`.
 *
 * @param learningRate a number, or a function of the step
 * @param rho decay rate of both averages, in [0, 1)
 * @param epsilon null for the backend's, 1e-7 in float32
 * @param settings what TensorFlow.js does not have: the options of the step (`clipNorm` …), `backend`, `inPlace`
 * @throws OptionError, BackendError
 */
export function adadelta(
  learningRate: Hyper = 0.001,
  rho: Hyper = 0.95,
  epsilon: Hyper | null = null,
  settings?: Settings,
): LanestepAdadelta {
  return new LanestepAdadelta(learningRate, rho, epsilon, settings);
}
