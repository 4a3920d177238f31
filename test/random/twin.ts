/**
 * An optimizer again, over the reference: one tensor after another, each with a step count and scalars of its own, and
 * nothing shared, moved, chosen or left out. What it is given must be valid; it checks nothing.
 */

import type { Scalars } from '../../src/pass.js';
import { limits } from '../../src/ranges.js';
import { referenceStep } from '../../src/reference/update.js';
import { defaultsOf, type Rule } from '../../src/rule.js';
import { isScratch, slotsOf, startsOf } from '../../src/slots.js';
import { noStages, stageNumbers } from '../../src/stages.js';
import type { Dtype, FloatArray } from '../../src/types.js';

export type Options = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: rules of many option types
export type AnyRule = Rule<any>;

/** A tensor of a twin. */
export interface TwinTensor {
  readonly name: string;
  readonly group: number;
  readonly p: FloatArray;
  readonly slots: (FloatArray | null)[];
  t: number;
  scalars: Scalars;
  /** Whether there is state: from construction, or the first gradient on. */
  begun: boolean;
}

interface TwinGroup {
  /** As given: numbers, functions of the step, pairs, flags. */
  given: Options;
  /** As plain numbers, as an optimizer's `numbers` has them. */
  numbers: Options;
  readonly flags: readonly string[];
  readonly kernel: string;
  readonly slotNames: readonly (string | null)[];
}

export const dtypeOf = (array: FloatArray): Dtype => (array.BYTES_PER_ELEMENT === 4 ? 'float32' : 'float64');
export const zeros = (dtype: Dtype, length: number): FloatArray =>
  dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);

/** Options at step t. */
export function at(given: Options, t: number): Options {
  const value = (x: unknown) => (typeof x === 'function' ? x(t) : x);
  return Object.fromEntries(
    Object.entries(given).map(([key, x]) => [key, Array.isArray(x) ? x.map(value) : value(x)]),
  );
}

/** The flags that options lead to, given their numbers: a function of the step counts as one that is not zero. */
export function flagsOf(rule: AnyRule, given: Options, numbers: Options): readonly string[] {
  const entries = Object.entries(numbers).map(([key, x]) => [
    key,
    typeof given[key] === 'function' ? Number.NaN : x,
  ]);
  return rule.flags?.(Object.fromEntries(entries)) ?? [];
}

export class Twin {
  readonly rule: AnyRule;
  readonly groups: readonly TwinGroup[];
  readonly tensors: readonly TwinTensor[];
  steps = 0;

  /** @param options of each group, as they are given to an optimizer */
  constructor(
    rule: AnyRule,
    tensors: readonly { readonly name: string; readonly group: number; readonly p: FloatArray }[],
    options: readonly Options[],
  ) {
    this.rule = rule;
    this.groups = options.map(own => {
      const given = { ...defaultsOf(rule), ...own };
      const numbers = at(given, 1);
      const flags = flagsOf(rule, given, numbers);
      return {
        given,
        numbers,
        flags,
        kernel: [rule.name, ...flags].join('.'),
        slotNames: slotsOf(rule, flags),
      };
    });
    this.tensors = tensors.map(({ name, group, p }) => {
      const slots = this.groups[group]!.slotNames.map(slot =>
        slot === null ? null : zeros(dtypeOf(p), p.length),
      );
      return { name, group, p: p.slice(), slots, t: 0, scalars: {}, begun: false };
    });
    for (const tensor of this.tensors) this.reset(tensor);
  }

  /** Takes a tensor's state back to where it is before its first step. */
  reset(tensor: TwinTensor): void {
    this.begin(tensor);
    tensor.begun = this.rule.early === true;
  }

  /** Makes a tensor's state, by the options of now. */
  begin(tensor: TwinTensor): void {
    const { numbers } = this.groups[tensor.group]!;
    const values = startsOf(this.rule, numbers);
    for (const [k, slot] of tensor.slots.entries()) slot?.fill(values[k] ?? 0);
    tensor.t = 0;
    tensor.scalars = this.rule.scalars?.(numbers) ?? {};
    tensor.begun = true;
  }

  /** The slots that belong to a state, by name. */
  lasting({ group, slots }: TwinTensor): [string, FloatArray][] {
    return this.groups[group]!.slotNames.flatMap((name, k) =>
      name === null || isScratch(this.rule, name) ? [] : [[name, slots[k]!] as [string, FloatArray]],
    );
  }

  /** Sets options of a group, with the step to come for functions of it. */
  set(group: number, changes: Options, t = this.steps + 1): void {
    const to = this.groups[group]!;
    to.given = { ...to.given, ...changes };
    to.numbers = at(to.given, t);
  }

  /**
   * One step, with a gradient for each tensor, or null. With Nesterov's form, `ahead` is called at the look-ahead point.
   */
  step(gradients: readonly (FloatArray | null)[], ahead?: () => void): void {
    for (const group of this.groups) group.numbers = at(group.given, this.steps + 1);
    for (const [i, tensor] of this.tensors.entries()) {
      if (gradients[i] !== null && !tensor.begun) this.begin(tensor);
    }
    const looksAhead = this.rule.name === 'nesterov';
    if (looksAhead) for (const tensor of this.tensors) this.#lookAhead(tensor);
    ahead?.();
    this.tensors.forEach((tensor, i) => {
      const g = gradients[i]!;
      if (g !== null) this.#update(tensor, g);
      else if (looksAhead) tensor.p.set(tensor.slots[1]!);
      if (g !== null || this.rule.clock === 'lockstep') this.#tick(tensor);
    });
    this.steps++;
  }

  #lookAhead(tensor: TwinTensor): void {
    const { numbers } = this.groups[tensor.group]!;
    const row = [...noStages, ...this.rule.coefficients!(numbers, 1, {}, 0)];
    referenceStep('nesterov.ahead', row, { ...tensor, g: tensor.p });
  }

  #update(tensor: TwinTensor, g: FloatArray): void {
    const { numbers, kernel, flags } = this.groups[tensor.group]!;
    const stages = stageNumbers(this.rule, numbers);
    const coefficients = this.rule.coefficients!(
      numbers,
      tensor.t + 1,
      tensor.scalars,
      limits[dtypeOf(tensor.p)].least,
    );
    const row = [...stages, ...coefficients];
    const { shorter } = this.rule;
    const short = shorter?.holds(coefficients) ? [this.rule.name, ...shorter.flags(flags)].join('.') : kernel;
    referenceStep(short, row, { p: tensor.p, g, slots: tensor.slots });
  }

  #tick(tensor: TwinTensor): void {
    const { numbers } = this.groups[tensor.group]!;
    tensor.t++;
    tensor.scalars = this.rule.advance?.(numbers, tensor.t, tensor.scalars) ?? tensor.scalars;
  }
}
