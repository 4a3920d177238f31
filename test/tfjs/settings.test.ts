// What can be set: learning rates, as in stock; functions of the step, and the stages, as over plain arrays.
import { dispose, type Optimizer } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cosine, OptionError } from '../../src/index.js';
import { SGD } from '../../src/rules/sgd.js';
import { TfjsMomentum } from '../../src/rules/tfjs-momentum.js';
import { type LanestepOptimizer, momentum, rmsprop, type Settings, sgd, wrap } from '../../src/tfjs/index.js';
import { onEachPair } from './backends.js';
import { direct } from './classes.js';
import { expectUndone } from './digest.js';
import { expectBits } from './numbers.js';
import { mirrors, type Plain } from './plain.js';
import {
  byList,
  expectSameRun,
  gradientsAt,
  makeVariables,
  names,
  run,
  type Step,
  sitsOut,
  stepOf,
} from './runs.js';
import { kinds, type Twins } from './seven.js';
import { numbersOf } from './weights.js';

interface Rated extends Optimizer {
  learningRate: number;
  setLearningRate(lr: number): void;
}

/** The way to set a learning rate that stock takes notice of. */
const setRate = ({ name }: Twins, optimizer: Optimizer, lr: number): void => {
  if (name === 'sgd' || name === 'momentum') (optimizer as Rated).setLearningRate(lr);
  else (optimizer as Rated).learningRate = lr;
};

/** Steps beside plain arrays; `between` may set what it likes in both. */
function beside(
  optimizer: LanestepOptimizer,
  make: (params: Float32Array[]) => Plain,
  between: (t: number, one: LanestepOptimizer, other: Plain) => void = () => {},
): void {
  const variables = makeVariables();
  const params = variables.map(numbersOf);
  const other = make(params);
  for (let t = 1; t <= 12; t++) {
    byList()(optimizer, t, variables);
    other.step(gradientsAt(t).map((gradient, i) => (sitsOut(i, t) ? null : gradient)));
    variables.forEach((variable, i) => {
      expectBits(numbersOf(variable), params[i]!, `step ${t}, ${names[i]}`);
    });
    between(t, optimizer, other);
  }
  optimizer.dispose();
  other.dispose();
  dispose(variables);
}

