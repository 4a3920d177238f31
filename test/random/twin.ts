/**
 * An optimizer again, over the reference: one tensor after another, each with a step count and scalars of its own, and
 * nothing shared, moved, chosen or left out. What it is given must be valid; it checks nothing.
 */

import { extentLength, maxSums, partsOf, sidesOf } from '../../src/backends/backend.js';
import { clipFactor } from '../../src/gradients.js';
import type { After, Pass, Passes, Row, Scalars, Tensors, Written } from '../../src/pass.js';
import { limits } from '../../src/ranges.js';
import { multiply } from '../../src/reference/products.js';
import { kernelOf, noMemory } from '../../src/reference/rehearse.js';
import { referenceStep } from '../../src/reference/update.js';
import { defaultsOf, type Rule } from '../../src/rule.js';
import { type Grid, gridOf, product, type Shape } from '../../src/shape.js';
import { extentsOf, flagsOfTensor, isScratch, slotsOf, startsOf } from '../../src/slots.js';
import { noStages, type StageNumbers, stageNumbers } from '../../src/stages.js';
import { TensorSums } from '../../src/sums.js';
import type { Dtype, FloatArray } from '../../src/types.js';

export type Options = Record<string, unknown>;
// biome-ignore lint/suspicious/noExplicitAny: rules of many option types
export type AnyRule = Rule<any>;

/** The loss of every step that is drawn, for rules that go by it. */
export const loss = 0.75;

/** A tensor of a twin. */
export interface TwinTensor {
  readonly name: string;
  readonly group: number;
  readonly p: FloatArray;
  /** How it is walked row by row, where it is. */
  readonly grid: Grid | null;
  /** The flags of its kernel, and the names of its slots. */
  readonly flags: readonly string[];
  readonly slotNames: readonly (string | null)[];
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
  model: Scalars;
  #factors: readonly number[] = [];

