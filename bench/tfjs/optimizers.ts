/** The optimizers of `tf.train` that are raced, as TensorFlow.js and `lanestep/tfjs` both make them. */
import type { Optimizer } from '@tensorflow/tfjs-core';
import type { Settings } from 'lanestep/tfjs';

type Maker = 'sgd' | 'momentum' | 'adagrad' | 'adadelta' | 'adam' | 'adamax' | 'rmsprop';

/** What `tf.train` and `lanestep/tfjs` have in common. */
export type Train = Readonly<Record<Maker, (...args: never[]) => Optimizer>>;

/** An optimizer in one of its forms. */
export interface Raced {
  /** `adam`, `rmsprop centered`. */
  readonly name: string;
  readonly maker: Maker;
  /** All that `tf.train` takes, its own defaults where it has some. What it does not have would come after these. */
  readonly args: readonly unknown[];
}

const raced = (name: string, args: readonly unknown[]): Raced => ({
  name,
  maker: name.split(' ')[0] as Maker,
  args,
});

/** Adam is the one that is raced at every size. */
export const adam = raced('adam', [0.001, 0.9, 0.999, null]);

/** All seven, and two of them in their other form. */
export const optimizers: readonly Raced[] = [
  raced('sgd', [0.01]),
  raced('momentum', [0.01, 0.9, false]),
  raced('momentum nesterov', [0.01, 0.9, true]),
  raced('adagrad', [0.01, 0.1]),
  raced('adadelta', [0.001, 0.95, null]),
  adam,
  raced('adamax', [0.002, 0.9, 0.999, null, 0]),
  raced('rmsprop', [0.001, 0.9, 0, null, false]),
  raced('rmsprop centered', [0.001, 0.9, 0, null, true]),
];

/** @param settings what lanestep takes beyond TensorFlow.js' arguments */
export function make(train: Train, { maker, args }: Raced, settings?: Settings): Optimizer {
  const given = settings ? [...args, settings] : args;
  return (train[maker] as (...args: readonly unknown[]) => Optimizer)(...given);
}
