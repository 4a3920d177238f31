// Tensors that share their numbers: gradients with each other and with variables, and variables with variables.
import {
  clone,
  dispose,
  reshape,
  slice,
  type Tensor,
  tensor,
  type Variable,
  variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/index.js';
import { SGD } from '../../src/rules/sgd.js';
import { wrap } from '../../src/tfjs/index.js';
import { onEachPair } from './backends.js';
import { Beside, besideAdam, make, slope, slopeOf } from './beside.js';
import { expectUndone } from './digest.js';
import { expectBits, noise } from './numbers.js';
import { numbersOf } from './weights.js';

/** Two variables of six and one of three. */
const three = () => [make('a', noise(6, 1)), make('b', noise(6, 2)), make('c', noise(3, 3))] as const;

onEachPair(given => {
  describe.each([true, false])('inPlace: %s', inPlace => {
    const settings = { ...given, inPlace };

    test('gradients are only read', () => {
      const [a, b, c] = three();
      const beside = besideAdam([a, b, c], { ...settings, gradientScale: 0.3, maximize: true });
      const decaying = new Beside(
        wrap(SGD, { lr: 0.1, momentum: 0.9, weightDecay: 0.1, ...settings }),
        params => new SGD(params, { lr: 0.1, momentum: 0.9, weightDecay: 0.1, backend: given.backend }),
        [a, b, c],
      );
      for (let t = 1; t <= 4; t++) {
        const gradients = [a, b, c].map(one => slopeOf(one, t));
        const map = { a: gradients[0]!, b: gradients[1]!, c: gradients[2]! };
        beside.step(map);
        decaying.follow();
        decaying.step(map);
        beside.follow();
        gradients.forEach((one, i) => {
          expectBits(one.dataSync(), slope(t)([6, 6, 3][i]!), `gradient ${i} at step ${t}`);
        });
        dispose(gradients);
      }
      beside.dispose();
      decaying.dispose();
      dispose([a, b, c]);
    });

    test('one gradient for two variables, as itself and as a clone', () => {
      const [a, b, c] = three();
      const beside = besideAdam([a, b, c], settings);
      for (let t = 1; t <= 4; t++) {
        const [gradient, other] = [slopeOf(a, t), slopeOf(c, t)];
        const copy = clone(gradient);
        beside.step({ a: gradient, b: t % 2 ? gradient : copy, c: other });
        dispose([gradient, copy, other]);
      }
      beside.dispose();
      dispose([a, b, c]);
    });

    const gradients: Record<string, (a: Variable, b: Variable) => Tensor> = {
      'the variable itself': a => a,
      'a clone of the variable itself': a => clone(a),
      'another variable': (_, b) => b,
      'a clone of another variable': (_, b) => clone(b),
      'a slice of another variable, of all of it': (_, b) => slice(b, [0], [6]),
    };
    describe.each(Object.entries(gradients))('a gradient that is %s', (_, gradientOf) => {
      test.each(['a', 'a and b', 'a and c'])('for %s', who => {
        const [a, b, c] = three();
        const beside = besideAdam([a, b, c], settings);
        beside.stepWith(slope(1));
        for (let t = 2; t <= 5; t++) {
          const gradient = gradientOf(a, b);
          const others = { b: slopeOf(b, t), c: slopeOf(c, t) };
          beside.step({
            a: gradient,
            ...(who.endsWith('b') ? { b: others.b } : {}),
            ...(who.endsWith('c') ? { c: others.c } : {}),
          });
          if (gradient !== a && gradient !== b) gradient.dispose();
          dispose([others.b, others.c]);
          beside.stepWith(slope(t));
        }
        beside.dispose();
        dispose([a, b, c]);
      });
    });

    test.each([[true], [false]])('a gradient that is a part of another variable, which steps: %s', steps => {
      const [a, b, c] = three();
      const beside = besideAdam([a, b, c], settings);
      beside.stepWith(slope(1));
      for (let t = 2; t <= 4; t++) {
        const [part, other] = [slice(a, [2], [3]), slopeOf(a, t)];
        beside.step(steps ? { a: other, c: part } : { c: part });
        dispose([part, other]);
      }
      beside.dispose();
      dispose([a, b, c]);
    });

    test('a gradient that is a variable which is updated before: TensorFlow.js would read what it becomes', async () => {
      const [a, b, c] = three();
      const beside = besideAdam([a, b, c], settings);
      beside.stepWith(slope(1));
      const [gradient, copy] = [slopeOf(b, 2), clone(b)];
      await expectUndone(beside.optimizer, () => beside.optimizer.applyGradients({ b: gradient, a: b }), [
        ShapeError,
        'ALIAS',
        'clone()',
      ]);
      beside.step({ b: gradient, a: copy });
      beside.dispose();
      dispose([a, b, c, gradient, copy]);
    });

    test('a gradient that is what a variable was', () => {
      const [a, b, c] = three();
      const beside = besideAdam([a, b, c], settings);
      beside.stepWith(slope(1));
      const was = clone(a);
      for (let t = 2; t <= 4; t++) beside.step({ a: was, b: was });
      beside.step({ b: was });
      was.dispose();
      beside.dispose();
      dispose([a, b, c]);
    });

    test('variables and a gradient that begin in one array of the user’s', () => {
      const array = noise(6, 1);
      const [a, b] = ['a', 'b'].map(name => {
        const value = tensor(array);
        const made = variable(value, true, name);
        value.dispose();
        return made;
      });
      const gradient = tensor(array);
      const beside = besideAdam([a!, b!], settings);
      for (let t = 1; t <= 3; t++) beside.step(t === 2 ? { a: gradient } : { a: gradient, b: gradient });
      expectBits(array, noise(6, 1), 'the array');
      beside.dispose();
      dispose([a!, b!, gradient]);
    });

    describe('a variable that is assigned another’s numbers', () => {
      test.each(['a', 'b', 'a and b', 'b, then a', 'a, then b'])('and then steps: %s', order => {
        const [a, b, c] = three();
        const beside = besideAdam([a, b, c], settings);
        const step = (who: string, t: number) =>
          beside.stepWith(slope(t), ...(who === 'a' ? [a] : who === 'b' ? [b] : [a, b]));
        beside.stepWith(slope(1));
        beside.stepWith(slope(2));
        b.assign(a);
        beside.follow();
        for (const who of order.split(', then ')) step(who, 3);
        for (let t = 4; t <= 5; t++) beside.stepWith(slope(t));
        beside.dispose();
        dispose([a, b, c]);
      });
    });

    test.each(['with it', 'alone', 'after another'])(
      'a variable that is made of a part of another, and steps %s',
      how => {
        const [a, b, c] = three();
        const beside = besideAdam([a, b, c], settings);
        for (let t = 1; t <= 2; t++) beside.stepWith(slope(t));
        const part = slice(a, [2], [3]);
        c.assign(part);
        part.dispose();
        beside.follow();
        if (how === 'after another') beside.stepWith(slope(3), b);
        if (how === 'alone') for (let t = 3; t <= 5; t++) beside.stepWith(slope(t), c);
        for (let t = 6; t <= 8; t++) beside.stepWith(slope(t));
        beside.dispose();
        dispose([a, b, c]);
      },
    );

    test('a new variable out of the numbers of one that sits out', () => {
      const a = make('a', noise(6, 1), [2, 3]);
      const beside = besideAdam([a], settings);
      beside.stepWith(slope(1));
      const flat = reshape(a, [6]);
      const made = variable(flat, true, 'made');
      flat.dispose();
      const [before, values] = [numbersOf(a), numbersOf(made)];
      const gradient = tensor(slope(2)(6));
      beside.optimizer.applyGradients({ made: gradient });
      expectBits(numbersOf(a), before, 'a');
      expect(numbersOf(made)).not.toEqual(values);
      gradient.dispose();
      beside.dispose();
      dispose([a, made]);
    });
  });
});
