/** An optimizer's state as a list of named tensors, TensorFlow.js' form of it; and the way back. */
import { type Optimizer, Tensor, tensor, type Variable, variable } from '@tensorflow/tfjs-core';
import { StateError, show } from '../errors.js';
import { insideOf } from '../inside.js';
import type { Scalars } from '../pass.js';
import { product, type Shape, sameShape } from '../shape.js';
import { savedSlots, slotShape } from '../slots.js';
import type { ParameterState } from '../state/dict.js';
import type { Known } from './known.js';
import { anchorKey, type Session } from './session.js';

/** A tensor with its name: an optimizer's weight. */
export type NamedTensor = Awaited<ReturnType<Optimizer['getWeights']>>[number];

/** A weight before it is a tensor. */
interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  readonly values: Float32Array | Int32Array;
}

/** A slot among the weights. */
interface Saved {
  readonly name: string;
  /** Its shape, by that of the variable. */
  readonly shapeOf: (shape: Shape) => Shape;
}

// The slots, in the order of the weights. A variable may not have all of them (of Muon, a matrix has others): its weights of the others
// are zeros.
function slotsOf({ inner }: Session): readonly Saved[] {
  const { rule, options } = insideOf(inner);
  const [{ flags, numbers }] = options as [(typeof options)[number]];
  return savedSlots(rule, flags, numbers).map(slot => ({
    name: slot.name,
    shapeOf: shape => slotShape(slot, shape, numbers),
  }));
}

// Whether there is anything to go on from.
const hasState = (session: Session): boolean =>
  slotsOf(session).length + session.inner.scalars[0]!.length > 0 ||
  insideOf(session.inner).rule.byCount === true;

// A step count and scalars are doubles, of which a float32 would lose digits: their bits, as whole numbers.
const clockName = 'clock';

// Before a variable's first gradient all of them are 0, so that the weight has the same shape from the beginning. The numbers of the
// whole model stand behind those of each variable, and then its shape, where it has no slots that would say it.
function bitsOf(
  entry: ParameterState | undefined,
  scalars: readonly string[],
  model: Scalars,
  shape: readonly number[],
): Int32Array {
  const own = ['step', ...scalars].map(key => (entry?.[key] as number | undefined) ?? 0);
  const doubles = [...own, ...Object.values(model), ...shape];
  return new Int32Array(Float64Array.from(doubles).buffer);
}

// What `iter` can hold, as in TensorFlow.js.
const mostIterations = 0x7fff_ffff;

function weightsOf(session: Session, iterations: number, clocks: boolean): Weight[] {
  if (iterations > mostIterations) {
    refuse(`Expected at most ${mostIterations} steps, which iter can hold, got ${iterations}`);
  }
  const dict = session.inner.stateDict();
  const { known } = session;
  const saved = slotsOf(session);
  const slots = saved.flatMap(slot =>
    known.map(({ name, shape: whole }, i): Weight => {
      const shape = slot.shapeOf(whole);
      const values =
        (dict.state[session.keyOf(i)]?.[slot.name] as Float32Array | undefined) ??
        new Float32Array(product(shape));
      return { name: `${name}/${slot.name}`, shape, dtype: 'float32', values };
    }),
  );
  const bits = (clocks && hasState(session) ? known : []).map(({ name, shape }, i): Weight => {
    const values = bitsOf(
      dict.state[session.keyOf(i)],
      session.inner.scalars[0]!,
      dict.model ?? {},
      saved.length === 0 ? shape : [],
    );
    return { name: `${name}/${clockName}`, shape: [values.length], dtype: 'int32', values };
  });
  return [{ name: 'iter', shape: [], dtype: 'int32', values: Int32Array.of(iterations) }, ...slots, ...bits];
}

/**
 * The tensors that `getWeights()` has given. They stay the same ones from call to call, as those of `tf.train`'s optimizers
 * do: whoever saves a model gets them, and disposes none.
 */
export class Exported {
  readonly #variables = new Map<string, Variable>();

