/** A walk of an optimizer over many arrays, beside one that stays: both must come to the same bits, step by step. */
import { expect } from 'vitest';
import { type Entry, type Loose, step } from './every-optimizer.js';

export type FloatArray = Float32Array | Float64Array;
// biome-ignore lint/suspicious/noExplicitAny: parameters of every shape, and moves of only some of them
type Any = any;
const loosely = (optimizer: object): Any => optimizer;

/** Random numbers in [0, 1), the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let x = (seed * 2654435761 + 12345) >>> 0;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 2 ** 32;
  };
}

export function noise<A extends FloatArray>(array: A, seed: number): A {
  const random = randomFrom(seed);
  for (let i = 0; i < array.length; i++) array[i] = 2 * random() - 1;
  return array;
}

/** Throws at the first element with other bits; a NaN equals a NaN. */
export function sameBits(actual: FloatArray, expected: FloatArray, where: string): void {
  expect(actual.length, where).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i]))
      throw new Error(`${where}[${i}] is ${actual[i]}, expected ${expected[i]}`);
  }
}

/** The same of the states of two optimizers. */
export function sameState(actual: Loose, expected: Loose, where: string): void {
  expect(actual.steps, where).toBe(expected.steps);
  const [one, other] = [actual.stateDict().state, expected.stateDict().state];
  expect(Object.keys(one), where).toEqual(Object.keys(other));
  for (const [name, entry] of Object.entries(other)) {
    expect(Object.keys(one[name]!), where).toEqual(Object.keys(entry));
    for (const [key, value] of Object.entries(entry)) {
      const mine = one[name]![key]!;
      if (typeof value === 'number') expect(mine, `${where}, ${key} of ${name}`).toBe(value);
      else sameBits(mine as FloatArray, value, `${where}, ${key} of ${name}`);
    }
  }
}

/** An array like another somewhere in a buffer of its own, and a look at whether what lies around it is untouched. */
function placed(like: FloatArray, offset: number): { array: FloatArray; intact: () => boolean } {
  const Class = like.constructor as Float32ArrayConstructor;
  const whole = new Class(offset + like.length + 33).fill(42);
  const array = new Class(whole.buffer, offset * Class.BYTES_PER_ELEMENT, like.length);
  const around = [whole.subarray(0, offset), whole.subarray(offset + like.length)];
  return { array, intact: () => around.every(rest => rest.every(x => x === 42)) };
}

export type Shape = 'record' | 'list' | 'groups';
export const shapes: readonly Shape[] = ['record', 'list', 'groups'];

/** What belongs to the tensors by name, in the shape of their parameters or of their gradients. */
export function shaped(shape: Shape, named: Record<string, unknown>, asParams = false): Any {
  if (shape === 'list') return Object.values(named);
  // What is undefined is a missing key.
  const record = (entries: [string, unknown][]) =>
    Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  const entries = Object.entries(named);
  if (shape === 'record') return record(entries);
  const groups = [record(entries.slice(0, 1)), record(entries.slice(1))];
  return asParams ? groups.map(params => ({ params })) : groups;
}

/** A tensor of a walk, and the same of an optimizer that is never moved. */
interface Traveller {
  readonly name: string;
  /** Where its numbers are: where it is updated, or what is read at its next step. */
  at: FloatArray;
  place: FloatArray;
  readonly twin: FloatArray;
}

interface Walk {
  readonly lengths: readonly (readonly ['float32' | 'float64', number])[];
  readonly backend: string;
  readonly shape: Shape;
  readonly steps: number;
  readonly seed: number;
}

/** A walk of random steps: some tensors are moved, with `from` or without, and some sit out. */
export function walk(
  { make, rule }: Entry,
  options: object,
  { lengths, backend, shape, steps, seed }: Walk,
): void {
  const random = randomFrom(seed);
  const tensors = lengths.map(([dtype, length], i): Traveller => {
    const array = noise(dtype === 'float32' ? new Float32Array(length) : new Float64Array(length), i + seed);
    return { name: `t${i}`, at: array, place: array, twin: array.slice() };
  });
  const each = (pick: (tensor: Traveller) => unknown, asParams = false) =>
    shaped(shape, Object.fromEntries(tensors.map(tensor => [tensor.name, pick(tensor)])), asParams);
  const optimizer = make(
    each(({ place }) => place, true),
    { ...options, backend },
  );
  const twin = make(
    each(({ twin }) => twin, true),
    { ...options, backend },
  );
  // Every array that was left, with what was in it, and what lay around those that were gone to.
  const left: (readonly [array: FloatArray, before: FloatArray])[] = [];
  const rooms: (() => boolean)[] = [];

  const leave = (array: FloatArray) => left.push([array, array.slice()]);
  const arrive = (tensor: Traveller): FloatArray => {
    const { array, intact } = placed(tensor.at, Math.floor(9 * random()));
    rooms.push(intact);
    leave(tensor.at);
    leave(tensor.place);
    tensor.place = array;
    return array;
  };
  /** Where a tensor is to go, and from where; or nothing. */
  const move = (
    tensor: Traveller,
  ): { to?: FloatArray | null | undefined; from?: FloatArray | null | undefined } => {
    const what = random();
    if (what < 0.3) return random() < 0.5 ? {} : { to: null, from: null };
    if (what < 0.4) {
      const from = tensor.at.slice();
      leave(from);
      tensor.at = from;
      tensor.place.fill(Number.NaN);
      return { from };
    }
    const { at } = tensor;
    const to = arrive(tensor);
    if (what < 0.7) {
      to.set(at);
      tensor.at = to;
      // What is where it is to be is read there, whether that is said or not.
      return random() < 0.5 ? { to } : { to, from: to };
    }
    to.fill(Number.NaN);
    return { to, from: at };
  };

  for (let t = 1; t <= steps; t++) {
    // What waits is to be found by a step that no move came before, too.
    if (random() < 0.6) {
      const moves = new Map(tensors.map(tensor => [tensor, move(tensor)]));
      const to = each(tensor => moves.get(tensor)!.to);
      const from = each(tensor => moves.get(tensor)!.from);
      const alone = [...moves.values()].every(({ from }) => !from);
      loosely(optimizer).rebind(to, ...(alone && t % 2 ? [] : [from]));
    }

    const grads = new Map(
      tensors.map((tensor, i) => [tensor, random() < 0.25 ? null : noise(tensor.twin.slice(), 99 * t + i)]),
    );
    for (const one of [optimizer, twin])
      step(
        one,
        each(tensor => grads.get(tensor)),
      );
    for (const tensor of tensors) {
      // Where a closure is asked, all go to where it is asked, and come back from there without a gradient.
      if (grads.get(tensor) !== null || rule.closure) tensor.at = tensor.place;
      else if (tensor.at !== tensor.place) expect(tensor.place.every(Number.isNaN), `step ${t}`).toBe(true);
      sameBits(tensor.at, tensor.twin, `step ${t}, ${tensor.name}`);
    }
    sameState(optimizer, twin, `step ${t}`);
  }
  left.forEach(([array, before], i) => {
    sameBits(array, before, `what was left, ${i}`);
  });
  expect(rooms.every(intact => intact())).toBe(true);
  optimizer.dispose();
  twin.dispose();
}
