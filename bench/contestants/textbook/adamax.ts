import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const { beta1, beta2, eps, lr } = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps');
  const ms = beside(params);
  const us = beside(params);
  return (grads, t) => {
    const correction1 = 1 - beta1 ** t;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const u = us[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
      for (let i = 0; i < n; i++) u[i] = Math.max(beta2 * u[i]!, Math.abs(g[i]!) + eps);
      for (let i = 0; i < n; i++) p[i] = p[i]! - ((lr / correction1) * m[i]!) / u[i]!;
    }
  };
};