  /** The weights with their present numbers. */
  of(session: Session, iterations: number, clocks: boolean): NamedTensor[] {
    const weights = weightsOf(session, iterations, clocks);
    const names = new Set(weights.map(({ name }) => name));
    for (const name of [...this.#variables.keys()]) if (!names.has(name)) this.#drop(name);
    return weights.map(weight => ({ name: weight.name, tensor: this.#refreshed(weight) }));
  }

  #refreshed({ name, shape, dtype, values }: Weight): Variable {
    const value = tensor(values, [...shape], dtype);
    let held = this.#variables.get(name);
    if (held === undefined || held.isDisposed || held.shape.join() !== value.shape.join()) {
      this.#drop(name);
      held = variable(value, false);
      this.#variables.set(name, held);
    } else {
      held.assign(value);
    }
    value.dispose();
    return held;
  }

  #drop(name: string): void {
    const held = this.#variables.get(name);
    if (held !== undefined && !held.isDisposed) held.dispose();
    this.#variables.delete(name);
  }

  /** Frees them. */
  dispose(): void {
    for (const name of [...this.#variables.keys()]) this.#drop(name);
  }
}

/** A weight that came in. */
interface Given {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Int32Array;
}

/** What `setWeights` was given, read and copied. */
export interface Restored {
  readonly iterations: number;
  readonly given: readonly Given[];
  /** Of the optimizer, where they are not among the weights. */
  readonly scalars: Readonly<Record<string, number>>;
}

function refuse(message: string): never {
  throw new StateError('ERR_LANESTEP_STATE', message);
}

/** Reads weights. */
export async function readWeights(weights: readonly NamedTensor[]): Promise<Omit<Restored, 'scalars'>> {
  if (!Array.isArray(weights) || weights[0]?.name !== 'iter') {
    refuse(`Expected weights as getWeights() gives them, iter first, got ${show(weights)}`);
  }
  weights.forEach((weight: Partial<NamedTensor> | null, i) => {
    const { name, tensor: from } = weight ?? {};
    if (typeof name !== 'string' || !(from instanceof Tensor) || from.isDisposed) {
      refuse(`Expected a name and a live tensor for the weight at ${i}, got ${show(name ?? weight)}`);
    }
  });
  const read = await Promise.all(
    weights.map(async ({ name, tensor: from }): Promise<Given> => {
      // The array of a tensor may be the tensor's own.
      const values = (await from.data()).slice() as Float32Array | Int32Array;
      return { name, shape: from.shape, values };
    }),
  );
  const [iter, ...given] = read as [Given, ...Given[]];
  const iterations = iter.values[0]!;
  const isCount = Number.isInteger(iterations) && iterations >= 0 && iterations <= mostIterations;
  if (iter.values.length !== 1 || !isCount) {
    refuse(
      `Expected iter, the first weight, to be one whole number from 0 to ${mostIterations}, got ${show(iterations)}`,
    );
  }
  return { iterations, given };
}

// The weights of one kind, for as many variables: `dense/kernel/m` is the m of dense/kernel.
function column(given: readonly Given[], kind: string, at: number, count: number): readonly Given[] {
  const end = `/${kind}`;
  return given.slice(at * count, (at + 1) * count).map(one => {
    if (!one.name.endsWith(end)) refuse(`Expected the name of a variable and ${end}, got ${show(one.name)}`);
    return { ...one, name: one.name.slice(0, -end.length) };
  });
}

/** A session as far as the weights say, with the options of the present one. */
export function sessionOf(present: Session, restored: Restored, clocks: boolean): Session {
  const { given, iterations, scalars } = restored;
  const slots = slotsOf(present);
  const kinds = [...slots.map(({ name }) => name), ...(clocks && hasState(present) ? [clockName] : [])];
  if (kinds.length === 0 ? given.length > 0 : given.length % kinds.length !== 0) {
    refuse(
      `Expected iter and then ${kinds.join(', ') || 'nothing'} of every variable, got ${given.length} weights after iter`,
    );
  }
  const count = kinds.length === 0 ? 0 : given.length / kinds.length;
  const columns = kinds.map((kind, at) => column(given, kind, at, count));
  const known = (columns[0] ?? []).map((one): Known => {
    const shape = slots.length > 0 ? one.shape : shapeIn(one, present);
    return { name: one.name, shape, size: shape.reduce((a, b) => a * b, 1), variable: null };
  });
  if (new Set(known.map(({ name }) => name)).size < count) refuse('Expected weights of different names');

  const session = present.fresh(known);
  try {
    const dict = session.inner.stateDict();
    const clock = { step: iterations, ...scalars };
    const model: Record<string, number> = {};
    // The anchor, by which tensors in lockstep go.
    const anchor = dict.state[anchorKey];
    if (anchor && !clocks) dict.state[anchorKey] = { ...anchor, ...clock };
    known.forEach(({ name, shape }, i) => {
      const entry: ParameterState = { ...clock };
      slots.forEach(({ name: slot, shapeOf }, at) => {
        const of = columns[at]![i]!;
        const expected = shapeOf(shape);
        if (of.name !== name) refuse(`Expected ${name}/${slot} in its place, got ${of.name}/${slot}`);
        if (!sameShape(of.shape, expected)) {
          refuse(`Expected ${name}/${slot} to have the shape [${expected}], got [${of.shape}]`);
        }
        if (session.slotsAt(i).includes(slot)) entry[slot] = Float32Array.from(of.values);
      });
      const key = session.keyOf(i);
      if (clocks) {
        const names = Object.keys(dict.model ?? {});
        const numbers = clockIn(
          columns.at(-1)![i]!,
          [...session.inner.scalars[0]!, ...names],
          slots.length === 0,
        );
        for (const key of names) {
          model[key] = numbers[key] as number;
          delete numbers[key];
        }
        Object.assign(entry, numbers);
      }
      // One that sat out all steps has no state yet; but for a rule whose state is there from the beginning.
      if (!clocks || entry.step !== 0 || dict.state[key] !== undefined) dict.state[key] = entry;
    });
    session.load(
      { ...dict, ...(dict.model && { model: { ...dict.model, ...model } }), steps: iterations },
      present,
    );
  } catch (error) {
    session.inner.dispose();
    throw error;
  }
  return session;
}

const doublesIn = ({ values }: Given): readonly number[] =>
  values.length % 2 === 0 ? [...new Float64Array(Int32Array.from(values).buffer)] : [];

// Step count and scalars out of their bits.
function clockIn(given: Given, scalars: readonly string[], withShape: boolean): ParameterState {
  const doubles = doublesIn(given);
  const names = ['step', ...scalars];
  if (withShape ? doubles.length < names.length : doubles.length !== names.length) {
    refuse(
      `Expected ${given.name}/${clockName} to hold ${names.join(', ')}, got ${given.values.length / 2} numbers`,
    );
  }
  return Object.fromEntries(names.map((key, k) => [key, doubles[k]!])) as unknown as ParameterState;
}

// The shape of a variable that has no slots, from behind the numbers of its clock.
function shapeIn(given: Given, { inner }: Session): readonly number[] {
  const before = 1 + inner.scalars[0]!.length + Object.keys(inner.stateDict().model ?? {}).length;
  const shape = doublesIn(given).slice(before);
  if (!shape.every(side => Number.isInteger(side) && side >= 0))
    refuse(`Expected ${given.name}/${clockName} to hold a shape, got [${shape}]`);
  return shape;
}
