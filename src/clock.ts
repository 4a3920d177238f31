import type { GroupOptions } from './options.js';
import type { Rule, Scalars } from './rules/rule.js';

/** How far a tensor has come. Tensors of a group that took the same steps share one. */
export class Clock<Options extends object> {
  readonly options: GroupOptions<Options>;
  /** Steps taken. */
  t: number;
  /** What the rule keeps beside the slots, after those steps. */
  scalars: Scalars;
  /** How many tensors go by it. */
  members = 0;
  // Of the step that is being prepared: which it is, the row of its numbers, and how many tensors take part.
  stamp = 0;
  row = 0;
  present = 0;

  constructor(options: GroupOptions<Options>, t: number, scalars: Scalars) {
    this.options = options;
    this.t = t;
    this.scalars = scalars;
  }
}

/** The clocks of all tensors of an optimizer. */
export class Clocks<Options extends object> {
  /** The clock of each tensor. */
  readonly of: Clock<Options>[] = [];
  /** The clocks of the step that is being prepared, by row; only the first `rows` of them. */
  readonly ticking: Clock<Options>[] = [];
  rows = 0;
  #stamp = 0;

  /** Gives each tensor a clock; one may be given to many. */
  assign(clocks: readonly Clock<Options>[]): void {
    clocks.forEach((clock, i) => {
      this.of[i] = clock;
      clock.members++;
    });
  }

  /** Begins a step that no tensor takes part in yet. */
  begin(): void {
    this.#stamp++;
    this.rows = 0;
  }

  /** Lets a tensor take part, and tells its row. */
  rowOf(tensor: number): number {
    const clock = this.of[tensor]!;
    if (clock.stamp !== this.#stamp) {
      clock.stamp = this.#stamp;
      clock.row = this.rows++;
      clock.present = 0;
      this.ticking[clock.row] = clock;
    }
    clock.present++;
    return clock.row;
  }

  /**
   * Moves the tensors on that took part. Those that did not keep their clock, so the others get a new one; in lockstep
   * all move on.
   */
  tick(rule: Rule<Options>, tookPart: readonly unknown[]): void {
    if (rule.lockstep) {
      for (let i = 0; i < this.of.length; i++) this.rowOf(i);
    }
    for (let row = 0; row < this.rows; row++) {
      const clock = this.ticking[row]!;
      const t = clock.t + 1;
      const scalars = rule.advance ? rule.advance(clock.options.numbers, t, clock.scalars) : clock.scalars;
      if (clock.present === clock.members || rule.lockstep) {
        clock.t = t;
        clock.scalars = scalars;
        continue;
      }
      const ahead = new Clock(clock.options, t, scalars);
      for (let i = 0; i < this.of.length; i++) {
        if (this.of[i] === clock && tookPart[i] !== null) this.of[i] = ahead;
      }
      ahead.members = clock.present;
      clock.members -= clock.present;
    }
  }
}
