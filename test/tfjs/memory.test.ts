// No tensor is left behind: by steps, by what is asked in between, and by dispose().
import {
  clone,
  dispose,
  engine,
  memory,
  type Scalar,
  square,
  sum,
  type Tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ShapeError, StateError } from '../../src/index.js';
import {
  adam,
  adamax,
  type LanestepOptimizer,
  nadam,
  nesterov,
  rmsprop,
  type Settings,
  sgd,
} from '../../src/tfjs/index.js';
import { onEach } from './backends.js';
import { slopeOf } from './beside.js';
import { expectRefused, expectUndone } from './digest.js';
import { dense, learn, points } from './models.js';
import { byList, makeVariables, names, stepOf } from './runs.js';
import { save } from './saving.js';
import { type NamedTensor, numbersOf } from './weights.js';

/** What is made meanwhile by those who ask is taken away, where they cannot do so themselves. */
async function tidied(work: () => Promise<void>): Promise<void> {
  engine().startScope();
  try {
    await work();
  } finally {
    engine().endScope();
  }
}

/** How much there is of everything. */
function held() {
  const { numTensors, numDataBuffers, numBytes } = memory();
  return { numTensors, numDataBuffers, numBytes };
}

const makers: Record<string, (settings?: Settings) => LanestepOptimizer> = {
  sgd: settings => sgd(0.1, settings),
  adam: settings => adam(0.1, 0.9, 0.999, null, settings),
  adamax: settings => adamax(0.1, 0.9, 0.999, null, 0, settings),
  rmsprop: settings => rmsprop(0.01, 0.9, 0.5, null, true, settings),
  nadam,
};

function gradientsOf(variables: readonly Variable[]): Record<string, Tensor> {
  return Object.fromEntries(variables.map(one => [one.name, slopeOf(one, 1)]));
}

