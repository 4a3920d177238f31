import type { Tensors } from './model.js';

/** What moves the parameters. */
export interface Updater {
  /** Milliseconds spent in steps so far, without those in `gradients`. */
  stepTime: number;
  /** One step. `gradients` is called once, where the parameters are then. */
  update(gradients: () => Tensors): void;
  dispose(): void;
}
