import type { Tensors } from './model.js';

/** What moves the parameters. */
export interface Updater {
  /** Milliseconds spent in steps so far, without those in `gradients`. */
  stepTime: number;
  /** One step. `gradients` is called once, where the parameters are then, and `loss` after it: the loss that they are of. */
  update(gradients: () => Tensors, loss: () => number): void;
  dispose(): void;
}