onEach(() => {
  describe.each(Object.entries(makers))('%s', (_, make) => {
    test.each([true, false])('1000 steps, inPlace: %s', inPlace => {
      const variables = makeVariables();
      const gradients = gradientsOf(variables);
      const optimizer = make({ inPlace });
      const before = held();
      for (let t = 1; t <= 1000; t++) {
        optimizer.applyGradients(gradients);
        if (t === 1 || t % 250 === 0) expect(held()).toEqual(before);
      }
      optimizer.dispose();
      expect(held()).toEqual(before);
      dispose([variables, gradients]);
    });

    test('dispose(), after all that can be asked', async () => {
      const before = held();
      const variables = makeVariables();
      const started = held();
      const optimizer = make();
      for (let t = 1; t <= 3; t++) byList()(optimizer, t, variables);
      expect(held()).toEqual(started);

      const weights = await optimizer.getWeights();
      const asked = held();
      expect(await optimizer.getWeights()).toEqual(weights);
      expect(held()).toEqual(asked);
      await optimizer.setWeights(weights);
      expect(held()).toEqual(asked);
      byList()(optimizer, 4, variables);
      await optimizer.getWeights();
      expect(held()).toEqual(asked);

      optimizer.dispose();
      expect(held()).toEqual(started);
      expect(weights.every(({ tensor }) => tensor.isDisposed)).toBe(true);
      optimizer.dispose();
      expect(held()).toEqual(started);
      dispose(variables);
      expect(held()).toEqual(before);
    });
  });

  test('clones that are held and let go', () => {
    const variables = makeVariables();
    const gradients = gradientsOf(variables);
    const optimizer = adam(0.1);
    optimizer.applyGradients(gradients);
    const before = held();
    for (let t = 1; t <= 50; t++) {
      const clones = variables.map(one => clone(one));
      optimizer.applyGradients(gradients);
      dispose(clones);
    }
    expect(held()).toEqual(before);
    optimizer.dispose();
    dispose([variables, gradients]);
  });

  test('steps within tidy(), which take nothing away that stays', () => {
    const variables = makeVariables();
    const gradients = gradientsOf(variables);
    const before = held();
    const optimizer = adam(0.1);
    for (let t = 1; t <= 5; t++) {
      tidy(() => {
        optimizer.applyGradients(gradients);
      });
    }
    expect(held()).toEqual(before);
    expect(variables.some(({ isDisposed }) => isDisposed)).toBe(false);
    optimizer.dispose();
    dispose([variables, gradients]);
  });

  test('variables that come and go', () => {
    const before = held();
    const optimizer = adam(0.1);
    for (let n = 0; n < 4; n++) {
      const variables = makeVariables();
      for (let t = 1; t <= 4; t++) stepOf(optimizer, names.slice(0, t));
      dispose(variables);
    }
    expect(held()).toEqual(before);
    optimizer.dispose();
  });

  test('fewer weights than there were', async () => {
    const variables = makeVariables();
    const [one, other] = [adam(0.1), adam(0.1)];
    stepOf(one, ['w', 'b']);
    stepOf(other, ['w']);
    await one.getWeights();
    const before = memory().numTensors;
    await one.setWeights((await other.getWeights()).map(({ name, tensor }) => ({ name, tensor })));
    await one.getWeights();
    // Those of b are gone, and those of the other have come.
    expect(memory().numTensors).toBe(before - 2 + 3);
    one.dispose();
    other.dispose();
    dispose(variables);
  });

  test('minimize() and the look-ahead', () => {
    const [w, ...rest] = makeVariables();
    const loss = () => sum(square(w!)) as Scalar;
    for (const optimizer of [adam(0.1), nesterov({ lr: 0.1 })]) {
      const before = held();
      for (let t = 1; t <= 20; t++) {
        optimizer.minimize(loss, false, [w!]);
        optimizer.minimize(loss, true, [w!])!.dispose();
      }
      expect(held()).toEqual(before);
      optimizer.dispose();
      expect(held()).toEqual(before);
    }
    dispose([w!, ...rest]);
  });

  test('a model that owns its optimizer, trained and saved', async () => {
    const data = points(8);
    const before = held();
    const model = dense();
    const optimizer = adam(0.1);
    await learn(model, optimizer, data);
    const trained = held();
    await save(model);
    await save(model);
    await learn(model, optimizer, data);
    // iter, m and v of four weights.
    expect(held().numTensors).toBe(trained.numTensors + 9);
    model.dispose();
    optimizer.dispose();
    expect(held()).toEqual(before);
    dispose([data.xs, data.ys]);
  });

  describe('after dispose()', () => {
    type Use = (optimizer: LanestepOptimizer, w: Variable, weights: readonly NamedTensor[]) => unknown;
    const uses: Record<string, Use> = {
      'applyGradients()': optimizer => stepOf(optimizer, names),
      'applyGradients() of variables that it did not know': optimizer => stepOf(optimizer, ['k']),
      'applyGradients() of none': optimizer => optimizer.applyGradients({}),
      'minimize()': (optimizer, w) =>
        tidy(() => {
          optimizer.minimize(() => sum(square(w)) as Scalar, false, [w]);
        }),
      'getWeights()': optimizer => optimizer.getWeights(),
      'setWeights()': (optimizer, _, weights) => optimizer.setWeights([...weights]),
      'set()': optimizer => optimizer.set({ lr: 1 }),
      learningRate: optimizer => optimizer.setLearningRate(1),
    };

    describe.each(['adam', 'nadam', 'sgd'])('of %s', name => {
      test.each(Object.entries(uses))('%s', async (_, use) => {
        const variables = makeVariables();
        const [optimizer, other] = [makers[name]!(), makers[name]!()];
        stepOf(optimizer, ['w', 'b']);
        stepOf(other, ['w', 'b']);
        const weights = await other.getWeights();
        optimizer.dispose();
        const values = variables.map(numbersOf);
        const before = held();
        const refusal = [StateError, 'DISPOSED', 'dispose()'] as const;
        await tidied(() => expectRefused(() => use(optimizer, variables[0]!, weights), refusal));
        expect(held()).toEqual(before);
        expect(variables.map(numbersOf)).toEqual(values);
        other.dispose();
        dispose(variables);
      });
    });
  });

  test('dispose() while setWeights() is on its way', async () => {
    const variables = makeVariables();
    const [optimizer, other] = [adam(0.1), adam(0.1)];
    stepOf(other, ['w']);
    const weights = await other.getWeights();
    const before = held();
    await expectRefused(() => {
      const coming = optimizer.setWeights(weights);
      optimizer.dispose();
      return coming;
    }, [StateError, 'DISPOSED', 'dispose()']);
    await tidied(() => expectRefused(() => stepOf(optimizer, ['w']), [StateError, 'DISPOSED', 'dispose()']));
    expect(held()).toEqual(before);
    other.dispose();
    dispose(variables);
  });

  test('what is refused leaves nothing either', async () => {
    const variables = makeVariables();
    const optimizer = adam(0.1);
    for (const used of [['w'], ['w', 'b']]) {
      stepOf(optimizer, used);
      // A gradient of another shape, for a variable that it knows and for one that it does not.
      await expectUndone(optimizer, () => optimizer.applyGradients({ b: variables[0]! }), [
        ShapeError,
        'LENGTH',
      ]);
    }
    optimizer.dispose();
    dispose(variables);
  });
});
