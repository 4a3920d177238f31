/** Trajectories that stock TensorFlow.js left: its own float32 bits, and the same formulas in float64. */
import { describe, expect, test } from 'vitest';
import {
  construct,
  expectWithin,
  golden,
  type Hypers,
  onEachBackend,
  type TrainerClass,
  tensors,
} from './trajectory.js';

/** The optimizers of `tf.train`. */
export type TfjsName = 'sgd' | 'momentum' | 'adagrad' | 'adadelta' | 'adam' | 'adamax' | 'rmsprop';

/** TensorFlow.js' hyper-parameters under our names; those that are null or missing have the default. */
export function oursOf(name: TfjsName, hyper: Hypers): Hypers {
  const { learningRate, beta1, beta2, epsilon, useNesterov, decay, ...same } = hyper;
  const given: Hypers = {
    lr: learningRate,
    betas: beta1 === undefined ? undefined : [beta1, beta2],
    eps: epsilon ?? undefined,
    nesterov: useNesterov,
    [name === 'rmsprop' ? 'alpha' : 'decay']: decay,
  };
  const named = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...Object.fromEntries(named), ...same };
}

/** Throws at the first element with other bits; a NaN equals a NaN. */
export function expectBits(actual: ArrayLike<number>, expected: ArrayLike<number>, where: string): void {
  expect(actual.length, where).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    if (!Object.is(actual[i], expected[i]))
      expect.fail(`${where}[${i}]: expected ${expected[i]}, got ${actual[i]}`);
  }
}

/** A case of a tfjs file; the README beside it explains the schema. */
interface Case {
  readonly name: string;
  readonly hyper: Hypers;
  readonly params0: number[][];
  readonly grads: number[][][];
  readonly steps: number[];
  readonly params: number[][][];
  readonly params_f64: number[][][];
}

/**
 * Registers one test for each case, backend and type: in float32 the bits of TensorFlow.js, in float64 the formula.
 *
 * @param tolerance of float64, on max(1, |p|): only what a rule computes in float32 on purpose makes it more than 1e-12
 */
export function followsTfjsGolden(
  name: TfjsName,
  Class: TrainerClass,
  { file = `tfjs-${name}`, tolerance = 1e-12 }: { file?: string; tolerance?: number } = {},
): void {
  describe(`${file}.json`, () => {
    onEachBackend(backend => {
      for (const kase of golden<{ cases: Case[] }>(file).cases) {
        const follow = (dtype: 'float32' | 'float64'): void => {
          const params = tensors(dtype, kase.params0);
          const trainer = construct(Class, params, { ...oursOf(name, kase.hyper), backend });
          const expected = dtype === 'float32' ? kase.params : kase.params_f64;
          let snapshots = 0;
          kase.grads.forEach((gradients, before) => {
            trainer.step(tensors(dtype, gradients) as never);
            const snapshot = expected[kase.steps.indexOf(before + 1)];
            if (!snapshot) return;
            snapshots++;
            snapshot.forEach((list, i) => {
              const where = `step ${before + 1}, params[${i}]`;
              if (dtype === 'float32') expectBits(params[i]!, list, where);
              else expectWithin(params[i]!, list, p => tolerance * Math.max(1, Math.abs(p)), where);
            });
          });
          expect(snapshots).toBe(kase.steps.length);
          trainer.dispose();
        };
        test(`${kase.name}, float32`, () => follow('float32'));
        test(`${kase.name}, float64`, () => follow('float64'));
      }
    });
  });
}
