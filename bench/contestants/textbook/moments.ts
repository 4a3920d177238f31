/** As printed: Adam and its kin, with the corrected moments as arrays of their own. */
import { beside, type Form } from '../form.js';
import { isSet, numbersOf } from '../options.js';

export const twoMoments: Form = (task, params) => {
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

export const infinityNorm: Form = (task, params) => {
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

export const nesterovMoments: Form = (task, params) => {
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

export const rectified: Form = (task, params) => {
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
