/** The steps of a task on the reference: one period of its elements, element by element, in plain JavaScript. */
import { maxSums } from '#lanestep/backends/backend.js';
import { clipFactor } from '#lanestep/gradients.js';
import type { Numbers } from '#lanestep/option-table.js';
import type { After, Passes, Row, Scalars } from '#lanestep/pass.js';
import { limits } from '#lanestep/ranges.js';
import { kernelOf, noSides, vectors } from '#lanestep/reference/rehearse.js';
import { referenceStep } from '#lanestep/reference/update.js';
import { defaultsOf } from '#lanestep/rule.js';
import { slotsOf, startsOf } from '#lanestep/slots.js';
import { noStages, stageNumbers } from '#lanestep/stages.js';
import type { Task } from './contestants/contestant.js';
import { gradientsOf, lossOfRace, period, startOf } from './contestants/data.js';
import type { Raced } from './optimizers.js';
import { repeatedSum } from './repeated.js';

/** What is looked at before a step. */
interface Measuring {
  readonly clipNorm?: number | null;
  readonly gradientScale?: number;
}

type AnyArray = Float32Array | Float64Array;

/** An optimizer over one period of a task's elements. */
export class Reference {
  /** The parameters. */
  readonly p: AnyArray;
  steps = 0;
  readonly #rule: Raced['rule'];
  readonly #numbers: Numbers<object> & Measuring;
  readonly #flags: readonly string[];
  readonly #g: AnyArray;
  readonly #slots: readonly (AnyArray | null)[];
  readonly #lengths: readonly number[];
  #scalars: Scalars;
  #model: Scalars;
  #factor = 1;

  /** @param wide in float64 whatever the task's type, but from the same numbers */
  constructor({ rule }: Raced, task: Task, wide: boolean) {
    const short = { ...task, lengths: [Math.min(period, Math.max(...task.lengths))] };
    const typed = (values: AnyArray) => (wide ? Float64Array.from(values) : values);
    this.#rule = rule;
    this.#numbers = { ...defaultsOf(rule), ...task.options };
    this.#flags = rule.flags?.(this.#numbers) ?? [];
    this.#lengths = task.lengths;
    this.p = typed(startOf(short)[0]!);
    this.#g = typed(gradientsOf(short)[0]!);
    const initial = startsOf(rule, this.#numbers);
    this.#slots = slotsOf(rule, this.#flags).map((slot, k) =>
      slot === null ? null : this.p.slice().fill(initial[k]!),
    );
    this.#scalars = rule.scalars?.(this.#numbers) ?? {};
    this.#model = rule.model?.(this.#numbers) ?? {};
  }

  /** One step more. */
  step(): void {
    const rule = this.#rule;
    this.steps++;
    this.#factor = this.#clipping();
    const passes: Passes<object> | undefined = rule.passes?.({
      options: this.#numbers,
      groups: [this.#numbers],
      t: this.steps,
      model: this.#model,
      tensors: { ...vectors, length: () => this.#lengths[0]! },
      loss: lossOfRace,
      hessian: true,
    });
    const after = passes ? this.#run(passes) : this.#once();
    this.#scalars =
      after?.scalars?.(this.#row) ??
      rule.advance?.(this.#numbers, this.steps, this.#scalars) ??
      this.#scalars;
    this.#model = after?.model ?? this.#model;
  }

  get #row(): Row<object> {
    const { least } = limits[this.p instanceof Float32Array ? 'float32' : 'float64'];
    return { options: this.#numbers, t: this.steps, scalars: this.#scalars, least, tensor: 0 };
  }

  #once(): undefined {
    const { options, t, scalars, least } = this.#row;
    this.#walk('', false, this.#rule.coefficients!(options, t, scalars, least), true);
  }

  #run(passes: Passes<object>): After<object> | undefined {
    let names: readonly string[] = [];
    let totals: readonly number[] = [];
    const of = (_: number, name: string) => totals[names.indexOf(name)]!;
    const all = (name: string) => this.#lengths.reduce(sum => sum + of(0, name), 0);
    for (;;) {
      const next = passes.next({ ...noSides, of, all, most: all });
      if (next.done) return next.value;
      // What is raced are vectors.
      if (next.value === 'gradients' || next.value.over === 'grids') continue;
      const { kernel, alone = false, over = 'present', only, sums = [], numbers } = next.value;
      if (only?.(this.#row) === false) continue;
      // Tensors of several lengths have sums of their own, and so steps of their own.
      if (sums.length > 0 && new Set(this.#lengths).size > 1)
        throw new Error(`Expected tensors of one length for ${this.#rule.label}, got several`);
      const coefficients = numbers?.(this.#row) ?? [];
      names = sums;
      totals = [];
      if (over !== 'absent')
        totals = this.#walk(
          kernel,
          alone,
          coefficients,
          over === 'present' || over === 'hessian',
          sums.length,
        );
    }
  }

  // What clipping by the norm multiplies the gradients by.
  #clipping(): number {
    if ((this.#numbers.clipNorm ?? null) === null) return 1;
    const { gradientScale = 1 } = this.#numbers;
    const terms = this.#terms('norm', noStages, 1)[0]!;
    const sum = this.#lengths.reduce(
      (all, n) => all + repeatedSum(terms, n) * gradientScale * gradientScale,
      0,
    );
    return clipFactor({ numbers: this.#numbers } as never, Math.sqrt(sum));
  }

  /** One kernel over the period. Gives what it adds up over the first tensor. */
  #walk(
    kernel: string,
    alone: boolean,
    coefficients: readonly number[],
    staged: boolean,
    sums = 0,
  ): number[] {
    const { shorter } = this.#rule;
    const short = kernel === '' && !alone && shorter?.holds(coefficients, this.steps) === true;
    const name = kernelOf(this.#rule.name, short ? shorter.flags(this.#flags) : this.#flags, {
      kernel,
      alone,
    });
    const [factor, rate, keep] = staged ? stageNumbers(this.#rule, this.#numbers) : noStages;
    const stages = [factor * (staged ? this.#factor : 1), alone ? 0 : rate, kernel === '' ? keep : 1];
    const terms = this.#terms(name, [...stages, ...coefficients], sums);
    return terms.map(each => repeatedSum(each, this.#lengths[0]!));
  }

  // Each element is a tensor of its own, so that what is added up over it is its term.
  #terms(name: string, row: readonly number[], sums: number): number[][] {
    const block = new Float64Array(maxSums);
    const terms = Array.from({ length: sums }, (): number[] => []);
    const one = (array: AnyArray, i: number) => array.subarray(i, i + 1);
    if (sums === 0) referenceStep(name, row, { p: this.p, g: this.#g, slots: this.#slots });
    else {
      for (let i = 0; i < this.p.length; i++) {
        const slots = this.#slots.map(slot => slot && one(slot, i));
        referenceStep(name, row, { p: one(this.p, i), g: one(this.#g, i), slots }, block);
        for (const [k, each] of terms.entries()) each.push(block[k]!);
      }
    }
    return terms;
  }
}

/** The distance of x from what it should be, in units in the last place of that, as float32 or float64. */
export function ulps(x: number, exact: number, dtype: Task['dtype']): number {
  const [digits, least] = dtype === 'float32' ? [23, -149] : [52, -1074];
  const exponent = exact === 0 ? least : Math.floor(Math.log2(Math.abs(exact))) - digits;
  return Math.abs(x - exact) / 2 ** Math.max(exponent, least);
}
