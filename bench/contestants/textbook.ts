/**
 * The loop as a tutorial writes it: the formulas as they are printed, and a pass over the whole tensor for each of their
 * lines. That is how papers and NumPy write an optimizer, and what becomes of it when it is typed into JavaScript. Two things
 * are better than usual, so that the race is about the passes and nothing else: nothing is allocated within a step, and the
 * powers of a bias correction are taken once a step, not for each element. What comes before the rule, gradient scale and
 * weight decay, is lines like the others, and so passes of its own.
 */
import { beforeTheRule } from './before.js';
import type { Module, Prepare, Task } from './contestant.js';
import { type Form, formsIn, ready } from './form.js';

const forms = await formsIn('textbook');

const staged =
  (form: Form): Form =>
  (task, params) => {
    const before = beforeTheRule(task, params);
    const rule = form(task, params);
    return (grads, t) => rule(before(grads), t);
  };

/** The passes of a task; null where there are none. */
export function formOf(task: Task): Form | null {
  const form = task.byLoss || task.byHessian ? undefined : forms.get(task.rule)?.(task);
  if (form === undefined) return null;
  // Its decay belongs to the gradient at the look-ahead point, so it does what comes before the rule itself.
  return task.rule === 'nesterov' ? form : staged(form);
}

export const prepare: Prepare = task => {
  const form = formOf(task);
  return form === null ? `has no ${task.optimizer}` : ready(task, form);
};

export const load: Module['load'] = async () => prepare;

/**
 * How far a parameter may be off after 20 steps, in its type's ulps, from the same steps in float64: each pass rounds what it
 * leaves behind. RMSprop with its usual numbers leads a parameter close to zero, where the ulps are small; RAdam's length
 * is a small difference of large numbers at first, so that the last bit of a power shows.
 */
export const ulpsAllowed = ({ optimizer }: Task): number =>
  optimizer === 'RMSprop' || optimizer === 'RAdam' ? 64 : 16;
