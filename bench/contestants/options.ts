/** Options of a task as numbers. One that is not there throws: a race over other numbers than the others' means nothing. */
import type { Task } from './contestant.js';

// The options that are pairs, taken apart.
const halves = {
  beta1: ['betas', 0],
  beta2: ['betas', 1],
  etaMinus: ['etas', 0],
  etaPlus: ['etas', 1],
  leastStep: ['stepSizes', 0],
  mostStep: ['stepSizes', 1],
} as const;

type Half = keyof typeof halves;

/** An option by lanestep's name, or half of a pair. */
export function numberOf({ optimizer, options }: Task, name: string): number {
  const [whole, index] = Object.hasOwn(halves, name) ? halves[name as Half] : [name, null];
  const value = index === null ? options[whole] : (options[whole] as readonly unknown[] | undefined)?.[index];
  if (typeof value !== 'number')
    throw new Error(`Expected a number for ${name} of ${optimizer}, got ${value}`);
  return value;
}

/** Whether an option is set; one that the optimizer does not know is not. */
export const isSet = ({ options }: Task, name: string): boolean => options[name] === true;

/** Weight decay, of the optimizers that have it. */
export const weightDecayOf = (task: Task): number =>
  task.options.weightDecay === undefined ? 0 : numberOf(task, 'weightDecay');

/** What the gradient is multiplied by. */
export const gradientScaleOf = (task: Task): number =>
  task.options.gradientScale === undefined ? 1 : numberOf(task, 'gradientScale');

/** What is done before the rule: `gradient = factor gradient + rate parameter`, and `parameter = keep parameter`. */
export interface Stages {
  readonly factor: number;
  readonly rate: number;
  readonly keep: number;
  /** Whether the gradient is changed. */
  readonly coupled: boolean;
  /** Whether the parameter is shrunk. */
  readonly decoupled: boolean;
}

export function stagesOf(task: Task): Stages {
  const factor = gradientScaleOf(task) * (isSet(task, 'maximize') ? -1 : 1);
  const decay = weightDecayOf(task);
  const rate = task.decoupled ? 0 : decay;
  const keep = task.decoupled ? 1 - numberOf(task, 'lr') * decay : 1;
  return { factor, rate, keep, coupled: factor !== 1 || rate !== 0, decoupled: keep !== 1 };
}

/** The stages' numbers and those of these names: all that an inner loop reads, to be taken apart before it begins. */
export const numbersOf = <const Name extends string>(task: Task, ...names: Name[]) => ({
  ...stagesOf(task),
  ...(Object.fromEntries(names.map(name => [name, numberOf(task, name)])) as Record<Name, number>),
});
