/** What may be wrong with gradients, and the code that it must be refused with. */
import type { FloatArray } from '../../src/types.js';
import type { Generator } from '../random/generator.js';
import { zeros } from '../random/twin.js';
import { held, transfer } from './memory.js';
import { Mine } from './outcome.js';
import type { Any, Subject } from './subject.js';

/** One array is not like its parameter, or its memory is not fit. */
const arrayFaults = {
  'other type': 'DTYPE',
  'whole numbers': 'DTYPE',
  'no array': 'DTYPE',
  longer: 'LENGTH',
  shorter: 'LENGTH',
  'taken away': 'DETACHED',
  'taken away by grow': 'DETACHED',
  'taken away since the last step': 'DETACHED',
  resizable: 'RESIZABLE',
  'shrunk away': 'RESIZABLE',
  growable: 'RESIZABLE',
  'the parameter': 'ALIAS',
  'part of the parameter': 'ALIAS',
} as const;

/** All of them are not in the shape of the parameters, or say no when they are asked. */
const shapeFaults = {
  'no list': 'SHAPE',
  'one array': 'SHAPE',
  'too many': ['SHAPE', 'NAME'],
  'too few': 'SHAPE',
  'getter throws': 'mine',
  'getter calls back': 'BUSY',
} as const;

/** A getter takes a parameter's memory away when another array was read already. */
const lateFaults = { 'getter takes the parameter away': 'DETACHED' } as const;

export type ArrayFault = keyof typeof arrayFaults;
export type ShapeFault = keyof typeof shapeFaults;
export type LateFault = keyof typeof lateFaults;
export type Fault = ArrayFault | ShapeFault | LateFault;

export const faults = [
  ...Object.keys(arrayFaults),
  ...Object.keys(shapeFaults),
  ...Object.keys(lateFaults),
] as readonly Fault[];

export const isArrayFault = (fault: Fault | null): fault is ArrayFault =>
  fault !== null && fault in arrayFaults;
export const isShapeFault = (fault: Fault | null): fault is ShapeFault =>
  fault !== null && fault in shapeFaults;

export const codeOf = (fault: Fault): string | readonly string[] =>
  ({ ...arrayFaults, ...shapeFaults, ...lateFaults })[fault];

/** An array that has this fault, in the place of one that has none; null where the fault cannot be had here. */
export function faultyArray(
  fault: ArrayFault,
  subject: Subject,
  i: number,
  fine: FloatArray,
  random: Generator,
): unknown {
  const dtype = fine.BYTES_PER_ELEMENT === 4 ? 'float32' : 'float64';
  const Class = fine.constructor as Float32ArrayConstructor;
  const { length, byteLength } = fine;
  switch (fault) {
    case 'other type':
      return zeros(dtype === 'float32' ? 'float64' : 'float32', length);
    case 'whole numbers':
      return new Int32Array(length);
    case 'no array':
      return random.pick<unknown>([1, 'text', {}, [1, 2], () => fine, new DataView(new ArrayBuffer(8))]);
    case 'longer':
      return zeros(dtype, length + 1 + random.below(100));
    case 'shorter':
      return zeros(dtype, random.below(length));
    case 'taken away': {
      const array = zeros(dtype, length);
      transfer(array);
      return array;
    }
    case 'taken away by grow': {
      const [one] = held([fine], 'wasm', random);
      one!.memory.takeAway();
      return one!.array;
    }
    case 'taken away since the last step': {
      const before = subject.gradients[i] ?? null;
      return before?.memory.takeAway() ? before.array : null;
    }
    case 'resizable':
      return new Class(new (ArrayBuffer as Any)(byteLength, { maxByteLength: 2 * byteLength }), 0, length);
    case 'shrunk away': {
      const buffer = new (ArrayBuffer as Any)(byteLength, { maxByteLength: 2 * byteLength });
      const array = new Class(buffer, 0, length);
      buffer.resize(0);
      return array;
    }
    case 'growable':
      return new Class(
        new (SharedArrayBuffer as Any)(byteLength, { maxByteLength: 2 * byteLength }),
        0,
        length,
      );
    default: {
      const { array, memory } = subject.params[i]!;
      if (memory.lost) return null;
      return fault === 'the parameter' ? array : new Class(array.buffer, array.byteOffset, length);
    }
  }
}

/** Gradients with this fault, out of fine ones in the shape of the parameters; undefined where it cannot be had here. */
export function faultyShape(
  fault: ShapeFault,
  subject: Subject,
  fine: Any,
  target: number,
  random: Generator,
): Any {
  const { shape } = subject;
  switch (fault) {
    case 'no list':
      return random.pick<unknown>([null, undefined, 1, 'text', new Map(), shape === 'record' ? [] : {}]);
    case 'one array':
      return new Float32Array(3);
    case 'too many':
      if (shape === 'record') return { ...fine, other: new Float32Array(1) };
      return shape === 'list' ? [...fine, null] : [{ ...fine[0], other: null }, ...fine.slice(1)];
    case 'too few':
      return shape === 'record' ? undefined : fine.slice(1);
    default: {
      subject.trap(fine, target, () => {
        if (fault === 'getter throws') throw new Mine();
        return subject.optimizer.step(fine);
      });
      return fine;
    }
  }
}

/** A getter that takes the parameter away and then gives its gradient; false where it cannot be taken away. */
export function trapLate(subject: Subject, fine: Any, target: number): boolean {
  const { memory } = subject.params[target]!;
  if (!memory.takeable) return false;
  const { name, group } = subject.twin.tensors[target]!;
  const value =
    subject.shape === 'list' ? fine[target] : (subject.shape === 'groups' ? fine[group] : fine)[name];
  subject.trap(fine, target, () => {
    memory.takeAway();
    return value;
  });
  return true;
}
