// wrap() computes what lanestep's own class computes over plain arrays.
import {
  add,
  dispose,
  grads,
  mean,
  mul,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  tanh,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { Adam, OptionError } from '../../src/index.js';
import { MovingAverage } from '../../src/moving-average.js';
import { Optimizer } from '../../src/optimizer.js';
import { TfjsAdam } from '../../src/rules/tfjs-adam.js';
import type { LanestepOptimizer } from '../../src/tfjs/index.js';
import * as own from '../../src/tfjs/own.js';
import { wrap } from '../../src/tfjs/wrap.js';
import { onEachPair } from './backends.js';
import { asking, classNames, direct, every } from './classes.js';
import { expectBits } from './numbers.js';
import { byList, gradientsAt, makeVariables, names, shapes, sitsOut } from './runs.js';
import { numbersOf, weightsOf } from './weights.js';

test('every class of the package is wrapped here', () => {
  expect([...new Set(every.map(({ name }) => name))].sort()).toEqual([...classNames].sort());
});

/** A loss of all variables. */
const loss = (tensors: readonly Tensor[]): Scalar =>
  tidy(
    () =>
      tensors
        .map((one, i) => (i % 2 ? sum(square(sub(one, i))) : mean(mul(tanh(one), 3))))
        .reduce((a, b) => add(a, b)) as Scalar,
  );

onEachPair(settings => {
  test.each(direct)('$title', async ({ wrapped, plain, shaped, ofRows, byCount }) => {
    const variables = makeVariables();
    const params = variables.map(numbersOf);
    const known = shaped ? { shapes: names.map(name => shapes[name]) } : {};
    const [optimizer, other] = [wrapped(settings), plain(params, { ...settings, ...known })];
    for (let t = 1; t <= 40; t++) {
      byList()(optimizer, t, variables);
      other.step(gradientsAt(t).map((gradient, i) => (sitsOut(i, t) ? null : gradient)));
      variables.forEach((variable, i) => {
        expectBits(numbersOf(variable), params[i]!, `step ${t}, ${names[i]}`);
      });
    }

    // Its weights are the slots: the first of all variables, the next of all …
    const { state, model } = other.stateDict();
    const [iter, ...weights] = await weightsOf(optimizer);
    expect([...iter!.values]).toEqual([40]);
    // Of matrices there may be others, which are behind those of the rest.
    const slots = [...new Set([...other.slots[1]!, ...other.slots[0]!])];
    expect(weights.map(({ name }) => name)).toEqual(
      // Without a slot or a scalar there is nothing to go on from.
      (slots.length + other.scalars[0]!.length > 0 || byCount ? [...slots, 'clock'] : []).flatMap(slot =>
        names.map(name => `${name}/${slot}`),
      ),
    );
    slots.forEach((slot, k) => {
      names.forEach((name, i) => {
        const { shape, values } = weights[k * names.length + i]!;
        const own = shapes[name]!;
        expect(shape).toEqual(ofRows.includes(slot) && own.length > 1 ? [...own.slice(0, -1), 1] : own);
        const there = other.slots[i]!.includes(slot);
        const wanted = there ? (state[i]![slot] as Float32Array) : new Float32Array(values.length);
        expectBits(values, wanted, `${name}/${slot}`);
      });
    });
    // A clock holds the doubles of a state: the step count, then its scalars, and those of the model; and the variable's shape,
    // where no slot says it.
    for (const { name, values } of weights.filter(({ dtype }) => dtype === 'int32')) {
      const variable = names.find(one => name === `${one}/clock`)!;
      const { step, ...rest } = state[names.indexOf(variable)]!;
      const scalars = Object.values(rest).filter(value => typeof value === 'number');
      const shape = slots.length === 0 ? shapes[variable]! : [];
      const doubles = [step, ...scalars, ...Object.values(model ?? {}), ...shape];
      expect([...new Float64Array(values.buffer)]).toEqual(doubles);
    }
    other.dispose();
    optimizer.dispose();
    dispose(variables);
  });

  describe('at the look-ahead point', () => {
    test.each(asking)('$title', ({ wrapped, plain }) => {
      const variables = makeVariables();
      const params = variables.map(numbersOf);
      const [optimizer, other] = [wrapped(settings), plain(params, settings)];
      const gradientsThere = () =>
        tidy(() => {
          const at = params.map((values, i) => tensor(values.slice(), shapes[names[i]!]!));
          return grads((...given: Tensor[]) => loss(given))(at).map(numbersOf);
        });
      for (let t = 1; t <= 20; t++) {
        optimizer.minimize(() => loss(variables), false, variables);
        other.step(gradientsThere);
        variables.forEach((variable, i) => {
          expectBits(numbersOf(variable), params[i]!, `step ${t}, ${names[i]}`);
        });
      }
      optimizer.dispose();
      dispose(variables);
    });
  });
});

describe('wrap', () => {
  test('has short names for some', () => {
    for (const [short, made] of Object.entries(own)) {
      const make = made as (options: object) => LanestepOptimizer;
      const [plain, given] = [make({ backend: 'wasm' }), make({ backend: 'wasm', lr: 0.25 })];
      const name = classNames.find(one => one.toLowerCase() === short.toLowerCase());
      expect(plain.getClassName()).toBe(`Lanestep.${name}`);
      expect(given.learningRate).toBe(0.25);
      plain.dispose();
      given.dispose();
    }
  });

  test.each([
    ['an average', MovingAverage],
    ['a drop-in', TfjsAdam],
    ['the base class', Optimizer],
    ['a class derived from one', class extends Adam {}],
    ['a name', 'Adam'],
    ['nothing', undefined],
  ])('refuses %s', (_, given) => {
    expect(() => wrap(given as never)).toThrow(OptionError);
    expect(() => wrap(given as never)).toThrow(/^Expected one of lanestep's classes .*\bAdadelta, /);
  });
});
