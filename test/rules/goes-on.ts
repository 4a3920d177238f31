// What every wrapper and hybrid must do: the same bits at once, awaited, and from a checkpoint.
import { expect } from 'vitest';
import type { FloatArray, StateDict } from '../../src/index.js';
import { waves } from './trajectory.js';

/** What is called of an optimizer here. */
interface Steady {
  step(grads: never): void;
  stepAsync(grads: never): Promise<void>;
  stateDict(): StateDict;
  serialize(options?: { params: boolean }): Uint8Array;
  deserialize(bytes: Uint8Array, options?: { params: boolean }): unknown;
  dispose(): void;
}

/** Arrays that another thread may use, of numbers that differ by this one. */
const shared = (lengths: readonly number[], begin: number): FloatArray[] =>
  lengths.map((length, k) => {
    const array = new Float32Array(new SharedArrayBuffer(4 * length));
    array.set(waves(begin + k, length));
    return array;
  });

/** Steps of one over such arrays, of an other awaited, and of a copy that goes on where these are. */
export async function goesOn<Of extends Steady>(
  lengths: readonly number[],
  construct: (params: FloatArray[]) => Of,
  same: (copy: Of, one: Of) => void = () => undefined,
): Promise<void> {
  const params = () => shared(lengths, 40);
  const grads = (t: number) => shared(lengths, 2 * t) as never;
  const [now, later, again] = [params(), params(), params()];
  const [one, other, copy] = [construct(now), construct(later), construct(again)];
  for (let t = 1; t <= 7; t++) {
    one.step(grads(t));
    await other.stepAsync(grads(t));
  }
  expect(later).toEqual(now);
  expect(other.stateDict()).toEqual(one.stateDict());
  copy.deserialize(one.serialize({ params: true }), { params: true });
  same(copy, one);
  for (let t = 8; t <= 12; t++) for (const optimizer of [one, copy]) optimizer.step(grads(t));
  expect(again).toEqual(now);
  expect(copy.stateDict()).toEqual(one.stateDict());
  for (const optimizer of [one, other, copy]) optimizer.dispose();
}

/** The same of groups: matrices and what goes AdamW's way have one checkpoint. */
export function goesOnInGroups<Of extends Steady>(construct: (groups: never) => Of): Of {
  const make = () => {
    const [w, bias, embedding] = [12, 5, 24].map((length, i) => waves(i, length));
    const groups = [
      { params: { w, bias }, shapes: { w: [4, 3] }, lr: 0.02 },
      { params: { embedding }, shapes: { embedding: [6, 4] }, useMuon: false, adamLr: 0.01 },
    ];
    return { params: [w, bias, embedding], optimizer: construct(groups as never) };
  };
  const [one, two] = [make(), make()];
  const grads = (t: number) => {
    const [w, bias, embedding] = [12, 5, 24].map((length, i) => waves(t + i, length));
    return [{ w, bias }, { embedding }] as never;
  };
  for (let t = 1; t <= 3; t++) one.optimizer.step(grads(t));
  two.optimizer.deserialize(one.optimizer.serialize());
  for (let t = 4; t <= 6; t++) for (const { optimizer } of [one, two]) optimizer.step(grads(t));
  expect(two.params).toEqual(one.params);
  expect(two.optimizer.stateDict().state).toEqual(one.optimizer.stateDict().state);
  return one.optimizer;
}
