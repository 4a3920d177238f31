/** Drives a step that is a generator: at once, or awaiting each of its passes. */

import type { Kernel } from './backends/backend.js';

/** What a step asks for: that the kernel runs as it was prepared, or another one beside it, or that the closure gives gradients. */
export type Demand = 'run' | 'gradients' | { readonly kernel: Kernel };

/** A step; what is given back to it is the gradients, where it asked for them. What a demand throws is thrown into it. */
export type Demanding = Generator<Demand, void, unknown>;

/** At once. */
export function drive(step: Demanding, meet: (demand: Demand) => unknown): void {
  for (let next = step.next(); !next.done; ) {
    let answer: unknown;
    try {
      answer = meet(next.value);
    } catch (error) {
      next = step.throw(error);
      continue;
    }
    next = step.next(answer);
  }
}

/** Awaiting each demand; `meet` is told whether one before has thrown. */
export async function driveAsync(
  step: Demanding,
  meet: (demand: Demand, failed: boolean) => unknown,
): Promise<void> {
  let failed = false;
  for (let next = step.next(); !next.done; ) {
    let answer: unknown;
    try {
      answer = await meet(next.value, failed);
    } catch (error) {
      failed = true;
      next = step.throw(error);
      continue;
    }
    next = step.next(answer);
  }
}
