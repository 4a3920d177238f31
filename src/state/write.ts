/** An optimizer's state, out of it. */
import { newArray } from '../memory.js';
import type { Rule } from '../rule.js';
import { product } from '../shape.js';
import { isScratch, type SlotNames } from '../slots.js';
import { type ParameterState, type StateDict, type Stateful, snake } from './dict.js';
import { keptBy } from './memories.js';

/** The slots that belong to the state, with their numbers: not those that only serve within a step. */
export function lasting<Options extends object>(rule: Rule<Options>, slots: SlotNames): [string, number][] {
  return slots.flatMap((slot, k) =>
    slot === null || isScratch(rule, slot) ? [] : [[slot, k] as [string, number]],
  );
}

// Arrays are copied: what is done to a state dict must not reach the optimizer, nor the defaults of its class.
const copied = (value: unknown): unknown => (Array.isArray(value) ? [...value] : value);

export function writeState<Options extends object>(optimizer: Stateful<Options>): StateDict {
  const { rule, kernel, tensors, clocks, steps, model } = optimizer;
  const state: Record<string, ParameterState> = {};
  tensors.forEach(({ name, slots, slotShapes, slotDtypes }, i) => {
    const { t, scalars } = clocks.of[i]!;
    if (scalars === null) return;
    const entry: ParameterState = { step: t };
    for (const [slot, k] of lasting(rule, slots)) {
      const copy = newArray(slotDtypes[k]!, product(slotShapes[k]!));
      kernel.read(i, k, copy, 0);
      entry[slot] = copy;
    }
    Object.defineProperty(state, name, {
      value: Object.assign(entry, scalars),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  });
  const schedules = keptBy(optimizer.groups);
  return {
    state,
    param_groups: groupsOf(optimizer),
    steps,
    ...(rule.model && { model: { ...model } }),
    ...(schedules && { schedules }),
  };
}

/** The options of each group, and the names of its parameters. */
export function groupsOf<Options extends object>({
  groups,
  tensors,
}: Stateful<Options>): Record<string, unknown>[] {
  return groups.map(group => ({
    ...Object.fromEntries(Object.entries(group.numbers).map(([key, value]) => [snake(key), copied(value)])),
    params: tensors.filter(({ options }) => options === group).map(({ name }) => name),
  }));
}
