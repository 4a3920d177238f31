/** How long to race. */

export interface Pace {
  readonly rounds: number;
  /** Of one turn. */
  readonly seconds: number;
  /** Of the turn before the first: the engine compiles, and the length of a step is found. */
  readonly warm: number;
  /** Training steps of an epoch, which is a turn of `model.fit`. */
  readonly batches: number;
}

export const paceOf = (quick: boolean): Pace =>
  quick
    ? { rounds: 5, seconds: 0.01, warm: 0.03, batches: 8 }
    : { rounds: 11, seconds: 0.03, warm: 0.15, batches: 20 };
