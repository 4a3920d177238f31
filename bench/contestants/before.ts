/** As printed: gradient scale and weight decay, each a line before the rule's. */

import type { Task } from './contestant.js';
import { beside, type Tensors } from './form.js';
import { stagesOf } from './options.js';

/** Does them; tells with which gradients the rule goes on, for the given ones are not written. */
export function beforeTheRule(task: Task, params: Tensors): (grads: Tensors) => Tensors {
  const { coupled, decoupled, factor, keep, rate } = stagesOf(task);
  const changed = coupled ? beside(params) : null;
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const n = p.length;
      if (changed !== null) {
        const g = grads[k]!;
        const d = changed[k]!;
        for (let i = 0; i < n; i++) d[i] = factor * g[i]!;
        if (rate !== 0) for (let i = 0; i < n; i++) d[i] = d[i]! + rate * p[i]!;
      }
      if (decoupled) for (let i = 0; i < n; i++) p[i] = keep * p[i]!;
    }
    return changed ?? grads;
  };
}
