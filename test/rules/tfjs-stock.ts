/** Steps beside stock TensorFlow.js: after each of them every weight, slot and scalar must have the same bits. */
import { createRequire } from 'node:module';
import type { Optimizer, Variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FloatArray, ParameterState } from '../../src/index.js';
import { expectBits, oursOf, type TfjsName } from './tfjs-golden.js';
import { construct, type Hypers, onEachBackend, type Trainer, type TrainerClass } from './trajectory.js';

// Required, not imported: a second copy of core would have no backend.
const require = createRequire(import.meta.url);
const tf: typeof import('@tensorflow/tfjs-core') = require('@tensorflow/tfjs-core');
require('@tensorflow/tfjs-backend-cpu');

/** The arguments of `tf.train`'s functions, in their order. */
const signatures: Readonly<Record<TfjsName, readonly string[]>> = {
  sgd: ['learningRate'],
  momentum: ['learningRate', 'momentum', 'useNesterov'],
  adagrad: ['learningRate', 'initialAccumulatorValue'],
  adadelta: ['learningRate', 'rho', 'epsilon'],
  adam: ['learningRate', 'beta1', 'beta2', 'epsilon'],
  adamax: ['learningRate', 'beta1', 'beta2', 'epsilon', 'decay'],
  rmsprop: ['learningRate', 'decay', 'momentum', 'epsilon', 'centered'],
};

// One element; a whole vector and a tail on every instruction set; and some vectors.
const lengths = [1, 37, 133];
const steps = 300;

type NamedTensor = Awaited<ReturnType<Optimizer['getWeights']>>[number];

/** A random number in [0, 1), the same ones for the same seed. */
function randomFrom(seed: number): () => number {
  let x = seed >>> 0;
  return () => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return x / 2 ** 32;
  };
}

const signed = (random: () => number): number => 2 * random() - 1;

/** What an element's gradients look like: each kind where it has elements of its own, for a NaN stays where it is. */
const kinds: readonly ((random: () => number, t: number) => number)[] = [
  random => signed(random),
  random => 0.3 + 0.1 * signed(random),
  random => signed(random) * 1e-6,
  random => signed(random) * 10 ** (4 * random() - 2),
  random => (random() < 0.9 ? 0 : signed(random)),
  // Denormals, and what becomes one when it is squared.
  random => signed(random) * 10 ** (-45 + 25 * random()),
  random => signed(random) * 10 ** (76 * random() - 38),
  random => (random() < 0.5 ? -0 : signed(random) * 100),
  // From some step on as large as there is; then infinite, or none at all.
  (random, t) => (t < 100 ? signed(random) : signed(random) * 3.4e38),
  (random, t) => (t % 97 === 96 ? (random() < 0.5 ? 1 : -1) * Number.POSITIVE_INFINITY : signed(random)),
  (random, t) => (t % 71 === 70 ? Number.NaN : signed(random)),
];
// The kinds whose weights must come through with a number.
const lively = [0, 1, 3];

/** The gradients of step t; null where a variable sits it out: one begins late, another pauses. */
function gradientsOf(t: number, random: () => number): (Float32Array | null)[] {
  return lengths.map((length, i) => {
    const list = Float32Array.from({ length }, (_, k) => kinds[k % kinds.length]!(random, t));
    return (i === 1 && t <= 3) || (i === 2 && t % 7 === 5) ? null : list;
  });
}

/** A stock optimizer and the variables that it trains. */
class Stock {
  readonly variables: readonly Variable[];
  readonly #optimizer: Optimizer;

  constructor(name: TfjsName, hyper: Hypers, start: readonly Float32Array[]) {
    const given = signatures[name].map(key => hyper[key] ?? undefined);
    expect(Object.keys(hyper).filter(key => !signatures[name].includes(key))).toEqual([]);
    this.#optimizer = (tf.train[name] as (...given: unknown[]) => Optimizer)(...given);
    // A copy: the backend keeps the array that it is given.
    this.variables = start.map(values => tf.variable(tf.tensor1d(values.slice())));
  }

  step(gradients: readonly (Float32Array | null)[]): void {
    // Always the whole list: the state of stock goes by the place in it.
    const list = gradients.map((values, i) => ({
      name: this.variables[i]!.name,
      tensor: values && tf.tensor1d(values),
    }));
    this.#optimizer.applyGradients(list as NamedTensor[]);
    for (const { tensor } of list) tensor?.dispose();
  }

