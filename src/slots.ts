/** Which arrays of state a tensor has. */
import { extent, maxSlots } from './backends/backend.js';
import type { Numbers } from './option-table.js';
import type { Rule, Slot } from './rule.js';
import type { Shape } from './shape.js';
import type { Dtype } from './types.js';

/** The place of a wrapper's own slot: the last one, so that it is the same whatever it wraps. */
export const lastPlace = maxSlots - 1;

/** The names of a tensor's slots, in the order of the kernels' letters; null where its flags leave one out. */
export type SlotNames = readonly (string | null)[];

const isThere = (slot: Slot<never>, flags: readonly string[]): boolean =>
  (slot.when === undefined || slot.when.some(flag => flags.includes(flag))) &&
  (slot.unless === undefined || !flags.includes(slot.unless));

/** The flag of tensors that are walked row by row. */
export const factored = 'factored';

/** The flags of a tensor: its group's, and that. */
export const flagsOfTensor = (flags: readonly string[], grid: object | null): readonly string[] =>
  grid === null ? flags : [...flags, factored];

/** Whether a slot stands beside the kernels' letters. */
export const isBeside = (slot: Slot<never>): boolean => slot.times !== undefined || slot.apart !== undefined;

/** The type of a slot of a tensor. */
export const slotDtype = ({ apart }: Slot<never>, dtype: Dtype): Dtype => (apart ? 'float64' : dtype);

/** The shape of a slot of a tensor. */
export function slotShape<Options extends object>(
  { along, squeezed, rowsAre, times, apart }: Slot<Options>,
  shape: Shape,
  options: Numbers<Options>,
): Shape {
  if (times) return [times(options), ...shape];
  if (apart) return apart(shape, options);
  // Of a vector, which has no such slot, all are alike.
  if (along === undefined || shape.length < 2) return shape;
  if (rowsAre === 'first') return [shape[0]!, ...(squeezed ? [] : shape.slice(1).map(() => 1))];
  const at = shape.length - (along === 'row' ? 1 : 2);
  return squeezed ? shape.toSpliced(at, 1) : shape.with(at, 1);
}

/** The slots that a variant's flags lead to. */
export const slotsOf = <Options extends object>(rule: Rule<Options>, flags: readonly string[]): SlotNames =>
  rule.slots.map(slot => (isThere(slot, flags) ? slot.name : null));

/**
 * The slots of a state of tensors with these options, whether they are walked row by row or not: those that are like their parameters,
 * and, of a rule of whole matrices, those of rows and columns.
 */
export function savedSlots<Options extends object>(
  rule: Rule<Options>,
  flags: readonly string[],
  options: Numbers<Options>,
): readonly Slot<Options>[] {
  const some = rule.grid?.([1, 1], '', options) ? [flags, [...flags, factored]] : [flags];
  const fits = ({ along, apart }: Slot<Options>): boolean =>
    apart === undefined && (along === undefined || rule.whole === true);
  return rule.slots.filter(slot => !slot.scratch && fits(slot) && some.some(of => isThere(slot, of)));
}

/** How many elements each slot of a tensor has, letter by letter: an `extent` for each. */
export const extentsOf = <Options extends object>(rule: Rule<Options>, slots: SlotNames): number[] =>
  Array.from({ length: maxSlots }, (_, k) =>
    (slots[k] ?? null) === null || isBeside(rule.slots[k] as Slot<never>)
      ? extent.none
      : extent[rule.slots[k]!.along ?? 'full'],
  );

/** What each slot begins with. */
export const startsOf = <Options extends object>(
  rule: Rule<Options>,
  numbers: Numbers<Options>,
): readonly number[] => rule.slots.map(slot => slot.initial?.(numbers) ?? 0);

/** What a slot begins with that joins in mid-training; undefined for one that cannot. */
export const joinOf = <Options extends object>(rule: Rule<Options>, name: string): string | undefined =>
  rule.slots.find(slot => slot.name === name)?.joins;

/** The slots that can join in mid-training. */
export const joining = <Options extends object>(rule: Rule<Options>): readonly string[] =>
  rule.slots.flatMap(({ name, joins }) => (joins === undefined ? [] : [name]));

/** What a message adds where a slot is missing, or too much, since a matrix was saved as a vector or the other way round. */
export const shapesHint = <Options extends object>(rule: Rule<Options>, name: string): string =>
  rule.slots.some(slot => slot.name === name && (slot.unless === factored || slot.when?.includes(factored)))
    ? '; construct the optimizer with the shapes that the state was made with'
    : '';

/** Whether a state with these keys is that of a vector, and the tensor a matrix, or the other way round. */
export function isOfOtherKind<Options extends object>(
  rule: Rule<Options>,
  isMatrix: boolean,
  keys: readonly string[],
): boolean {
  const namesOf = (matrix: boolean) =>
    rule.slots
      .filter(slot => !slot.scratch && !(matrix ? slot.unless === factored : slot.when?.includes(factored)))
      .map(({ name }) => name);
  const [own, others] = [namesOf(isMatrix), namesOf(!isMatrix)];
  return (
    others.some(name => !own.includes(name) && keys.includes(name)) ||
    own.some(name => !others.includes(name) && !keys.includes(name))
  );
}

/** Whether a slot is only used within a step. */
export const isScratch = <Options extends object>(rule: Rule<Options>, name: string): boolean =>
  rule.slots.some(slot => slot.name === name && slot.scratch);
