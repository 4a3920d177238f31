/** How far a tensor has come. Tensors of a group that took the same steps share one. */
import type { Scalars } from './rules/rule.js';

export class Clock {
  /** Steps taken. */
  readonly t: number;
  /** What the rule keeps beside the slots, after those steps. */
  readonly scalars: Scalars;
  // Of the step that is being prepared: which it is, the row that holds its coefficients, and the clock after it.
  stamp = 0;
  row = 0;
  next: Clock | null = null;

  constructor(t: number, scalars: Scalars) {
    this.t = t;
    this.scalars = scalars;
  }
}
