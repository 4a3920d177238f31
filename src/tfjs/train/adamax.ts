import type { serialization } from '@tensorflow/tfjs-core';
import { TfjsAdamax } from '../../rules/tfjs-adamax.js';
import type { Hyper } from '../../types.js';
import { argumentNames } from '../names.js';
import { LanestepOptimizer, type Settings } from '../optimizer.js';
import { checked, epsilonOr } from './defaults.js';
import { product } from './product.js';

/** What `set()` of `adamax` takes, beside the stages' options. See `adamax`. */
export interface AdamaxArguments {
  learningRate?: Hyper;
  beta1?: Hyper;
  beta2?: Hyper;
  epsilon?: Hyper;
  decay?: Hyper;
}

/** `tf.AdamaxOptimizer`, stepped by lanestep. */
export class LanestepAdamax extends LanestepOptimizer<AdamaxArguments> {
  /** The name in a saved model. */
  static get className(): string {
    return 'LanestepAdamax';
  }

  /** See `adamax`. */
  constructor(
    learningRate: Hyper = 0.002,
    beta1: Hyper = 0.9,
    beta2: Hyper = 0.999,
    epsilon: Hyper | null = null,
    decay: Hyper = 0,
    settings: Settings = {},
  ) {
    super(
      (params, options) => new TfjsAdamax(params, options),
      {
        ...checked(settings),
        lr: learningRate,
        betas: [beta1, beta2],
        eps: epsilonOr(epsilon),
        decay,
      },
      argumentNames,
    );
  }

  protected override async scalarsAt(iterations: number): Promise<Readonly<Record<string, number>>> {
    const [beta1] = this.numbers.betas as [number, number];
    return { acc_beta1: product(beta1, iterations) };
  }

  override getConfig(): serialization.ConfigDict {
    const { betas, eps, decay } = this.numbers;
    const [beta1, beta2] = betas as [number, number];
    return {
      learningRate: this.learningRate,
      beta1,
      beta2,
      epsilon: eps as number,
      decay: decay as number,
      ...this.stages,
    };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { learningRate, beta1, beta2, epsilon, decay } = config;
    return new cls(learningRate, beta1, beta2, epsilon, decay, LanestepOptimizer.stagesOf(config));
  }
}

/**
 * `tf.train.adamax`, bit for bit, except that it can be saved.
 *
 *     m = beta1 m + (1 - beta1) g        u = max(beta2 u, |g|)
 *     p = p - learningRate / (1 + (t - 1) decay) / (1 - beta1^t) · (m / (u + epsilon))
 *
 * The oddities: the power of beta1 and the learning rate are computed in float32, and belong to the optimizer, not to a
 * variable. TensorFlow.js' own has no `getWeights` and `setWeights`; here training goes on from them with the same bits.
 *
 * @param learningRate a number, or a function of the step
 * @param beta1 decay rate of the average of the gradient, in [0, 1)
 * @param beta2 that of the infinity norm
 * @param epsilon null for the backend's, 1e-7 in float32
 * @param decay of the learning rate, >= 0
 * @param settings what TensorFlow.js does not have: the options of the step (`clipNorm` …), `backend`, `inPlace`
 * @throws OptionError, BackendError
 */
export function adamax(
  learningRate: Hyper = 0.002,
  beta1: Hyper = 0.9,
  beta2: Hyper = 0.999,
  epsilon: Hyper | null = null,
  decay: Hyper = 0,
  settings?: Settings,
): LanestepAdamax {
  return new LanestepAdamax(learningRate, beta1, beta2, epsilon, decay, settings);
}
