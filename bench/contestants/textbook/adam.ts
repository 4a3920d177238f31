import { beside, type Choose } from '../form.js';
import { isSet, numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const { beta1, beta2, eps, lr } = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps');
  const ms = beside(params);
  const vs = beside(params);
  const mHats = beside(params);
  const vHats = beside(params);
  const tops = isSet(task, 'amsgrad') ? beside(params) : null;
  return (grads, t) => {
    const correction1 = 1 - beta1 ** t;
    const correction2 = 1 - beta2 ** t;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const v = vs[k]!;
      const top = tops === null ? v : tops[k]!;
      const mHat = mHats[k]!;
      const vHat = vHats[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
      for (let i = 0; i < n; i++) v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!;
      if (tops !== null) for (let i = 0; i < n; i++) top[i] = Math.max(top[i]!, v[i]!);
      for (let i = 0; i < n; i++) mHat[i] = m[i]! / correction1;
      for (let i = 0; i < n; i++) vHat[i] = top[i]! / correction2;
      for (let i = 0; i < n; i++) p[i] = p[i]! - (lr * mHat[i]!) / (Math.sqrt(vHat[i]!) + eps);
    }
  };
};
