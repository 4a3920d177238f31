import type { serialization } from '@tensorflow/tfjs-core';
import { LanestepOptimizer } from './optimizer.js';

// A pair is copied: what is done to a configuration must not reach the optimizer.
const copied = (value: unknown): unknown => (Array.isArray(value) ? [...value] : value);

/** An optimizer of TensorFlow.js that steps as one of lanestep's own classes does. */
export abstract class Wrapped extends LanestepOptimizer {
  protected override readonly keepsClocks = true;

  override getConfig(): serialization.ConfigDict {
    const numbers = Object.entries(this.numbers).map(([key, value]) => [key, copied(value)]);
    return Object.fromEntries(numbers) as serialization.ConfigDict;
  }

  static override fromConfig<T extends serialization.Serializable>(
    cls: serialization.SerializableConstructor<T>,
    { customObjects: _, ...options }: serialization.ConfigDict,
  ): T {
    // `customObjects` is what TensorFlow.js adds when it loads a model.
    return new cls(options);
  }
}
