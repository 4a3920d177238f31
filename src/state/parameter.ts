/** The state of one parameter, read and checked. */
import { show } from '../errors.js';
import { describe, dtypeOf, lengthOf } from '../memory.js';
import type { Numbers } from '../option-table.js';
import type { Rule } from '../rule.js';
import { fitsShape, product, tensorText } from '../shape.js';
import { flagsOfTensor, joining, joinOf, shapesHint, slotsOf } from '../slots.js';
import type { FloatArray } from '../types.js';
import { listedNames, record, refuse, whole } from './checks.js';
import type { StatefulTensor } from './dict.js';
import { arrayFrom, elementsOf, single } from './foreign.js';
import type { Mismatch } from './report.js';
import { Stored } from './stored.js';
import { lasting } from './write.js';

/** What is to be in a slot: an array, a number in all elements, or an array that is not in memory yet. */
export type Values = FloatArray | number | Stored;

/** A slot's number, and what is to be in it. */
export type Filling = readonly [slot: number, values: Values];

/** What a parameter's state comes to. */
export interface Incoming {
  /** Its steps; null where PyTorch counts none. */
  readonly t: number | null;
  /** Null where they begin anew. */
  readonly scalars: Readonly<Record<string, number>> | null;
  readonly slots: readonly Filling[];
}

/** What a state was made with: its group's options, and the flags of its slots. */
export interface Origin<Options extends object> {
  readonly numbers: Numbers<Options>;
  readonly flags: readonly string[];
}

const arrayLength = (value: unknown): number | undefined =>
  dtypeOf(value) === null ? undefined : lengthOf(value as FloatArray);

/** Reads the state of a parameter; tells how it differs where it is one of another type, length or shape. */
export function readParameter<Options extends object>(
  given: unknown,
  tensor: StatefulTensor<Options>,
  rule: Rule<Options>,
  { numbers, flags }: Origin<Options>,
): Incoming | Mismatch {
  const { name, slots, slotShapes, slotDtypes } = tensor;
  const saved = slotsOf(rule, flagsOfTensor(flags, tensor.grid));
  const shown = `state[${JSON.stringify(name)}]`;
  const entry = { ...record(given, shown) };
  const keys = Object.keys(entry);
  const take = (key: string): unknown => {
    if (!Object.hasOwn(entry, key))
      refuse(
        `Expected ${shown} to have ${key}, got ${listedNames(keys) || 'nothing'}${shapesHint(rule, key)}`,
      );
    const value = entry[key];
    delete entry[key];
    return value;
  };
  const isNull = (key: string): boolean => Object.hasOwn(entry, key) && entry[key] === null;

  const counted = !rule.uncounted || Object.hasOwn(entry, 'step');
  const t = counted ? whole(single(take('step')), `${shown}.step`) : null;
  const scalars: Record<string, number> = {};
  for (const key of Object.keys(rule.scalars?.(numbers) ?? {})) {
    const value = single(take(key));
    // A scalar that is made of gradients may be as they are.
    const any = rule.clock === 'own';
    if (typeof value !== 'number' || !(any || Number.isFinite(value)))
      refuse(`Expected ${shown}.${key} to be a ${any ? '' : 'finite '}number, got ${show(value)}`);
    scalars[key] = value;
  }

  const fillings = new Map<string, Values>();
  let mismatch: Mismatch | null = null;
  for (const [slot, k] of lasting(rule, slots)) {
    const shape = slotShapes[k]!;
    const dtype = slotDtypes[k]!;
    const length = product(shape);
    const missing = isNull(slot) || (!saved.includes(slot) && !Object.hasOwn(entry, slot));
    if (missing && joinOf(rule, slot) !== undefined) continue;
    const value = take(slot);
    const lists: number[] = [];
    const values =
      arrayFrom(value, dtype, length, `${shown}.${slot}`, lists) ?? (value as FloatArray | Stored);
    const [type, has] = Stored.is(values)
      ? [values.dtype, values.length]
      : [dtypeOf(values), arrayLength(values)];
    const dimensions = Stored.is(values) ? values.shape : lists.length > 0 ? lists : [length];
    if (type !== dtype || has !== length || !fitsShape(dimensions, shape, length)) {
      const expected = tensorText({ dtype, shape });
      const others = type === null ? (elementsOf(values)?.length ?? 0) : 0;
      const got = Stored.is(values)
        ? String(values)
        : others > 0
          ? `${others} numbers`
          : lists.length > 1
            ? `${lists.join('×')} numbers`
            : describe(values);
      // What is no array at all is no parameter of another length.
      if (type === null && others === 0)
        refuse(`Expected ${shown}.${slot} to be ${expected} for its parameter, got ${got}`);
      mismatch ??= { name: `${shown}.${slot}`, expected, got };
    }
    fillings.set(slot, values);
  }
  // PyTorch has a null where there is nothing yet.
  for (const slot of joining(rule)) if (isNull(slot)) delete entry[slot];
  const [unknown] = Object.keys(entry);
  if (unknown !== undefined) {
    const known = lasting(rule, slots).map(([slot]) => slot);
    refuse(
      `Expected ${shown} to have no more than ${['step', ...Object.keys(scalars), ...known].join(', ')}, got ${show(unknown)}` +
        (joinOf(rule, unknown) === undefined
          ? shapesHint(rule, unknown)
          : '; construct the optimizer with the option that needs it'),
    );
  }
  return mismatch ?? completed({ t, scalars, slots: [] }, fillings, tensor, rule);
}

/** The same with slots for which the state has nothing, as the rule lets them join. */
function completed<Options extends object>(
  incoming: Incoming,
  fillings: ReadonlyMap<string, Values>,
  tensor: StatefulTensor<Options>,
  rule: Rule<Options>,
): Incoming {
  const slots = lasting(rule, tensor.slots);
  const joins = (slot: string): string | null => (fillings.has(slot) ? null : joinOf(rule, slot)!);
  if (slots.some(([slot]) => joins(slot) === 'first step'))
    return { t: 0, scalars: null, slots: slots.map(([, k]) => [k, 0]) };
  return {
    ...incoming,
    // A name is that of another slot; zeros are none.
    slots: slots.map(([slot, k]) => [k, fillings.get(joins(slot) ?? slot) ?? 0]),
  };
}
