import type { Optimizer } from '@tensorflow/tfjs-core';

/** Times an optimizer's steps within whatever calls them. */
export class Stopwatch {
  /** Milliseconds in `applyGradients` so far. */
  ms = 0;
  steps = 0;

  /** Puts itself around the optimizer's `applyGradients`. */
  constructor(optimizer: Optimizer) {
    const apply = optimizer.applyGradients.bind(optimizer);
    optimizer.applyGradients = gradients => {
      const start = performance.now();
      apply(gradients);
      this.ms += performance.now() - start;
      this.steps++;
    };
  }

  /** Begins to count anew. */
  reset(): void {
    this.ms = 0;
    this.steps = 0;
  }
}
