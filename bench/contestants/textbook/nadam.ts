import { beside, type Choose } from '../form.js';
import { numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const names = ['lr', 'beta1', 'beta2', 'eps', 'momentumDecay'] as const;
  const { beta1, beta2, eps, lr, momentumDecay } = numbersOf(task, ...names);
  const ms = beside(params);
  const vs = beside(params);
  const mHats = beside(params);
  const vHats = beside(params);
  let product = 1;
  return (grads, t) => {
    const mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentumDecay));
    product *= mu;
    const ahead = next / (1 - product * next);
    const now = (1 - mu) / (1 - product);
    const correction2 = 1 - beta2 ** t;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const v = vs[k]!;
      const mHat = mHats[k]!;
      const vHat = vHats[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) m[i] = beta1 * m[i]! + (1 - beta1) * g[i]!;
      for (let i = 0; i < n; i++) v[i] = beta2 * v[i]! + (1 - beta2) * g[i]! * g[i]!;
      for (let i = 0; i < n; i++) mHat[i] = ahead * m[i]! + now * g[i]!;
      for (let i = 0; i < n; i++) vHat[i] = v[i]! / correction2;
      for (let i = 0; i < n; i++) p[i] = p[i]! - (lr * mHat[i]!) / (Math.sqrt(vHat[i]!) + eps);
    }
  };
};
