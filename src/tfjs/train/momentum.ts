import type { serialization } from '@tensorflow/tfjs-core';
import { TfjsMomentum } from '../../rules/tfjs-momentum.js';
import type { StepOptions } from '../../step-options.js';
import type { Hyper } from '../../types.js';
import { argumentNames } from '../names.js';
import { LanestepOptimizer, type Settings } from '../optimizer.js';
import { checked, required } from './defaults.js';

/** What `set()` of `momentum` takes, beside the stages' options. See `momentum`. */
export interface MomentumArguments {
  learningRate?: Hyper;
  momentum?: Hyper;
}

/** `tf.MomentumOptimizer`, stepped by lanestep. */
export class LanestepMomentum extends LanestepOptimizer<MomentumArguments> {
  /** The name in a saved model. */
  static get className(): string {
    return 'LanestepMomentum';
  }

  /** See `momentum`. */
  constructor(learningRate: Hyper, momentum: Hyper, useNesterov = false, settings: Settings = {}) {
    super(
      (params, options) => new TfjsMomentum(params, options),
      {
        ...checked(settings),
        lr: required(learningRate),
        momentum,
        nesterov: useNesterov,
      },
      { ...argumentNames, nesterov: 'useNesterov' },
    );
  }

  // What setMomentum() was told.
  #shown: number | null = null;

  /**
   * As in TensorFlow.js, changes what `getConfig` says and no step; the oddity is kept for the sake of the same bits. For
   * a momentum that is used: `set({ momentum })`.
   */
  setMomentum(momentum: number): void {
    this.#shown = momentum;
  }

  override set(options: Readonly<MomentumArguments & StepOptions>): void {
    super.set(options);
    if (options.momentum !== undefined) this.#shown = null;
  }

  override getConfig(): serialization.ConfigDict {
    const { momentum, nesterov } = this.numbers;
    return {
      learningRate: this.learningRate,
      momentum: this.#shown ?? (momentum as number),
      useNesterov: nesterov as boolean,
      ...this.stages,
    };
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    config: serialization.ConfigDict,
  ): T {
    const { learningRate, momentum, useNesterov } = config;
    return new cls(learningRate, momentum, useNesterov, LanestepOptimizer.stagesOf(config));
  }
}

/**
 * `tf.train.momentum`, bit for bit.
 *
 *     b = momentum b + g        p = p - learningRate b, or with useNesterov p - learningRate (g + momentum b)
 *
 * @param learningRate a number, or a function of the step
 * @param momentum a number, or a function of the step
 * @param useNesterov whether the momentum is Nesterov's, reformulated for the gradient where the variables are
 * @param settings what TensorFlow.js does not have: the options of the step (`clipNorm` …), `backend`, `inPlace`
 * @throws OptionError, BackendError
 */
export function momentum(
  learningRate: Hyper,
  momentum: Hyper,
  useNesterov = false,
  settings?: Settings,
): LanestepMomentum {
  return new LanestepMomentum(learningRate, momentum, useNesterov, settings);
}
