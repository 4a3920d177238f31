/**
 * The optimizers of TensorFlow.js as they come, on whichever of its backends was set up. A step is one `applyGradients`; the
 * gradients are tensors already, as they are in training.
 */
import { createRequire } from 'node:module';
import type { Optimizer } from '@tensorflow/tfjs-core';
import type { Prepare, Task } from './contestant.js';
import { gradientsOf, startOf } from './data.js';
import { gradientScaleOf, isSet, numberOf, weightDecayOf } from './options.js';

export type Tfjs = typeof import('@tensorflow/tfjs-core');

const require = createRequire(import.meta.url);

/** A package of TensorFlow.js, or why there is none. They are required, not imported: a second copy of core has no backend. */
export function packageOf<T>(name: string): T | string {
  try {
    return require(name) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    return `is not installed: ${name}`;
  }
}

/** Where a file of a package lies. */
export const resolve = (file: string): string => require.resolve(file);

const two = (task: Task) => [numberOf(task, 'beta1'), numberOf(task, 'beta2')] as const;

/** What each is made of, or what it lacks for the task. `tf.train` has these seven. */
const makers: Readonly<Record<string, (train: Tfjs['train'], task: Task) => Optimizer | string>> = {
  SGD(train, task) {
    const momentum = numberOf(task, 'momentum');
    if (momentum === 0) return train.sgd(numberOf(task, 'lr'));
    if (numberOf(task, 'dampening') !== 0) return 'has no dampening';
    return train.momentum(numberOf(task, 'lr'), momentum, isSet(task, 'nesterov'));
  },
  Adagrad(train, task) {
    if (numberOf(task, 'lrDecay') !== 0) return 'has no lrDecay';
    return train.adagrad(numberOf(task, 'lr'), numberOf(task, 'initialAccumulatorValue'));
  },
  Adadelta: (train, task) =>
    train.adadelta(numberOf(task, 'lr'), numberOf(task, 'rho'), numberOf(task, 'eps')),
  RMSprop(train, task) {
    // It takes eps from the variance where it should add it: NaN as soon as the gradient hardly changes.
    if (isSet(task, 'centered')) return 'has no centered RMSprop that gives numbers';
    const [lr, alpha, eps] = [numberOf(task, 'lr'), numberOf(task, 'alpha'), numberOf(task, 'eps')];
    return train.rmsprop(lr, alpha, numberOf(task, 'momentum'), eps);
  },
  Adam(train, task) {
    if (isSet(task, 'amsgrad')) return 'has no AMSGrad';
    return train.adam(numberOf(task, 'lr'), ...two(task), numberOf(task, 'eps'));
  },
  Adamax: (train, task) => train.adamax(numberOf(task, 'lr'), ...two(task), numberOf(task, 'eps')),
};

/** What TensorFlow.js lacks for every optimizer alike. */
function lacking(task: Task): string | null {
  if (task.dtype === 'float64') return 'has no float64';
  if (!Object.hasOwn(makers, task.optimizer)) return `has no ${task.optimizer}`;
  if (weightDecayOf(task) !== 0)
    return task.decoupled ? 'has no decoupled weight decay' : 'has no weight decay';
  if (isSet(task, 'maximize')) return 'has no maximize';
  if (gradientScaleOf(task) !== 1) return 'has no gradient scale';
  return null;
}

/** Runs tasks on the backend that is set. */
export const preparing =
  (tf: Tfjs): Prepare =>
  task => {
    const lacks = lacking(task);
    if (lacks !== null) return lacks;
    const optimizer = makers[task.optimizer]!(tf.train, task);
    if (typeof optimizer === 'string') return optimizer;
    const variables = tf.tidy(() =>
      startOf(task).map(values => tf.variable(tf.tensor1d(values as Float32Array))),
    );
    // Gradients of a training step are new tensors every time, which it sees no difference in: two lists in turn.
    const lists = Array.from({ length: task.gradients === 'new' ? 2 : 1 }, () =>
      gradientsOf(task).map((values, i) => ({
        name: variables[i]!.name,
        tensor: tf.tensor1d(values as Float32Array),
      })),
    );
    let t = 0;
    return {
      run: () => optimizer.applyGradients(lists[t++ % lists.length]!),
      parameters: () => variables.map(variable => variable.dataSync<'float32'>()),
      dispose() {
        optimizer.dispose();
        tf.dispose([variables, lists]);
      },
    };
  };

/**
 * How far a parameter may be off after 20 steps, in ulps of float32, from the same steps in float64; null where the formula
 * is another and the numbers are not compared.
 */
export function ulpsAllowed({ optimizer }: Task): number | null {
  switch (optimizer) {
    // The same formulas: b = momentum b + g, from zero, with lr outside of the buffer.
    case 'SGD':
      return 16;
    // The same formula, but the powers of the betas are kept as products in float32: 1 - beta2^t has few digits left at first.
    case 'Adam':
      return 32;
    // Adds eps to the greater of the two norms, where PyTorch adds it to |g|: the same where the gradient does not shrink,
    // as in these tasks.
    case 'Adamax':
      return 16;
    // Divides by √(s + eps), and eps is its own 1e-7 whatever is asked for.
    case 'Adagrad':
      return null;
    // Divides by the average of squared gradients of the step before.
    case 'Adadelta':
      return null;
    // Divides by √(v + eps), and has lr within the momentum buffer.
    case 'RMSprop':
      return null;
    default:
      return null;
  }
}