  /** @param options of each group, as they are given to an optimizer */
  constructor(
    rule: AnyRule,
    tensors: readonly {
      readonly name: string;
      readonly group: number;
      readonly p: FloatArray;
      readonly shape?: Shape | null;
    }[],
    options: readonly Options[],
  ) {
    this.rule = rule;
    this.groups = options.map(own => {
      const given = { ...defaultsOf(rule), ...own };
      const numbers = at(given, 1);
      return { given, numbers, flags: flagsOf(rule, given, numbers) };
    });
    this.tensors = tensors.map(({ name, group, p, shape }): TwinTensor => {
      const stack = rule.grid?.(shape ?? [p.length], name, this.groups[group]!.numbers) ?? null;
      const grid = stack && gridOf(stack);
      const flags = flagsOfTensor(this.groups[group]!.flags, grid);
      const slotNames = slotsOf(rule, flags);
      const extents = extentsOf(rule, slotNames);
      const { numbers } = this.groups[group]!;
      const slots = slotNames.map((slot, k) => {
        const { apart } = rule.slots[k]!;
        if (slot !== null && apart) return zeros('float64', product(apart(shape ?? [p.length], numbers)));
        return extents[k] ? zeros(dtypeOf(p), extentLength(extents[k], p.length, grid)) : null;
      });
      const state = { t: 0, scalars: {}, begun: false };
      return { name, group, p: p.slice(), grid, flags, slotNames, slots, ...state };
    });
    for (const tensor of this.tensors) this.reset(tensor);
    this.model = rule.model?.(this.groups[0]!.numbers) ?? {};
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
  lasting({ slotNames, slots }: TwinTensor): [string, FloatArray][] {
    return slotNames.flatMap((name, k) =>
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
   * One step, with a gradient for each tensor, or null. For a rule with a closure, `ahead` is called where it would be.
   */
  step(gradients: readonly (FloatArray | null)[], ahead: () => void = () => undefined): void {
    for (const group of this.groups) group.numbers = at(group.given, this.steps + 1);
    for (const [i, tensor] of this.tensors.entries()) {
      if (gradients[i] !== null && !tensor.begun) this.begin(tensor);
    }
    this.#clip(gradients);
    const after = this.rule.passes
      ? this.#pass(gradients, this.rule.passes(this.#beginning()), ahead)
      : this.#once(gradients);
    this.tensors.forEach((tensor, i) => {
      if (gradients[i] === null && this.rule.clock !== 'lockstep') return;
      const row = this.#rowOf(tensor, i);
      tensor.scalars =
        after?.scalars?.(row) ?? this.rule.advance?.(row.options, row.t, row.scalars) ?? row.scalars;
      tensor.t++;
      this.#write(tensor, after?.write?.(row));
    });
    this.model = after?.model ?? this.model;
    this.steps++;
  }

  // What the norm of all gradients makes of them, for each group.
  #clip(gradients: readonly (FloatArray | null)[]): void {
    let sum = 0;
    this.tensors.forEach((tensor, i) => {
      const { group } = tensor;
      const g = gradients[i] ?? null;
      if (g === null) return;
      const added = this.#walked('norm', noStages, tensor, g);
      added.are(['size'], () => true);
      const squares = added.of(0, 'size');
      const { gradientScale = 1 } = this.groups[group]!.numbers as { gradientScale?: number };
      sum += squares * gradientScale * gradientScale;
    });
    this.#factors = this.groups.map(({ numbers }) =>
      (numbers.clipNorm ?? null) === null ? 1 : clipFactor({ numbers } as never, Math.sqrt(sum)),
    );
  }

  #stagesOf({ group }: TwinTensor): StageNumbers {
    const [factor, rate, keep] = stageNumbers(this.rule, this.groups[group]!.numbers);
    return [factor * this.#factors[group]!, rate, keep];
  }

  #beginning() {
    const of = (i: number) => this.tensors[i]!;
    const tensors: Tensors = {
      ...noMemory,
      length: i => of(i).p.length,
      grid: i => of(i).grid,
      multiply,
      read: (i, slot) => Float64Array.from(of(i).slots[of(i).slotNames.indexOf(slot)]!),
    };
    const groups = this.groups.map(({ numbers }) => numbers);
    return {
      options: groups[0]!,
      groups,
      t: this.steps + 1,
      model: this.model,
      tensors,
      loss,
      hessian: true,
    };
  }

