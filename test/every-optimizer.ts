// Every rule with the class that users construct, read from src/rules, so that a new one cannot be forgotten.
import { readdirSync } from 'node:fs';
import '../src/index.js';
import { Optimizer } from '../src/optimizer.js';
import { type Variant, variants } from '../src/reference/variants.js';
import type { Rule } from '../src/rule.js';
import { loss } from './random/twin.js';

type Arrays =
  | readonly (Float32Array | Float64Array)[]
  | Readonly<Record<string, Float32Array | Float64Array>>;

/** What the tests call of an optimizer, whichever it is. */
export type Loose = Optimizer<object, Arrays, unknown>;

/** An optimizer's class, and what it computes. */
export interface Entry {
  /** The class' name. */
  readonly name: string;
  /** Whether it is there for src/tfjs/ alone, and not exported. */
  readonly tfjs: boolean;
  // biome-ignore lint/suspicious/noExplicitAny: a table over rules of many option types
  readonly rule: Rule<any>;
  /** Whether what one tensor does depends on the others: on norms or estimates of the whole model. */
  readonly coupled: boolean;
  readonly make: (params: unknown, options?: object) => Loose;
}

const folder = new URL('../src/rules/', import.meta.url);

const isCoupled = ({ model, byLoss = false, name }: Entry['rule']): boolean =>
  // The noise of a tensor goes by its place among the others.
  byLoss || model !== undefined || name === 'adai' || name === 'noisy-sgd';

// What goes by the loss has one at every step here, and what goes by the Hessian has the gradients in its place, unless a test gives
// another.
function told({ byLoss, byHessian }: Entry['rule'], optimizer: Loose): Loose {
  if (!byLoss && !byHessian) return optimizer;
  const { step, stepAsync } = Object.getPrototypeOf(optimizer);
  const usual = (grads: unknown) => (byLoss ? { loss } : { hessian: grads });
  return Object.assign(optimizer, {
    step: (grads: unknown, given: unknown = usual(grads)) => step.call(optimizer, grads, given),
    stepAsync: (grads: unknown, given: unknown = usual(grads)) => stepAsync.call(optimizer, grads, given),
  });
}

async function read(file: string): Promise<Entry[]> {
  const exported: unknown[] = Object.values(await import(new URL(file, folder).pathname));
  const rule = exported.find(value => typeof value === 'object' && value !== null && 'slots' in value);
  const made = exported.find(value => typeof value === 'function' && value.prototype instanceof Optimizer);
  if (rule === undefined || made === undefined) return [];
  const Class = made as new (params: unknown, options?: object) => Loose;
  return [
    {
      name: Class.name,
      tfjs: file.startsWith('tfjs-'),
      rule: rule as Entry['rule'],
      coupled: isCoupled(rule as Entry['rule']),
      make: (params, options) => told(rule as Entry['rule'], new Class(params, options)),
    },
  ];
}

/** The optimizers, by name. `MovingAverage`, which is built of one, is not among them. */
export const everyOptimizer: readonly Entry[] = (
  await Promise.all(
    readdirSync(folder)
      // Compiled, for scripts/model.sh, there may be declarations beside them.
      .filter(file => /(?<!\.d)\.[jt]s$/.test(file))
      .sort()
      .map(read),
  )
).flat();

/** The variants that stand for an optimizer with options: none that only runs within a step, nor the average. */
export const everyVariant: readonly (Variant & { readonly entry: Entry })[] = variants.flatMap(variant => {
  const entry = everyOptimizer.find(({ rule }) => rule === variant.rule);
  return entry === undefined || variant.within ? [] : [{ ...variant, entry }];
});

/** Options for tests that go over long tensors: the roots of large matrices take seconds, and show nothing that small ones do not. */
export const smallRoots = ({ options }: Entry['rule']): object =>
  'maxPrecondDim' in options ? { maxPrecondDim: 50 } : {};

/** What a step of an optimizer is given: its gradients, or a closure that has them. */
export const given = ({ constructor }: Loose, grads: unknown): unknown =>
  everyOptimizer.find(({ name }) => name === constructor.name)?.rule.closure ? () => grads : grads;

/** A step, for those that take a closure too. */
export const step = (optimizer: Loose, grads: unknown): void => optimizer.step(given(optimizer, grads));
