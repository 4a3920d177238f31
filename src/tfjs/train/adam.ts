import { pow, type serialization, tidy } from '@tensorflow/tfjs-core';
import { TfjsAdam } from '../../rules/tfjs-adam.js';
import type { Hyper } from '../../types.js';
import { argumentNames } from '../names.js';
import { LanestepOptimizer, type Settings } from '../optimizer.js';
import { checked, epsilonOr } from './defaults.js';

// TensorFlow.js computes it in the arithmetic of its backend, and so do we.
async function powerOnBackend(x: number, n: number): Promise<number> {
  const power = tidy(() => pow(x, n));
  const [value] = await power.data();
  power.dispose();
  return value as number;
}

/** What `set()` of `adam` takes, beside the stages' options. See `adam`. */
export interface AdamArguments {
  learningRate?: Hyper;
  beta1?: Hyper;
  beta2?: Hyper;
  epsilon?: Hyper;
}

/** `tf.AdamOptimizer`, stepped by lanestep. */
export class LanestepAdam extends LanestepOptimizer<AdamArguments> {
  /** The name in a saved model. */
  static get className(): string {
    return 'LanestepAdam';
  }

  /** See `adam`. */
  constructor(
    learningRate: Hyper = 0.001,
    beta1: Hyper = 0.9,
    beta2: Hyper = 0.999,
    epsilon: Hyper | null = null,
    settings: Settings = {},
  ) {
    super(
      (params, options) => new TfjsAdam(params, options),
      {
        ...checked(settings),
        lr: learningRate,
        betas: [beta1, beta2],
        eps: epsilonOr(epsilon),
      },
      argumentNames,
    );
  }

  protected override async scalarsAt(iterations: number): Promise<Readonly<Record<string, number>>> {
    const [beta1, beta2] = this.numbers.betas as [number, number];
    return {
      acc_beta1: await powerOnBackend(beta1, iterations + 1),
      acc_beta2: await powerOnBackend(beta2, iterations + 1),
    };
  }

  override getConfig(): serialization.ConfigDict {
    const { betas, eps } = this.numbers;
    const [beta1, beta2] = betas as [number, number];
    return { learningRate: this.learningRate, beta1, beta2, epsilon: eps as number, ...this.stages };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { learningRate, beta1, beta2, epsilon } = config;
    return new cls(learningRate, beta1, beta2, epsilon, LanestepOptimizer.stagesOf(config));
  }
}

/**
 * `tf.train.adam`, bit for bit.
 *
 *     m = beta1 m + (1 - beta1) g        v = beta2 v + (1 - beta2) g²
 *     p = p - learningRate (m / (1 - beta1^t)) / (√(v / (1 - beta2^t)) + epsilon)
 *
 * The oddities: the powers of the betas are products in float32 that belong to the optimizer, not to a variable; and after
 * `setWeights`, as when a model is loaded, they begin anew from `tf.pow`, so that going on differs from not having stopped.
 *
 * @param learningRate a number, or a function of the step
 * @param beta1 decay rate of the average of the gradient, in [0, 1)
 * @param beta2 that of its square
 * @param epsilon null for the backend's, 1e-7 in float32
 * @param settings what TensorFlow.js does not have: the options of the step (`clipNorm` …), `backend`, `inPlace`
 * @throws OptionError, BackendError
 */
export function adam(
  learningRate: Hyper = 0.001,
  beta1: Hyper = 0.9,
  beta2: Hyper = 0.999,
  epsilon: Hyper | null = null,
  settings?: Settings,
): LanestepAdam {
  return new LanestepAdam(learningRate, beta1, beta2, epsilon, settings);
}
