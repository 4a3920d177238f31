// What cannot be done is refused with a typed error, nothing is changed, and the next step comes out as it should.
import {
  clone,
  complex,
  dispose,
  engine,
  type NamedTensorMap,
  type Tensor,
  tensor,
  tensor1d,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ShapeError, StateError } from '../../src/index.js';
import { adam, type LanestepOptimizer, nadam, sgd } from '../../src/tfjs/index.js';
import { onEach } from './backends.js';
import { make, slopeOf } from './beside.js';
import { expectUndone, type Refusal } from './digest.js';
import { noise } from './numbers.js';
import { listOf } from './runs.js';
import { expectSameWeights, numbersOf, weightsOf } from './weights.js';

/** A variable that the optimizer knows, and one that it does not. */
const both = () => ({ w: make('w', noise(6, 1), [2, 3]), n: make('n', noise(3, 2)) });
type Variables = ReturnType<typeof both>;
type Given = NamedTensorMap | ReturnType<typeof listOf>;

/** The gradients of step t. */
const good = ({ w, n }: Variables, t: number): NamedTensorMap => ({
  w: slopeOf(w, t),
  ...(t > 3 ? { n: slopeOf(n, t) } : {}),
});

const gone = (): Tensor => {
  const made = tensor1d([1, 2, 3]);
  made.dispose();
  return made;
};

const makers: Record<string, () => LanestepOptimizer> = {
  sgd: () => sgd(0.1),
  adam: () => adam(0.1),
  nadam: () => nadam(),
};

/** Attempts between two steps; after each the optimizer goes on as one that never saw it. */
async function refused(
  name: string,
  attempts: (variables: Variables) => readonly (readonly [given: () => Given, refusal: Refusal])[],
): Promise<void> {
  const run = async (disturb: boolean) => {
    const variables = both();
    const optimizer = makers[name]!();
    for (let t = 1; t <= 6; t++) {
      if (disturb) {
        for (const [given, refusal] of attempts(variables)) {
          const bad = given();
          await expectUndone(optimizer, () => optimizer.applyGradients(bad), refusal);
          const tensors = Array.isArray(bad) ? bad.map(one => one?.tensor) : Object.values(bad ?? {});
          const { w, n } = variables;
          dispose(tensors.filter((one): one is Tensor => one instanceof Object && one !== w && one !== n));
        }
      }
      const gradients = good(variables, t);
      optimizer.applyGradients(gradients);
      dispose(gradients);
    }
    const values = [numbersOf(variables.w), numbersOf(variables.n)];
    const weights = await weightsOf(optimizer);
    optimizer.dispose();
    dispose(variables);
    return { values, weights };
  };
  const [expected, actual] = [await run(false), await run(true)];
  expect(actual.values).toEqual(expected.values);
  expectSameWeights(actual.weights, expected.weights);
}

