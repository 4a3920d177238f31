/** What every optimizer shares, and computes outside of its rule: `maximize`, `gradientScale`, weight decay. */
import { describe, expect, test } from 'vitest';
import type { Dtype, FloatArray } from '../../src/index.js';
import { construct, type Hypers, onEachBackend, type TrainerClass, take, tensors } from './trajectory.js';

const start = [[0.5, -1.25, 0, 2, -0.3], [3]];
const walk = [
  [[1, -0.5, 0, 0.007, -30], [-2]],
  [[0.25, 0.5, 0, -0.001, -0.7], [1.5]],
  [[-0.6, 0.3, 1e-4, 0.003, 11], [0.125]],
  [[-0.1, 0, 0, -0.4, 2], [-0.9]],
];

/** The number that the backends compute with, in the tensors' own type. */
const rounded = (dtype: Dtype, x: number): number => (dtype === 'float32' ? Math.fround(x) : x);

type Change = (array: FloatArray, tensor: number, params: readonly FloatArray[]) => void;
const unchanged: Change = () => {};

/** Trains for some steps, with changes to the gradients and to the parameters ahead of each; parameters and state. */
function train(
  Class: TrainerClass,
  dtype: Dtype,
  options: Hypers,
  {
    gradients = unchanged,
    parameters = unchanged,
    curvature = unchanged,
    loss = 1,
  }: { gradients?: Change; parameters?: Change; curvature?: Change; loss?: number } = {},
): unknown {
  const params = tensors(dtype, start);
  const trainer = construct(Class, params, options);
  for (const step of walk) {
    params.forEach((array, i) => {
      parameters(array, i, params);
    });
    // Of optimizers that go by it.
    const hessian = tensors(dtype, step);
    hessian.forEach((array, i) => {
      curvature(array, i, params);
    });
    take(
      trainer,
      () => {
        const grads = tensors(dtype, step);
        grads.forEach((array, i) => {
          gradients(array, i, params);
        });
        return grads;
      },
      loss,
      hessian,
    );
  }
  const { state } = trainer.stateDict();
  trainer.dispose();
  const bits = (value: FloatArray | number): unknown =>
    typeof value === 'number' ? value : Buffer.from(value.buffer).toString('hex');
  return {
    params: params.map(bits),
    state: Object.values(state).map(entry =>
      Object.entries(entry).map(([name, value]) => [name, bits(value)]),
    ),
  };
}

const times =
  (dtype: Dtype, factor: number): Change =>
  array => {
    for (let k = 0; k < array.length; k++) array[k] = rounded(dtype, factor) * array[k]!;
  };

// g + decay p, the product rounded before the sum, to the params where they are when the gradient is asked for.
const plusDecay =
  (dtype: Dtype, decay: number): Change =>
  (array, i, params) => {
    for (let k = 0; k < array.length; k++) {
      array[k] = array[k]! + rounded(dtype, rounded(dtype, decay) * params[i]![k]!);
    }
  };

/** How an optimizer decays weights: into the gradient (L2), by themselves with the learning rate, or in a way of its rule's own. */
export type Decay = 'coupled' | 'decoupled' | 'own' | 'none';

/**
 * Registers what every optimizer promises, bit for bit: `maximize` is stepping with the gradients' signs turned,
 * `gradientScale` with the gradients multiplied, coupled weight decay with the decay added to them, and decoupled
 * weight decay with parameters that were shrunk before.
 *
 * @param options hyper-parameters that bring out all of the rule, `lr` among them
 * @param scaleFree whether how large gradients are does not matter, so that a power of two changes no bit
 */
export function keepsStages(
  Class: TrainerClass,
  decay: Decay,
  options: Hypers & { lr?: number },
  { scaleFree = false }: { readonly scaleFree?: boolean } = {},
): void {
  describe(`stages, with ${JSON.stringify(options)}`, () => {
    onEachBackend(backend => {
      describe.each(['float64', 'float32'] as const)('%s', dtype => {
        const run = (extra: Hypers, changes = {}) =>
          train(Class, dtype, { ...options, ...extra, backend }, changes);

        test('maximize turns the sign of the gradients, and of the loss', () => {
          const minus = times(dtype, -1);
          const turned = run({}, { gradients: minus, curvature: minus, loss: -1 });
          expect(run({ maximize: true })).toEqual(turned);
          expect(run({})).not.toEqual(turned);
        });

        test.each([0.25, 0.3, -1.7])('gradientScale %d multiplies the gradients', gradientScale => {
          const scale = times(dtype, gradientScale);
          const scaled = run({}, { gradients: scale, curvature: scale });
          expect(run({ gradientScale })).toEqual(scaled);
          expect(run({ gradientScale: () => gradientScale })).toEqual(scaled);
          if (!scaleFree || gradientScale !== 0.25) expect(run({})).not.toEqual(scaled);
        });

        const stages = { maximize: true, gradientScale: 0.3 };

        if (decay === 'coupled')
          test('weightDecay is added to the gradients, turned and scaled before', () => {
            const weightDecay = 0.07;
            const gradients: Change = (array, i, params) => {
              times(dtype, -0.3)(array, i, params);
              plusDecay(dtype, weightDecay)(array, i, params);
            };
            const decayed = run({}, { gradients, curvature: times(dtype, -0.3), loss: -1 });
            expect(run({ ...stages, weightDecay })).toEqual(decayed);
            expect(run({ ...stages, weightDecay: () => weightDecay })).toEqual(decayed);
            expect(run(stages)).not.toEqual(decayed);
          });

        if (decay === 'decoupled')
          test('weightDecay shrinks the parameters by lr weightDecay before', () => {
            const weightDecay = 0.07;
            const off = { weightDecay: 0 };
            const decayed = run(
              { ...stages, ...off },
              { parameters: times(dtype, 1 - options.lr! * weightDecay) },
            );
            expect(run({ ...stages, weightDecay })).toEqual(decayed);
            expect(run({ ...stages, weightDecay: () => weightDecay })).toEqual(decayed);
            expect(run({ ...stages, ...off })).not.toEqual(decayed);
          });

        if (decay === 'none')
          test('has no weightDecay', () => {
            expect(() => run({ weightDecay: 0 })).toThrow(/^Expected an option of .*, got "weightDecay"/);
          });
      });
    });
  });
}
