/** Optimizers whose step goes by the loss: `PolyakSGD`, `AliG`, `MoMo`, `MoMoAdam`. */
import { dispose, type Scalar, type Variable } from '@tensorflow/tfjs-core';
import { Wrapped } from './wrapped.js';

/**
 * An optimizer whose `minimize`, and thereby `model.fit`, tells it the loss. `applyGradients` takes it behind the gradients:
 * `applyGradients(gradients, { loss })`. To know the loss is to wait for it, on whatever TensorFlow.js runs.
 */
export abstract class ByLoss extends Wrapped {
  override minimize(f: () => Scalar, returnCost = false, varList?: Variable[]): Scalar | null {
    const { value, grads } = this.computeGradients(f, varList);
    try {
      this.applyGradients(grads, { loss: value.dataSync()[0]! });
    } catch (error) {
      value.dispose();
      throw error;
    } finally {
      dispose(grads);
    }
    if (returnCost) return value;
    value.dispose();
    return null;
  }
}