  #rowOf({ group, p, t, scalars }: TwinTensor, tensor: number): Row<object> {
    return {
      options: this.groups[group]!.numbers,
      t: t + 1,
      scalars,
      least: limits[dtypeOf(p)].least,
      tensor,
    };
  }

  #once(gradients: readonly (FloatArray | null)[]): After<object> | undefined {
    this.tensors.forEach((tensor, i) => {
      const g = gradients[i]!;
      if (g === null) return;
      const { options, t, scalars, least } = this.#rowOf(tensor, i);
      this.#update(tensor, g, this.rule.coefficients!(options, t, scalars, least), t);
    });
    return undefined;
  }

  #update(tensor: TwinTensor, g: FloatArray, coefficients: readonly number[], t: number): void {
    const { shorter } = this.rule;
    const flags = shorter?.holds(coefficients, t) ? shorter.flags(tensor.flags) : tensor.flags;
    const row = [...this.#stagesOf(tensor), ...coefficients];
    this.#walked([this.rule.name, ...flags].join('.'), row, tensor, g);
  }

  // One walk over a tensor; what it has added up, of its parts, its rows and its columns.
  #walked(kernel: string, row: readonly number[], tensor: TwinTensor, g: FloatArray): TensorSums {
    const { p, grid, slotNames } = tensor;
    const sides = sidesOf([grid]);
    const sums = {
      sums: new Float64Array(partsOf(p.length, grid) * maxSums),
      rowSums: new Float64Array(sides.rows),
      columnSums: new Float64Array(sides.columns),
    };
    const rows = grid && { grid, extents: extentsOf(this.rule, slotNames) };
    // What stands beside the letters is nothing to a kernel.
    const slots = tensor.slots.map((slot, k) => (this.rule.slots[k]!.apart ? null : slot));
    referenceStep(kernel, row, { ...tensor, slots, g, rows }, sums.sums, sums);
    return new TensorSums(sums, [p.length], [grid]);
  }

  // What a rule gives for the small slots of a tensor.
  #write({ slotNames, slots }: TwinTensor, written: Written = {}): void {
    for (const [slot, values] of Object.entries(written)) slots[slotNames.indexOf(slot)]!.set(values);
  }

  // The passes of a step, each over its tensors one after another.
  #pass(
    gradients: readonly (FloatArray | null)[],
    passes: Passes<object>,
    ahead: () => void,
  ): After<object> | undefined {
    const sums = new Map<number, TensorSums>();
    const of = (tensor: number, name: string): number => sums.get(tensor)?.of(0, name) ?? 0;
    const rows = (tensor: number, name: string) => sums.get(tensor)!.rows(0, name);
    const columns = (tensor: number, fold: (a: number, b: number) => number) =>
      sums.get(tensor)!.columns(0, fold);
    const all = (name: string): number => this.tensors.reduce((sum, _, i) => sum + of(i, name), 0);
    let again: readonly number[] = [];
    for (;;) {
      const next = passes.next({ of, all, most: all, rows, columns });
      if (next.done) return next.value;
      const pass = next.value;
      if (pass === 'gradients') {
        ahead();
        continue;
      }
      const { over = 'present' } = pass;
      const every = this.tensors.map((_, i) => i);
      const rowOf = (i: number) => this.#rowOf(this.tensors[i]!, i);
      const present = every.filter(i => gradients[i] !== null);
      const listed = {
        all: every,
        again,
        present,
        stepped: present,
        grids: every.filter(i => gradients[i] !== null && this.tensors[i]!.grid !== null),
        // What the steps are told is the gradients themselves.
        hessian: every.filter(i => gradients[i] !== null),
        absent: every.filter(i => gradients[i] === null),
      }[over];
      const among = listed.filter(i => pass.only?.(rowOf(i)) ?? true);
      again = among;
      // Out of the sums of the pass before, which end here.
      for (const i of among) this.#write(this.tensors[i]!, pass.write?.(rowOf(i)));
      for (const i of pass.fill === undefined ? [] : among) {
        const { slots, slotNames } = this.tensors[i]!;
        pass.fill!.numbers(rowOf(i))(slots[slotNames.indexOf(pass.fill!.slot)]!);
      }
      const numbers = among.map(i => pass.numbers?.(rowOf(i)) ?? []);
      sums.clear();
      among.forEach((i, k) => {
        this.#walk(pass, i, gradients[i] ?? this.tensors[i]!.p.slice(), numbers[k]!, sums);
      });
    }
  }

  #walk(
    pass: Pass<object>,
    i: number,
    g: FloatArray,
    coefficients: readonly number[],
    sums: Map<number, TensorSums>,
  ): void {
    const tensor = this.tensors[i]!;
    const [clipped, rate, keep] = this.#stagesOf(tensor);
    // The norm of the gradients says nothing of the Hessian.
    const factor =
      pass.over === 'hessian' ? stageNumbers(this.rule, this.groups[tensor.group]!.numbers)[0] : clipped;
    const last = pass.kernel === '';
    const kept = pass.keep?.(this.#rowOf(tensor, i)) ?? (last ? keep : 1);
    const row = [factor, pass.alone ? 0 : rate, kept, ...coefficients];
    const { shorter } = this.rule;
    const flags =
      last && shorter?.holds(coefficients, tensor.t + 1) ? shorter.flags(tensor.flags) : tensor.flags;
    const added = this.#walked(kernelOf(this.rule.name, flags, pass), row, tensor, g);
    added.are(pass.sums ?? [], () => true);
    sums.set(i, added);
  }
}
