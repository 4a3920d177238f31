import type { Numbers } from './option-table.js';
import type { GroupOptions } from './options.js';
import type { After, Row, Scalars } from './pass.js';
import { limits } from './ranges.js';
import type { Rule } from './rule.js';
import type { Dtype } from './types.js';

/** How far a tensor has come. Tensors of a group and a type that took the same steps share one. */
export class Clock<Options extends object> {
  readonly options: GroupOptions<Options>;
  /** The type of its tensors, and the least number above zero in it. */
  readonly dtype: Dtype;
  readonly least: number;
  /** Steps taken. */
  t: number;
  /** What the rule keeps beside the slots, after those steps; null as long as there is no state. */
  scalars: Scalars | null;
  /** How many tensors go by it. */
  members = 0;
  // Of the step that is being prepared: which it is, the row of its numbers, one of its tensors, and how many take part.
  stamp = 0;
  row = 0;
  tensor = 0;
  present = 0;
  // Of the step that is ending: the clock of those that took part, where others did not.
  ahead: Clock<Options> | null = null;

  constructor(options: GroupOptions<Options>, dtype: Dtype, t: number, scalars: Scalars | null) {
    this.options = options;
    this.dtype = dtype;
    this.least = limits[dtype].least;
    this.t = t;
    this.scalars = scalars;
  }
}

/** The scalars that a tensor begins with, by the options of then. */
export const firstScalars = <Options extends object>(
  rule: Rule<Options>,
  numbers: Numbers<Options>,
): Scalars => rule.scalars?.(numbers) ?? {};

/** What the tensors of a clock have in common at their next step. */
export const rowOf = <Options extends object>(rule: Rule<Options>, clock: Clock<Options>): Row<Options> => ({
  options: clock.options.numbers,
  t: clock.t + 1,
  scalars: clock.scalars ?? firstScalars(rule, clock.options.numbers),
  least: clock.least,
  tensor: clock.tensor,
});

/** A clock before any step: with the scalars of a rule whose state is there from construction on, else with none yet. */
export const newClock = <Options extends object>(
  rule: Rule<Options>,
  options: GroupOptions<Options>,
  dtype: Dtype,
): Clock<Options> => new Clock(options, dtype, 0, rule.early ? firstScalars(rule, options.numbers) : null);

/** The clocks of tensors before any step: one for those of a group and type, or for each tensor where the rule says so. */
export function newClocks<Options extends object>(
  rule: Rule<Options>,
  tensors: readonly { readonly options: GroupOptions<Options>; readonly dtype: Dtype }[],
): Clock<Options>[] {
  const shared = new Map<GroupOptions<Options>, Partial<Record<Dtype, Clock<Options>>>>();
  return tensors.map(({ options, dtype }) => {
    if (rule.clock === 'own') return newClock(rule, options, dtype);
    const ofGroup = shared.get(options) ?? {};
    shared.set(options, ofGroup);
    ofGroup[dtype] ??= newClock(rule, options, dtype);
    return ofGroup[dtype];
  });
}

/** The clocks of all tensors of an optimizer. */
export class Clocks<Options extends object> {
  /** The clock of each tensor. */
  readonly of: Clock<Options>[] = [];
  /** The clocks of the step that is being prepared, by row; only the first `rows` of them. */
  readonly ticking: Clock<Options>[] = [];
  rows = 0;
  /** Whether a next step of the same tensors has the same rows: the clocks that ticked last kept all their members. */
  steady = false;
  #stamp = 0;

  /** Gives each tensor a clock; one may be given to many. With null, a tensor keeps the one that it has. */
  assign(clocks: readonly (Clock<Options> | null)[]): void {
    this.steady = false;
    clocks.forEach((clock, i) => {
      if (clock === null) return;
      const before = this.of[i];
      if (before !== undefined) before.members--;
      this.of[i] = clock;
      clock.members++;
    });
  }

  /** Begins a step that no tensor takes part in yet. */
  begin(): void {
    this.#stamp++;
    this.rows = 0;
    this.steady = false;
  }

  /** Lets a tensor take part, and tells its row. */
  rowOf(tensor: number): number {
    const clock = this.of[tensor]!;
    if (clock.stamp !== this.#stamp) {
      clock.stamp = this.#stamp;
      clock.row = this.rows++;
      clock.tensor = tensor;
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
  tick(rule: Rule<Options>, tookPart: readonly unknown[], after?: After<Options>): void {
    if (!this.steady || rule.advance !== undefined || after !== undefined) this.#tick(rule, tookPart, after);
    else for (let row = 0; row < this.rows; row++) this.ticking[row]!.t++;
  }

  #tick(rule: Rule<Options>, tookPart: readonly unknown[], after: After<Options> | undefined): void {
    // Where they were steady, those that sat out have a row by now.
    if (rule.clock === 'lockstep' && !this.steady) {
      for (let i = 0; i < this.of.length; i++) this.rowOf(i);
    }
    let parts = false;
    for (let row = 0; row < this.rows; row++) {
      const clock = this.ticking[row]!;
      const t = clock.t + 1;
      const { numbers } = clock.options;
      const before = clock.scalars ?? firstScalars(rule, numbers);
      const scalars = after?.scalars?.(rowOf(rule, clock)) ?? rule.advance?.(numbers, t, before) ?? before;
      if (clock.present === clock.members || rule.clock === 'lockstep') {
        clock.t = t;
        clock.scalars = scalars;
        continue;
      }
      clock.ahead = new Clock(clock.options, clock.dtype, t, scalars);
      clock.ahead.members = clock.present;
      clock.members -= clock.present;
      parts = true;
    }
    this.steady = !parts;
    if (!parts) return;
    for (let i = 0; i < this.of.length; i++) {
      const { ahead } = this.of[i]!;
      if (ahead !== null && tookPart[i] !== null) this.of[i] = ahead;
    }
    for (let row = 0; row < this.rows; row++) this.ticking[row]!.ahead = null;
  }
}
