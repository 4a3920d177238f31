// What the user's functions do within a step, or in the loss: make tensors, read and write variables, use the optimizer.
import {
  add,
  clone,
  dispose,
  keep,
  type Optimizer,
  ones,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { ShapeError, StateError } from '../../src/index.js';
import { adam, type LanestepOptimizer, nadam, nesterov } from '../../src/tfjs/index.js';
import { onEach } from './backends.js';
import { make, slope, slopeOf } from './beside.js';
import { expectUndone } from './digest.js';
import { expectBits, noise } from './numbers.js';
import { kinds } from './seven.js';
import { numbersOf } from './weights.js';

type Rate = (t: number) => number;

/** A way to step that asks for gradients, or takes them. */
const makers: readonly (readonly [string, (rate: Rate) => LanestepOptimizer])[] = [
  ['adam', rate => adam(rate)],
  ['nadam', rate => nadam({ lr: rate })],
  ['nesterov', rate => nesterov({ lr: rate })],
];

const loss = (...variables: Variable[]) =>
  tidy(() => variables.map(one => sum(square(one))).reduce((a, b) => add(a, b)) as Scalar);

/** A step of these variables, by minimize(), with what `within` does in the loss. */
const stepOf = (optimizer: Optimizer, variables: Variable[], within = () => {}) =>
  tidy(() => {
    optimizer.minimize(
      () => {
        within();
        return loss(...variables);
      },
      false,
      variables,
    );
  });

const two = () => [make('a', noise(6, 1)), make('b', noise(3, 2))];

onEach(() => {
  describe.each(makers)('a function of the step: %s', (_, made) => {
    /** Eight steps, the second variable from the third on, with what `disturb` does in the function of the step. */
    const run = (disturb: (t: number, variables: Variable[]) => void): Float32Array[] => {
      const variables = two();
      const optimizer = made(t => {
        disturb(t, variables);
        return 0.1 / t;
      });
      for (let t = 1; t <= 8; t++) stepOf(optimizer, t < 3 ? variables.slice(0, 1) : variables);
      const values = variables.map(numbersOf);
      optimizer.dispose();
      dispose(variables);
      return values;
    };

    test('may make tensors, until the memory grows', () => {
      const kept: Tensor[] = [];
      // 20 MB in all: TensorFlow.js' wasm backend begins with 16.
      const values = run(() => kept.push(ones([250_000])));
      expect(kept.length).toBeGreaterThan(8);
      const expected = run(() => {});
      values.forEach((one, i) => {
        expectBits(one, expected[i]!, `variable ${i}`);
      });
      dispose(kept);
    });

    test('gets to see numbers that stay', () => {
      const seen: { readonly read: () => ArrayLike<number>; readonly values: Float32Array }[] = [];
      const copies: Tensor[] = [];
      const expected = run(() => {});
      const values = run((_, [a]) => {
        const [copy, array] = [keep(clone(a!)), a!.dataSync()];
        copies.push(copy);
        seen.push({ read: () => numbersOf(copy), values: numbersOf(a!) });
        seen.push({ read: () => array, values: numbersOf(a!) });
      });
      values.forEach((one, i) => {
        expectBits(one, expected[i]!, `variable ${i}`);
      });
      for (const { read, values: before } of seen) expectBits(read(), before, 'what it saw');
      dispose(copies);
    });

    test('is called once a step, also where a variable is new', () => {
      const asked: number[] = [];
      run(t => asked.push(t));
      expect(asked.slice(-8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    });

    test('may assign a variable before its step', () => {
      // The gradients of minimize() are computed before, but for those at a look-ahead point.
      const [w] = two();
      const rate = (t: number) => {
        if (t === 2) tidy(() => w!.assign(tensor(slope(9)(6))));
        return 0.1;
      };
      const optimizer = made(rate);
      stepOf(optimizer, [w!]);
      const before = numbersOf(w!);
      stepOf(optimizer, [w!]);
      const after = numbersOf(w!);
      // At most a tenth from what it was assigned, and far from what it was.
      expect(Math.abs(after[0]! - slope(9)(6)[0]!)).toBeLessThan(0.5);
      expect(after).not.toEqual(before);
      optimizer.dispose();
      dispose(w!);
    });
  });

  test.each([
    ['the gradient', [ShapeError, 'DETACHED'], (_: Variable, gradient: Tensor) => gradient.dispose()],
    ['the variable', [StateError, 'STATE'], (one: Variable) => one.dispose()],
  ] as const)('a function of the step that disposes %s: the step is refused', (_, [Class, code], end) => {
    const [w] = two();
    const gradient = slopeOf(w!, 1);
    const optimizer = adam(t => {
      if (t === 2) end(w!, gradient);
      return 0.1;
    });
    optimizer.applyGradients({ a: gradient });
    let error: unknown;
    try {
      optimizer.applyGradients({ a: gradient });
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(Class);
    expect(error).toMatchObject({ code: `ERR_LANESTEP_${code}` });
    expect(optimizer.iterations).toBe(1);
    optimizer.dispose();
    dispose([w!, gradient]);
  });

  describe('within a step the optimizer is busy', () => {
    type Use = (optimizer: LanestepOptimizer, variables: Variable[]) => unknown;
    const uses: Record<string, Use> = {
      'applyGradients()': optimizer => optimizer.applyGradients({}),
      'minimize()': (optimizer, variables) => stepOf(optimizer, variables),
      'set()': optimizer => optimizer.set({ gradientScale: 2 }),
      'dispose()': optimizer => optimizer.dispose(),
    };
    const places = [
      'the function of the step',
      'the loss at the look-ahead point',
      'a getter of the gradients',
    ];
    for (const place of places) {
      // `nesterov` has no other way to step than minimize().
      const some = Object.entries(uses).slice(place === places[1] ? 1 : 0);
      describe.each(some)(`${place}: %s`, (_, use) => {
        test.each([
          ['the first', 1],
          ['a later one', 3],
        ])('%s', async (_title, at) => {
          const variables = two();
          let now = () => {};
          const within = () => now();
          const rate = () => {
            if (place === places[0]) within();
            return 0.1;
          };
          const optimizer = place === places[1] ? nesterov({ lr: 0.1 }) : adam(rate);
          const gradients = { a: slopeOf(variables[0]!, 1), b: slopeOf(variables[1]!, 1) };
          const step = () => {
            if (place === places[1]) return stepOf(optimizer, variables, within);
            if (place !== places[2]) return optimizer.applyGradients(gradients);
            return optimizer.applyGradients(
              Object.defineProperty({ ...gradients }, 'a', {
                enumerable: true,
                get() {
                  within();
                  return gradients.a;
                },
              }),
            );
          };
          for (let t = 1; t < at; t++) step();
          const attempt = () => {
            now = () => use(optimizer, variables);
            try {
              step();
            } finally {
              now = () => {};
            }
          };
          await expectUndone(optimizer, attempt, [StateError, 'BUSY', 'between steps']);
          for (let t = at; t <= 4; t++) step();
          expect(optimizer.iterations).toBe(4);
          optimizer.dispose();
          dispose([variables, gradients]);
        });
      });
    }
  });

  test.each(kinds)(
    'a step within the loss of another is the first of two, as in stock: $title',
    ({ stock, ours }) => {
      const run = (made: () => Optimizer) => {
        const variables = two();
        const optimizer = made();
        const [a, b] = variables;
        const after: Float32Array[] = [];
        for (let t = 1; t <= 4; t++) {
          // Before and after what the loss is made of is read.
          if (t % 2) stepOf(optimizer, [a!, b!], () => stepOf(optimizer, variables));
          else
            tidy(() => {
              optimizer.minimize(
                () => {
                  const before = loss(...variables);
                  stepOf(optimizer, variables);
                  return add(before, loss(...variables)) as Scalar;
                },
                false,
                variables,
              );
            });
          after.push(...variables.map(numbersOf));
        }
        expect(optimizer.iterations).toBe(8);
        optimizer.dispose();
        dispose(variables);
        return after;
      };
      const expected = run(stock);
      run(ours).forEach((values, i) => {
        expectBits(values, expected[i]!, `${i}`);
      });
    },
  );
});
