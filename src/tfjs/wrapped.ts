import type { serialization } from '@tensorflow/tfjs-core';
import { LanestepOptimizer } from './optimizer.js';

/** An optimizer of TensorFlow.js that steps as one of lanestep's own classes does. */
export abstract class Wrapped extends LanestepOptimizer {
  protected override readonly keepsClocks = true;

  override getConfig(): serialization.ConfigDict {
    return { ...this.numbers } as serialization.ConfigDict;
  }
}
