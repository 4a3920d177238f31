import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const { eps, lr, rho } = numbersOf(task, 'lr', 'rho', 'eps');
  const ss = beside(params);
  const as = beside(params);
  const ds = beside(params);
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const s = ss[k]!;
      const a = as[k]!;
      const d = ds[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) s[i] = rho * s[i]! + (1 - rho) * g[i]! * g[i]!;
      for (let i = 0; i < n; i++) d[i] = (Math.sqrt(a[i]! + eps) / Math.sqrt(s[i]! + eps)) * g[i]!;
      for (let i = 0; i < n; i++) a[i] = rho * a[i]! + (1 - rho) * d[i]! * d[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - lr * d[i]!;
    }
  };
};
