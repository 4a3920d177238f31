/** What is in the slots of a tensor before its first step. */
import type { Kernel } from '../backends/backend.js';
import { newArray } from '../memory.js';
import type { Numbers } from '../option-table.js';
import type { Rule } from '../rule.js';
import { product } from '../shape.js';
import { startsOf } from '../slots.js';
import type { StatefulTensor } from './dict.js';

/** The slots of a tensor as they are before its first step. */
export function startingSlots<Options extends object>(
  rule: Rule<Options>,
  { slots }: StatefulTensor<Options>,
  numbers: Numbers<Options>,
): (readonly [slot: number, value: number])[] {
  const values = startsOf(rule, numbers);
  return slots.flatMap((slot, k) => (slot === null ? [] : [[k, values[k]!] as const]));
}

// As many elements as are filled at a time.
const fillLength = 16384;

/** Copies the slots of a tensor from one kernel to another, where it has the same number. */
export function copySlots(
  from: Kernel,
  to: Kernel,
  tensor: number,
  { slotDtypes, slots, slotShapes }: Pick<StatefulTensor<object>, 'slotDtypes' | 'slotShapes' | 'slots'>,
): void {
  slots.forEach((slot, k) => {
    if (slot === null) return;
    const length = product(slotShapes[k]!);
    const piece = newArray(slotDtypes[k]!, Math.min(length, fillLength));
    for (let at = 0; at < length; at += fillLength) {
      const some = piece.subarray(0, Math.min(fillLength, length - at));
      from.read(tensor, k, some, at);
      to.write(tensor, k, some, at);
    }
  });
}

/** Writes one number into all elements of a slot. */
export function fillSlot(
  kernel: Kernel,
  tensor: number,
  { slotDtypes, slotShapes }: Pick<StatefulTensor<object>, 'slotDtypes' | 'slotShapes'>,
  slot: number,
  value: number,
): void {
  const length = product(slotShapes[slot]!);
  const values = newArray(slotDtypes[slot]!, Math.min(length, fillLength)).fill(value);
  for (let at = 0; at < length; at += fillLength) {
    kernel.write(tensor, slot, values.subarray(0, Math.min(fillLength, length - at)), at);
  }
}
