/** A few steps in float64 whose numbers were worked out by hand, from the formulas of the papers and PyTorch's pages. */
import { expect, test } from 'vitest';
import type { FloatArray, ParameterState } from '../../src/index.js';
import { construct, expectNear, type Hypers, onEachBackend, type TrainerClass, take } from './trajectory.js';

/** What is worked out: one element or several, from `start`. */
export interface Work {
  readonly options: Hypers;
  readonly start: readonly number[];
  /** By step: the gradient, what it is at the present parameters, or null for none. */
  readonly grads: readonly (readonly number[] | ((p: FloatArray) => number[]) | null)[];
  /** The losses, of optimizers that go by them. */
  readonly losses?: readonly number[];
  /** The Hessian's diagonals, of optimizers that go by them; null at a step that is told none. */
  readonly hessians?: readonly (readonly number[] | null)[];
  /** The parameters after each step. */
  readonly gives: readonly (readonly number[])[];
  /** The state after the last step. */
  readonly state?: Readonly<Record<string, readonly number[] | number>>;
}

/** Registers the work as a test on each backend. */
export function worked(title: string, Class: TrainerClass, work: Work): void {
  onEachBackend(backend => {
    test(title, () => {
      const param = Float64Array.from(work.start);
      const trainer = construct(Class, [param], { ...work.options, backend });
      work.grads.forEach((gradient, i) => {
        take(
          trainer,
          () => {
            const list = typeof gradient === 'function' ? gradient(param) : gradient;
            return [list && Float64Array.from(list)] as FloatArray[];
          },
          work.losses?.[i],
          work.hessians?.[i] && [Float64Array.from(work.hessians[i])],
        );
        expectNear(param, work.gives[i]!, work.start, `step ${i + 1}, element `);
      });
      expect(work.gives.length).toBe(work.grads.length);
      const state: Partial<ParameterState> = trainer.stateDict().state[0] ?? {};
      for (const [name, value] of Object.entries(work.state ?? {})) {
        const actual = state[name]!;
        expectNear(typeof actual === 'number' ? [actual] : actual, [value].flat() as number[], [], name);
      }
      trainer.dispose();
    });
  });
}