onEach(tfjs => {
  describe.each(Object.keys(makers))('%s', name => {
    // With a gradient for w that is right, before and after it.
    const among = (variables: Variables, bad: NamedTensorMap): (() => Given)[] => [
      () => ({ ...bad }),
      () => ({ w: slopeOf(variables.w, 1), ...bad }),
      () => ({ ...bad, ...('w' in bad ? {} : { w: slopeOf(variables.w, 1) }) }),
    ];

    test('a name without a variable', () =>
      refused(name, variables =>
        among(variables, { nobody: tensor1d([1]) }).flatMap(
          given => [[given, [StateError, 'STATE', '"nobody"']]] as const,
        ),
      ));

    test.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])(
      'the name %s, which every object has',
      key =>
        refused(name, variables => {
          const bad = Object.defineProperty({}, key, { value: tensor1d([1]), enumerable: true });
          return among(variables, bad).flatMap(
            given => [[given, [StateError, 'STATE', `"${key}"`]]] as const,
          );
        }),
    );

    test('no name', () =>
      refused(name, () => [
        [() => listOf([{ name: undefined as never, tensor: tensor1d([1]) }]), [StateError, 'STATE']],
      ]));

    test('a name twice', () =>
      refused(name, ({ w }) => [
        [
          () =>
            listOf([
              { name: 'w', tensor: slopeOf(w, 1) },
              { name: 'w', tensor: slopeOf(w, 2) },
            ]),
          [ShapeError, 'NAME', '"w"'],
        ],
        [
          () =>
            listOf([
              { name: 'n', tensor: null },
              { name: 'w', tensor: slopeOf(w, 1) },
              { name: 'n', tensor: null },
            ]),
          [ShapeError, 'NAME', '"n"'],
        ],
      ]));

    const unfit: readonly (readonly [string, () => Tensor, Refusal])[] = [
      ['of another length', () => tensor1d([1, 2]), [ShapeError, 'LENGTH', '[2]']],
      ['of another shape', () => tensor(noise(6, 1), [3, 2]), [ShapeError, 'LENGTH', '[3,2]']],
      ['of another rank', () => tensor(noise(6, 1), [1, 2, 3]), [ShapeError, 'LENGTH', '[1,2,3]']],
      ['of text', () => tensor(Array(6).fill('a'), [2, 3]), [ShapeError, 'DTYPE', 'string']],
      ['that is disposed', gone, [ShapeError, 'DETACHED', 'disposed']],
      ['that is no tensor', () => [1, 2, 3] as never, [ShapeError, 'DTYPE']],
      ['that is a number', () => 1 as never, [ShapeError, 'DTYPE']],
    ];
    test.each(unfit)('a gradient %s', (_, gradient, refusal) =>
      refused(name, variables => [
        [() => ({ w: gradient() }), refusal],
        [() => ({ n: gradient() }), refusal],
        [() => ({ w: slopeOf(variables.w, 1), n: gradient() }), [...refusal]],
        [() => ({ n: slopeOf(variables.n, 1), w: gradient() }), refusal],
      ]),
    );

    if (tfjs === 'cpu') {
      test('a gradient of complex numbers', () =>
        refused(name, () => [
          [() => ({ n: complex([1, 2, 3], [1, 2, 3]) }), [ShapeError, 'DTYPE', 'complex64']],
        ]));
    }

    test('a variable of whole numbers', async () => {
      const ints = variable(tensor1d([1, 2, 3], 'int32'), true, 'ints');
      await refused(name, ({ w }) => [
        [() => ({ ints: tensor1d([1, 2, 3]) }), [ShapeError, 'DTYPE', 'ints', 'int32']],
        [() => ({ w: slopeOf(w, 1), ints: tensor1d([1, 2, 3]) }), [ShapeError, 'DTYPE', 'ints', 'int32']],
      ]);
      expect([...ints.dataSync()]).toEqual([1, 2, 3]);
      ints.dispose();
    });

    test.each([
      ['nothing', undefined],
      ['null', null],
      ['a number', 1],
      ['a list with nothing in it', [null]],
    ])('%s instead of gradients', (_, given) =>
      refused(name, () => [[() => given as never, [ShapeError, 'SHAPE']]]),
    );
  });

  test('a variable that was disposed, until it is made anew', async () => {
    const optimizer = adam(0.1);
    const { w, n } = both();
    const gradients = { w: slopeOf(w, 1), n: slopeOf(n, 1) };
    optimizer.applyGradients(gradients);
    const kept = clone(w);
    w.dispose();
    await expectUndone(optimizer, () => optimizer.applyGradients(gradients), [
      StateError,
      'STATE',
      '"w"',
      'disposed',
    ]);
    optimizer.applyGradients({ n: gradients.n });

    const again: Variable = variable(kept, true, 'w');
    optimizer.applyGradients(gradients);
    expect(optimizer.iterations).toBe(3);
    optimizer.dispose();
    dispose([n, again, kept, gradients]);
  });

  describe('a function of the step that fails on the way', () => {
    const faults: Record<string, () => number> = {
      throws: () => {
        throw new RangeError('mine');
      },
      'gives NaN': () => Number.NaN,
      'gives no number': () => '0.1' as never,
    };
    for (const [title, fault] of Object.entries(faults)) {
      test.each([
        ['with variables that are known', 2],
        ['with a variable that is new', 4],
      ])(`and ${title}, %s`, async (_, at) => {
        const run = async (disturb: boolean) => {
          // At the step itself, and not when the options are looked at before.
          let failing = 0;
          const rate = (t: number) => (t === failing ? fault() : 0.1 / t);
          const variables = both();
          const optimizer = adam(rate, t => 0.9 - 0.1 / t);
          for (let t = 1; t <= 6; t++) {
            const gradients = good(variables, t);
            if (disturb && t >= at) {
              await optimizer.getWeights();
              const before = [await weightsOf(optimizer), Object.values(variables).map(numbersOf), counts()];
              failing = t;
              expect(() => optimizer.applyGradients(gradients)).toThrow();
              failing = 0;
              expect([await weightsOf(optimizer), Object.values(variables).map(numbersOf), counts()]).toEqual(
                before,
              );
              expect(optimizer.iterations).toBe(t - 1);
              expect(optimizer.learningRate).toBe(0.1 / Math.max(1, t - 1));
            }
            optimizer.applyGradients(gradients);
            dispose(gradients);
          }
          const values = Object.values(variables).map(numbersOf);
          const weights = await weightsOf(optimizer);
          optimizer.dispose();
          dispose(variables);
          return { values, weights };
        };
        expect(await run(true)).toEqual(await run(false));
      });
    }
    const counts = () => [engine().state.numTensors, engine().state.numDataBuffers];

    test('with what was thrown', () => {
      const { w, n } = both();
      const mine = new RangeError('mine');
      let fails = false;
      const optimizer = sgd(() => {
        if (fails) throw mine;
        return 0.1;
      });
      const gradients = { w: slopeOf(w, 1) };
      fails = true;
      expect(() => optimizer.applyGradients(gradients)).toThrow(mine);
      optimizer.dispose();
      dispose([w, n, gradients]);
    });

    test('and tries to step, within the step', async () => {
      const { w, n } = both();
      const gradients = { w: slopeOf(w, 1) };
      let within = () => {};
      const optimizer = sgd(() => {
        within();
        return 0.1;
      });
      optimizer.applyGradients(gradients);
      within = () => optimizer.applyGradients(gradients);
      const values = numbersOf(w);
      expect(() => optimizer.applyGradients(gradients)).toThrow('between steps');
      within = () => optimizer.dispose();
      expect(() => optimizer.applyGradients(gradients)).toThrow('between steps');
      within = () => {};
      expect(numbersOf(w)).toEqual(values);
      optimizer.applyGradients(gradients);
      expect(optimizer.iterations).toBe(2);
      optimizer.dispose();
      dispose([w, n, gradients]);
    });
  });
});
