import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const { beta1, beta2, lr } = numbersOf(task, 'lr', 'beta1', 'beta2');
  const ms = beside(params);
  const cs = beside(params);
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const c = cs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) c[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - lr * Math.sign(c[i]!);
      for (let i = 0; i < n; i++) m[i] = beta2 * m[i]! + (1 - beta2) * g[i]!;
    }
  };
};
