import { beforeTheRule } from '../before.js';
import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const { lr, momentum } = numbersOf(task, 'lr', 'momentum');
  const before = beforeTheRule(task, params);
  const vs = beside(params);
  const origins = beside(params);
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const v = vs[k]!;
      const n = p.length;
      origins[k]!.set(p);
      for (let i = 0; i < n; i++) p[i] = p[i]! + momentum * v[i]!;
    }
    const gs = before(grads);
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = gs[k]!;
      const v = vs[k]!;
      const origin = origins[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) v[i] = momentum * v[i]! - lr * g[i]!;
      for (let i = 0; i < n; i++) p[i] = origin[i]! + v[i]!;
    }
  };
};