onEachPair(given => {
  const { backend } = given;

  test.each(kinds)('a learning rate set between steps, as in stock: $title', async twins => {
    const step: Step = (optimizer, t, variables) => {
      if (t % 4 === 0) setRate(twins, optimizer, 0.3 / t);
      byList()(optimizer, t, variables);
      if (t % 4 === 0) expect((optimizer as Rated).learningRate).toBe(0.3 / t);
    };
    const expected = await run(twins.stock, step, 12);
    expectSameRun(await run(() => twins.ours(given), step, 12), expected);
  });

  describe.each(mirrors)('$title', ({ ours, plain }) => {
    const lr = cosine({ lr: 0.1, tMax: 10 });
    const both = (rate: Parameters<typeof ours>[0], settings?: Settings) =>
      beside(ours(rate, { ...given, ...settings }), params => plain(params, rate, { ...settings, backend }));

    test('a function of the step', () => both(lr));
    test('gradientScale', () => both(0.1, { gradientScale: 1 / 3 }));
    test('gradientScale as a function of the step', () => both(0.1, { gradientScale: t => 1 / t }));
    test('maximize', () => both(lr, { maximize: true, gradientScale: 0.5 }));
    test('all of them later', () =>
      beside(
        ours(0.1, given),
        params => plain(params, 0.1, { backend }),
        (t, one, other) => {
          const change = [{ lr }, { maximize: true }, { gradientScale: 2, lr: 0.2 }][t / 3 - 1] ?? {};
          one.set(change);
          other.set(change);
        },
      ));
  });

  test.each(direct.filter(({ title }) => title.endsWith('{}') || title.includes('weightDecay')))(
    'functions of the step and stages: $title',
    ({ wrapped, plain }) => {
      const settings = { lr: (t: number) => 0.02 / t, gradientScale: (t: number) => t / 2, maximize: true };
      beside(wrapped({ ...settings, ...given }), params => plain(params, { ...settings, backend }));
    },
  );

  test('options by their names, between steps', () =>
    beside(
      momentum(0.1, 0.5, false, given),
      params => new TfjsMomentum(params, { lr: 0.1, momentum: 0.5, backend }),
      (t, one, other) => {
        one.set({ momentum: t / 20 });
        other.set({ momentum: t / 20 });
      },
    ));

  test('weight decay of a wrapped one, between steps', () =>
    beside(
      wrap(SGD, { lr: 0.1, ...given }),
      params => new SGD(params, { lr: 0.1, backend }),
      (t, one, other) => {
        one.set({ weightDecay: t / 20 });
        other.set({ weightDecay: t / 20 });
      },
    ));

  test('a momentum that stock is told of by setMomentum() is used by neither', async () => {
    const twins = kinds.find(({ name }) => name === 'momentum')!;
    const step: Step = (optimizer, t, variables) => {
      if (t === 3) (optimizer as unknown as { setMomentum(to: number): void }).setMomentum(0.1);
      byList()(optimizer, t, variables);
    };
    const expected = await run(twins.stock, step, 8);
    expectSameRun(await run(() => twins.ours(given), step, 8), expected);
  });

  test('backend() says what runs it', () => {
    const optimizer = sgd(0.1, given);
    expect(optimizer.backend().name).toBe(backend);
    optimizer.dispose();
  });

  test('the learning rate that was: at the first step, then of the last; once set, of the next', () => {
    const optimizer = sgd(t => 1 / t, given);
    const variables = makeVariables();
    expect(optimizer.learningRate).toBe(1);
    for (let t = 1; t <= 4; t++) {
      byList()(optimizer, t, variables);
      expect(optimizer.learningRate).toBe(1 / t);
    }
    optimizer.learningRate = 0.75;
    expect(optimizer.learningRate).toBe(0.75);
    optimizer.setLearningRate(t => t);
    expect(optimizer.learningRate).toBe(5);
    optimizer.dispose();
    dispose(variables);
  });

  test('a function of the step need not know steps that are past, also when a variable is new', () => {
    const optimizer = sgd(0.1, given);
    const variables = makeVariables();
    for (let t = 1; t <= 3; t++) stepOf(optimizer, ['w']);
    // Infinite at step 1.
    optimizer.learningRate = t => 1 / (t - 1);
    stepOf(optimizer, ['w']);
    stepOf(optimizer, ['w', 'b']);
    expect(optimizer.learningRate).toBe(1 / 4);
    optimizer.dispose();
    dispose(variables);
  });

  test('what cannot be set is refused, and nothing is changed', async () => {
    const optimizer: LanestepOptimizer = rmsprop(0.1, 0.9, 0, null, false, given);
    const variables = makeVariables();
    byList()(optimizer, 1, variables);
    const attempts: (() => void)[] = [
      () => optimizer.set({ lr: 0.5, alpha: 1 }),
      () => optimizer.set({ lr: 0.5, beta: 0.5 }),
      () => optimizer.set({ lr: 0.5, learningRate: 0.5 }),
      () => optimizer.set({ learningRate: 0.5, decay: 1 }),
      () => optimizer.set({ lr: 0.5, centered: true }),
      () => optimizer.set(null as never),
      () => {
        optimizer.learningRate = Number.NaN;
      },
      () => optimizer.setLearningRate('0.1' as never),
      () => optimizer.setLearningRate(() => Number.POSITIVE_INFINITY),
    ];
    for (const attempt of attempts) await expectUndone(optimizer, attempt, [OptionError, 'OPTION']);
    optimizer.dispose();
    dispose(variables);
  });
});
