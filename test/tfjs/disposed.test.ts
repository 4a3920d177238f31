// State of variables that were disposed is given up: in steps, in weights, in memory. That of those that live is not.
import {
  clone,
  dispose,
  disposeVariables,
  type Optimizer,
  train,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Optimizer as Inner } from '../../src/optimizer.js';
import type { StateDict } from '../../src/state/dict.js';
import { adam, nadam, nesterov } from '../../src/tfjs/index.js';
import { Session } from '../../src/tfjs/session.js';
import { onEach } from './backends.js';
import { make, slopeOf } from './beside.js';
import { dense, fitOn, learn, points, weightsOf as valuesOf } from './models.js';
import { expectBits, noise } from './numbers.js';
import { expectSameWeights, numbersOf, weightsOf } from './weights.js';

afterEach(() => {
  vi.restoreAllMocks();
});

const shared = [() => adam(0.1), () => nadam(), () => nesterov({ lr: 0.1 })] as const;

/** A step of these variables, each with the gradient of this step. */
function step(optimizer: Optimizer, t: number, ...variables: Variable[]): void {
  const gradients = Object.fromEntries(variables.map(one => [one.name, slopeOf(one, t)]));
  optimizer.applyGradients(gradients);
  dispose(gradients);
}

const namesIn = async (optimizer: Optimizer) => (await weightsOf(optimizer)).map(({ name }) => name);

/** A variable of this name and six elements. */
const six = (name: string) => make(name, noise(6, 1));

