import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const { alpha, lambd, lr, t0 } = numbersOf(task, 'lr', 'lambd', 'alpha', 't0');
  const as = beside(params);
  // A step runs with what the one before has left.
  let eta = lr;
  let mu = 1;
  return (grads, t) => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const a = as[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) p[i] = p[i]! * (1 - lambd * eta);
      for (let i = 0; i < n; i++) p[i] = p[i]! - eta * g[i]!;
      if (mu === 1) a.set(p);
      else for (let i = 0; i < n; i++) a[i] = a[i]! + mu * (p[i]! - a[i]!);
    }
    eta = lr / (1 + lambd * lr * t) ** alpha;
    mu = 1 / Math.max(1, t - t0);
  };
};
