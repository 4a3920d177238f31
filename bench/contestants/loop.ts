/**
 * The loop that a careful programmer writes in JavaScript: one pass over each tensor, all that an element does not need to
 * work out hoisted, state in typed arrays of the parameters' type, and a function of its own for each form of each
 * optimizer, so that none is compiled for the needs of another. Bias corrections are folded, so that an element has one division.
 *
 * What is not here was tried and did not pay: rounding every operation with Math.fround takes several times as long, and an
 * unrolled loop is no faster. A branch on what stays the same throughout the loop costs next to nothing.
 */
import type { Module, Prepare, Task } from './contestant.js';
import { type Form, formsIn, ready } from './form.js';

const forms = await formsIn('loop');

/** The loop of a task; null where there is none. */
export const formOf = (task: Task): Form | null =>
  task.byLoss || task.byHessian ? null : (forms.get(task.rule)?.(task) ?? null);

export const prepare: Prepare = task => {
  const form = formOf(task);
  return form === null ? `has no ${task.optimizer}` : ready(task, form);
};

export const load: Module['load'] = async () => prepare;

/**
 * How far a parameter may be off after 20 steps, in its type's ulps, from the same steps in float64: each step rounds the
 * parameter and its state. RMSprop with its usual numbers leads a parameter close to zero, where the ulps are small.
 */
export const ulpsAllowed = ({ optimizer }: Task): number => (optimizer === 'RMSprop' ? 64 : 16);
