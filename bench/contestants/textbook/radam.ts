import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const { beta1, beta2, eps, lr } = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps');
  const ms = beside(params);
  const vs = beside(params);
  const mHats = beside(params);
  const ls = beside(params);
  const longest = 2 / (1 - beta2) - 1;
  return (grads, t) => {
    const power2 = beta2 ** t;
    const correction1 = 1 - beta1 ** t;
    const correction2 = 1 - power2;
    const length = longest - (2 * t * power2) / correction2;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const v = vs[k]!;
      const mHat = mHats[k]!;
      const l = ls[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
      for (let i = 0; i < n; i++) v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!;
      for (let i = 0; i < n; i++) mHat[i] = m[i]! / correction1;
      if (length > 5) {
        const above = (length - 4) * (length - 2) * longest;
        const r = Math.sqrt(above / ((longest - 4) * (longest - 2) * length));
        for (let i = 0; i < n; i++) l[i] = Math.sqrt(correction2) / (Math.sqrt(v[i]!) + eps);
        for (let i = 0; i < n; i++) p[i] = p[i]! - lr * mHat[i]! * r * l[i]!;
      } else for (let i = 0; i < n; i++) p[i] = p[i]! - lr * mHat[i]!;
    }
  };
};