onEach(() => {
  test.each(shared)(
    'model after model, each disposed: no more state than of the last, at the cost of the last',
    async made => {
      const data = points(8);
      const load = vi.spyOn(Session.prototype, 'load');
      const ends = vi.spyOn(Inner.prototype, 'dispose');
      const costs = () => {
        const elements = load.mock.calls.map(([{ state }]: [StateDict, Session]) =>
          Object.values(state)
            .flatMap(entry => Object.values(entry))
            .reduce((sum: number, value) => sum + (typeof value === 'number' ? 0 : value.length), 0),
        );
        const [sessions, ended] = [load.mock.calls.length, ends.mock.calls.length];
        load.mockClear();
        ends.mockClear();
        return { elements, sessions, ended };
      };
      const optimizer = made();
      const stock = train.adam(0.1);
      const seen = [];
      for (let n = 0; n < 6; n++) {
        const model = dense();
        await learn(model, optimizer, data);
        model.dispose();
        const twin = dense();
        await learn(twin, stock, data);
        twin.dispose();
        seen.push(costs());
      }
      expect(seen[1]!.sessions).toBe(1);
      expect(seen[1]!.ended).toBe(1);
      for (const one of seen.slice(2)) expect(one).toEqual(seen[1]);

      const model = dense();
      await learn(model, optimizer, data);
      const [ours, theirs] = [await weightsOf(optimizer), await weightsOf(stock)];
      const kinds = new Set(ours.map(({ name }) => name.split('/').at(-1)));
      expect(ours).toHaveLength(1 + 4 * (kinds.size - 1));
      if (kinds.has('v')) expect(ours).toHaveLength(theirs.length);
      const own = model.weights.map(({ name }) => name);
      for (const { name } of ours.slice(1)) expect(own).toContain(name.slice(0, name.lastIndexOf('/')));
      model.dispose();
      expect(await namesIn(optimizer)).toEqual(['iter']);
      for (const one of [optimizer, stock]) one.dispose();
      dispose([data.xs, data.ys]);
    },
  );

  test('layers that are frozen keep theirs while another model comes and goes', async () => {
    const run = async (disturb: boolean) => {
      const data = points(8);
      const optimizer = nadam();
      const model = dense();
      await learn(model, optimizer, data);
      model.layers[0]!.trainable = false;
      await learn(model, optimizer, data);
      if (disturb) {
        const other = dense('tanh');
        await learn(other, optimizer, data);
        other.dispose();
        model.compile({ optimizer, loss: 'categoricalCrossentropy' });
        await fitOn(model, data);
      }
      model.layers[0]!.trainable = true;
      const before = await weightsOf(optimizer);
      await learn(model, optimizer, data);
      const [after, values] = [await weightsOf(optimizer), valuesOf(model)];
      optimizer.dispose();
      model.dispose();
      dispose([data.xs, data.ys]);
      return { before, after, values };
    };
    const { before, after } = await run(true);
    expect(before.map(({ name }) => name)).toEqual(after.map(({ name }) => name));
    expect(before).toHaveLength(1 + 4 * 3);
    // The slots of the layer that was frozen, from whatever the other model left: not zeros.
    expect(before[1]!.values.some(x => x !== 0)).toBe(true);
  });

  describe.each([
    ['dispose()', (one: Variable) => one.dispose()],
    ['disposeVariables()', () => disposeVariables()],
  ])('after %s', (_, end) => {
    test.each(['of the same shape', 'of another shape'])(
      'a variable of the same name, %s, begins anew',
      async shape => {
        // What belongs to the optimizer goes on: like a variable that it never saw.
        const goesOn = async (name: string) => {
          const optimizer = adam(0.1);
          const first = six('p');
          for (let t = 1; t <= 3; t++) step(optimizer, t, first);
          end(first);
          const next = make(name, noise(shape === 'of the same shape' ? 6 : 4, 2));
          for (let t = 4; t <= 6; t++) step(optimizer, t, next);
          const [values, weights] = [numbersOf(next), await weightsOf(optimizer)];
          optimizer.dispose();
          next.dispose();
          return { values, weights: weights.map(one => ({ ...one, name: one.name.replace(name, 'p') })) };
        };
        const [actual, expected] = [await goesOn('p'), await goesOn('q')];
        expectBits(actual.values, expected.values, 'p');
        expectSameWeights(actual.weights, expected.weights);
      },
    );

    test('getWeights() has no state of it, with no step in between', async () => {
      const optimizer = adam(0.1);
      const [a, b] = [six('a'), six('b')];
      step(optimizer, 1, a, b);
      expect(await namesIn(optimizer)).toEqual(['iter', 'a/m', 'b/m', 'a/v', 'b/v']);
      end(a);
      const left = b.isDisposed || end.length === 0 ? [] : ['b/m', 'b/v'];
      expect(await namesIn(optimizer)).toEqual(['iter', ...left]);
      optimizer.dispose();
      dispose([a, b]);
    });
  });

  test('a step of others gives it up; they go on, and one that fails changes nothing', async () => {
    let fails = false;
    const run = async (disturb: boolean) => {
      const optimizer = adam(() => {
        if (fails) throw new RangeError('mine');
        return 0.1;
      });
      const [a, b] = [six('a'), six('b')];
      for (let t = 1; t <= 3; t++) step(optimizer, t, a, b);
      if (disturb) {
        a.dispose();
        fails = true;
        expect(() => step(optimizer, 4, b)).toThrow('mine');
        fails = false;
        expect(optimizer.iterations).toBe(3);
      }
      for (let t = 4; t <= 6; t++) step(optimizer, t, b);
      const [values, weights] = [numbersOf(b), await weightsOf(optimizer)];
      optimizer.dispose();
      dispose([a, b]);
      return { values, weights };
    };
    const [expected, actual] = [await run(false), await run(true)];
    expectBits(actual.values, expected.values, 'b');
    expectSameWeights(
      actual.weights,
      expected.weights.filter(({ name }) => !name.startsWith('a/')),
    );
  });

  describe('state of setWeights()', () => {
    /** An optimizer with the weights of three steps of a, b and c, whose variables are gone. */
    const restored = async () => {
      const [giver, optimizer] = [adam(0.1), adam(0.1)];
      const variables = ['a', 'b', 'c'].map(six);
      for (let t = 1; t <= 3; t++) step(giver, t, ...variables);
      await optimizer.setWeights(await giver.getWeights());
      giver.dispose();
      dispose(variables);
      return optimizer;
    };
    const all = ['iter', ...['m', 'v'].flatMap(slot => ['a', 'b', 'c'].map(name => `${name}/${slot}`))];

    test('waits for variables that are made later', async () => {
      const optimizer = await restored();
      expect(await namesIn(optimizer)).toEqual(all);
      const before = await weightsOf(optimizer);
      const [a, b] = [six('a'), six('b')];
      step(optimizer, 4, a, b);
      const c = six('c');
      const after = await weightsOf(optimizer);
      expect(after.map(({ name }) => name)).toEqual(all);
      expectBits(after[3]!.values, before[3]!.values, 'c/m');
      step(optimizer, 5, c);
      expect(await namesIn(optimizer)).toEqual(all);
      optimizer.dispose();
      dispose([a, b, c]);
    });

    test('belongs to the variables of its names from the first step on, also to those that sit it out', async () => {
      const optimizer = await restored();
      const variables = ['a', 'b', 'c'].map(six);
      step(optimizer, 4, variables[0]!, variables[1]!);
      const kept = clone(variables[2]!);
      variables[2]!.dispose();
      const again = variable(kept, true, 'c');
      expect(await namesIn(optimizer)).toEqual(all.filter(name => !name.startsWith('c/')));
      optimizer.dispose();
      dispose([...variables.slice(0, 2), kept, again]);
    });

    test.each([
      ['a suffix', '_1', true],
      ['none', '', true],
      ['two suffixes', undefined, false],
    ])(
      'belongs to variables of the same names but for %s, of which not all take part',
      async (_, suffix, fits) => {
        const [giver, optimizer] = [adam(0.1), adam(0.1)];
        const before = ['a_2', 'b_2', 'c_2'].map(six);
        for (let t = 1; t <= 3; t++) step(giver, t, ...before);
        await optimizer.setWeights(await giver.getWeights());
        const after = ['a', 'b', 'c'].map((name, i) => six(`${name}${suffix ?? `_${4 + i}`}`));
        after.forEach((one, i) => {
          one.assign(before[i]!);
        });
        const go = (one: Optimizer, [a, b, c]: Variable[]) => {
          step(one, 4, b!, a!);
          step(one, 5, c!, a!);
        };
        if (fits) {
          go(giver, before);
          go(optimizer, after);
          after.forEach((one, i) => {
            expectBits(numbersOf(one), numbersOf(before[i]!), one.name);
          });
        } else {
          expect(() => go(optimizer, after)).toThrow('by name or all of them in their order');
        }
        giver.dispose();
        optimizer.dispose();
        dispose([...before, ...after]);
      },
    );

    test('is not taken for that of a variable of another shape', async () => {
      const optimizer = await restored();
      const variables = [six('a'), make('b', noise(4, 1))];
      expect(() => step(optimizer, 4, ...variables)).toThrow('for which setWeights() brought state');
      step(optimizer, 4, variables[0]!);
      expect(await namesIn(optimizer)).toEqual(all);
      optimizer.dispose();
      dispose(variables);
    });
  });
});
