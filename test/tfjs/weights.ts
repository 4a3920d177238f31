/** An optimizer's weights as plain numbers, of stock and of ours alike. */
import { engine, type Optimizer, type Tensor, type Variable } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { expectBits } from './numbers.js';

/** A tensor with its name: what `getWeights` gives and `setWeights` takes. */
export type NamedTensor = Awaited<ReturnType<Optimizer['getWeights']>>[number];

/** A weight's numbers. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly values: Float32Array | Int32Array;
}

/** The numbers of a list of weights, copied. */
export const read = (weights: readonly NamedTensor[]): Weight[] =>
  weights.map(({ name, tensor }) => ({
    name,
    shape: [...tensor.shape],
    dtype: tensor.dtype,
    values: tensor.dataSync<'float32'>().slice(),
  }));

interface Slot {
  readonly originalName: string;
  readonly variable: Variable;
}

/** The weights of an optimizer. Stock Adamax has no getWeights: it is asked for its private fields. */
export async function weightsOf(optimizer: Optimizer): Promise<Weight[]> {
  const { accumulatedFirstMoment: m, accumulatedWeightedInfNorm: v } = optimizer as unknown as Record<
    string,
    Slot[] | undefined
  >;
  if (m && v) {
    const iter = { name: 'iter', shape: [], dtype: 'int32', values: Int32Array.of(optimizer.iterations) };
    return [iter, ...read([...m, ...v].map(one => ({ name: one.originalName, tensor: one.variable })))];
  }
  return read(await optimizer.getWeights());
}

/** Throws unless two lists of weights have the same names, order, shapes, types and bits. */
export function expectSameWeights(actual: readonly Weight[], expected: readonly Weight[]): void {
  const faces = (weights: readonly Weight[]) => weights.map(({ values: _, ...face }) => face);
  expect(faces(actual)).toEqual(faces(expected));
  expected.forEach(({ name, values }, i) => {
    expectBits(actual[i]!.values, values, name);
  });
}

/** What a tensor's backend has of it, without asking as a user would: nobody is told that it was seen. */
export function peek({ dataId }: Tensor): Float32Array {
  const { tensorInfo } = engine().state;
  return tensorInfo.get(dataId)!.backend.readSync(dataId) as Float32Array;
}

/** A variable's numbers, copied, whatever holds them. */
export const numbersOf = (tensor: Tensor): Float32Array => Float32Array.from(peek(tensor));
