/** The steps of a task on the reference: one period of its elements, element by element, in plain JavaScript. */
import type { Numbers } from '#lanestep/option-table.js';
import type { Scalars } from '#lanestep/pass.js';
import { limits } from '#lanestep/ranges.js';
import { referenceStep } from '#lanestep/reference/update.js';
import { defaultsOf } from '#lanestep/rule.js';
import { slotsOf, startsOf } from '#lanestep/slots.js';
import { noStages, stageNumbers } from '#lanestep/stages.js';
import type { Task } from './contestants/contestant.js';
import { gradientsOf, period, startOf } from './contestants/data.js';
import type { Raced } from './optimizers.js';

/** An optimizer over one period of a task's elements. */
export class Reference {
  /** The parameters. */
  readonly p: Float32Array | Float64Array;
  steps = 0;
  readonly #rule: Raced['rule'];
  readonly #numbers: Numbers<object>;
  readonly #flags: readonly string[];
  readonly #g: Float32Array | Float64Array;
  readonly #slots: readonly (Float32Array | Float64Array | null)[];
  #scalars: Scalars;

  /** @param wide in float64 whatever the task's type, but from the same numbers */
  constructor({ rule }: Raced, task: Task, wide: boolean) {
    const short = { ...task, lengths: [Math.min(period, Math.max(...task.lengths))] };
    const typed = (values: Float32Array | Float64Array) => (wide ? Float64Array.from(values) : values);
    this.#rule = rule;
    this.#numbers = { ...defaultsOf(rule), ...task.options };
    this.#flags = rule.flags?.(this.#numbers) ?? [];
    this.p = typed(startOf(short)[0]!);
    this.#g = typed(gradientsOf(short)[0]!);
    const initial = startsOf(rule, this.#numbers);
    this.#slots = slotsOf(rule, this.#flags).map((slot, k) =>
      slot === null ? null : this.p.slice().fill(initial[k]!),
    );
    this.#scalars = rule.scalars?.(this.#numbers) ?? {};
  }

  /** One step more. */
  step(): void {
    const rule = this.#rule;
    const t = ++this.steps;
    const tensor = { p: this.p, g: this.#g, slots: this.#slots };
    const { least } = limits[this.p instanceof Float32Array ? 'float32' : 'float64'];
    const coefficients = rule.coefficients!(this.#numbers, t, this.#scalars, least);
    const name = [rule.name, ...this.#flags].join('.');
    if (name === 'nesterov') referenceStep('nesterov.ahead', [...noStages, ...coefficients], tensor);
    referenceStep(name, [...stageNumbers(rule, this.#numbers), ...coefficients], tensor);
    this.#scalars = rule.advance?.(this.#numbers, t, this.#scalars) ?? this.#scalars;
  }
}

/** The distance of x from what it should be, in units in the last place of that, as float32 or float64. */
export function ulps(x: number, exact: number, dtype: Task['dtype']): number {
  const [digits, least] = dtype === 'float32' ? [23, -149] : [52, -1074];
  const exponent = exact === 0 ? least : Math.floor(Math.log2(Math.abs(exact))) - digits;
  return Math.abs(x - exact) / 2 ** Math.max(exponent, least);
}
