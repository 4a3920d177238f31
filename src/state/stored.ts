import type { Shape } from '../shape.js';
import type { Dtype } from '../types.js';

/** An array of a state that is not in memory yet: what it is like. As a text it is how a message names it. */
export abstract class Stored {
  abstract readonly dtype: Dtype | null;
  abstract readonly length: number;
  abstract readonly shape: Shape;
  readonly #ours = true;

  /** Whether a value is one. `instanceof` would ask for the value's prototype, which may be the user's code. */
  static is(value: unknown): value is Stored {
    return typeof value === 'object' && value !== null && #ours in value;
  }

  abstract toString(): string;
}
