import type { serialization } from '@tensorflow/tfjs-core';
import { LanestepOptimizer } from './optimizer.js';

/** An optimizer of TensorFlow.js that steps as one of lanestep's own classes does. */
export abstract class Wrapped extends LanestepOptimizer {
  protected override readonly keepsClocks = true;

  override getConfig(): serialization.ConfigDict {
    return { ...this.numbers } as serialization.ConfigDict;
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    { customObjects: _, ...options }: serialization.ConfigDict,
  ): T {
    // `customObjects` is what TensorFlow.js adds when it loads a model.
    return new cls(options);
  }
}