  /** The slots of each variable by the last part of their names, which are ours. */
  async slots(): Promise<Record<string, Float32Array>[]> {
    const slots: Record<string, Float32Array>[] = this.variables.map(() => ({}));
    for (const { i, slot, tensor } of await this.#named()) slots[i]![slot] = tensor.dataSync<'float32'>();
    return slots;
  }

  /** Puts numbers into the slots. */
  async load(slots: readonly Record<string, Float32Array>[]): Promise<void> {
    const weights = (await this.#named()).map(({ name, i, slot }) => ({
      name,
      tensor: tf.tensor1d(slots[i]![slot]!),
    }));
    await this.#optimizer.setWeights([{ name: 'iter', tensor: tf.scalar(0) }, ...weights]);
  }

  // Its slots in its own order, each with the place of its variable.
  async #named() {
    return (await this.#weights()).map(({ name, tensor }) => {
      const [variable, slot] = name.split('/') as [string, string];
      return { name, tensor, slot, i: this.variables.findIndex(one => one.name === variable) };
    });
  }

  async #weights(): Promise<NamedTensor[]> {
    // Adamax has no getWeights.
    const { accumulatedFirstMoment: m, accumulatedWeightedInfNorm: v } = this.#optimizer as unknown as Record<
      string,
      { originalName: string; variable: Variable }[] | undefined
    >;
    if (m && v) return [...m, ...v].map(slot => ({ name: slot.originalName, tensor: slot.variable }));
    const [iterations, ...weights] = await this.#optimizer.getWeights();
    iterations!.tensor.dispose();
    return weights;
  }

  /** What it keeps in float32 beside the slots, under our names. */
  scalars(): Record<string, number> {
    const { accBeta1, accBeta2 } = this.#optimizer as unknown as Record<string, Variable | undefined>;
    return {
      ...(accBeta1 && { acc_beta1: accBeta1.dataSync()[0]! }),
      ...(accBeta2 && { acc_beta2: accBeta2.dataSync()[0]! }),
    };
  }

  dispose(): void {
    this.#optimizer.dispose();
    tf.dispose([...this.variables]);
  }
}

/** All of both, bit for bit. */
async function expectSame(
  stock: Stock,
  trainer: Trainer,
  params: readonly FloatArray[],
  t: number,
): Promise<void> {
  const { state } = trainer.stateDict();
  const slots = await stock.slots();
  const scalars = stock.scalars();
  params.forEach((param, i) => {
    expectBits(param, stock.variables[i]!.dataSync(), `step ${t}, params[${i}]`);
    // A variable that never had a gradient has zeros in stock, and no entry here.
    const { step: _step, ...own }: Partial<ParameterState> = state[i] ?? {};
    if (state[i]) expect(Object.keys(own).sort()).toEqual(Object.keys({ ...slots[i], ...scalars }).sort());
    for (const [name, values] of Object.entries(slots[i]!)) {
      const slot = (own[name] ?? new Float32Array(param.length)) as FloatArray;
      expectBits(slot, values, `step ${t}, ${name} of params[${i}]`);
    }
    for (const [name, value] of Object.entries(scalars)) expect(own[name], `step ${t}, ${name}`).toBe(value);
  });
}

interface Options {
  /** In TensorFlow.js' words. */
  readonly table: readonly Hypers[];
  /** Its state is slots and nothing else, so that other numbers can be put into them on the way. */
  readonly loads?: boolean;
}

/** Registers a test for each hyper of the table and backend: hundreds of steps side by side with `tf.train[name]`. */
export function stepsLikeStock(name: TfjsName, Class: TrainerClass, { table, loads = false }: Options): void {
  describe(`the bits of tf.train.${name}`, () => {
    beforeAll(async () => {
      tf.enableProdMode();
      expect(await tf.setBackend('cpu')).toBe(true);
    });

    onEachBackend(backend => {
      const begin = (hyper: Hypers, seed: number) => {
        const random = randomFrom(seed);
        const params = lengths.map(length => Float32Array.from({ length }, () => 3 * signed(random)));
        const stock = new Stock(name, hyper, params);
        const trainer = construct(Class, params, { ...oursOf(name, hyper), backend });
        const step = async (t: number): Promise<void> => {
          const gradients = gradientsOf(t, random);
          stock.step(gradients);
          trainer.step(gradients as never);
          await expectSame(stock, trainer, params, t);
        };
        return { random, params, stock, trainer, step };
      };

      test.each(table.map((hyper, i) => [JSON.stringify(hyper), hyper, i] as const))(
        '%s',
        async (_, hyper, seed) => {
          const { params, stock, trainer, step } = begin(hyper, seed + 1);
          const start = params.map(param => param.slice());
          for (let t = 1; t <= steps; t++) await step(t);
          // What became NaN everywhere would agree with anything.
          params.forEach((param, i) => {
            for (let k = 0; k < param.length; k++) {
              if (!lively.includes(k % kinds.length)) continue;
              expect(param[k], `params[${i}][${k}]`).not.toBeNaN();
              expect(param[k], `params[${i}][${k}]`).not.toBe(start[i]![k]);
            }
          });
          stock.dispose();
          trainer.dispose();
        },
      );

      if (loads)
        test('from whatever is in the slots', async () => {
          for (const [seed, hyper] of table.entries()) {
            const { random, params, stock, trainer, step } = begin(hyper, seed + 100);
            for (let t = 1; t <= 5; t++) await step(t);
            const dict = trainer.stateDict();
            const slots = params.map((param, i) =>
              Object.fromEntries(
                Object.keys(dict.state[i]!)
                  .filter(key => key !== 'step')
                  .map(key => [key, Float32Array.from(param, () => 5 * random())]),
              ),
            );
            await stock.load(slots);
            slots.forEach((slot, i) => {
              Object.assign(dict.state[i]!, slot);
            });
            trainer.loadStateDict(dict);
            for (let t = 6; t <= 30; t++) await step(t);
            stock.dispose();
            trainer.dispose();
          }
        });
    });
  });
}
