/** Loops of the optimizers with two moments: Adam and its kin. Bias corrections are folded, so that an element has one division. */
import { beside, type Form } from '../form.js';
import { numbersOf } from '../options.js';

export const twoMoments: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps');
  const ms = beside(params);
  const vs = beside(params);
  let power1 = 1;
  let power2 = 1;
  return grads => {
    const { beta1, beta2, coupled, decoupled, eps, factor, keep, lr, rate } = numbers;
    power1 *= beta1;
    power2 *= beta2;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    const root2 = Math.sqrt(1 - power2);
    const stepSize = (lr * root2) / (1 - power1);
    const epsilon = eps * root2;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const v = vs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const mi = beta1 * m[i]! + rest1 * d;
        const vi = beta2 * v[i]! + rest2 * d * d;
        m[i] = mi;
        v[i] = vi;
        p[i] = x - (stepSize * mi) / (Math.sqrt(vi) + epsilon);
      }
    }
  };
};

export const amsgrad: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps');
  const ms = beside(params);
  const vs = beside(params);
  const tops = beside(params);
  let power1 = 1;
  let power2 = 1;
  return grads => {
    const { beta1, beta2, coupled, decoupled, eps, factor, keep, lr, rate } = numbers;
    power1 *= beta1;
    power2 *= beta2;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    const root2 = Math.sqrt(1 - power2);
    const stepSize = (lr * root2) / (1 - power1);
    const epsilon = eps * root2;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const v = vs[k]!;
      const top = tops[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const mi = beta1 * m[i]! + rest1 * d;
        const vi = beta2 * v[i]! + rest2 * d * d;
        const before = top[i]!;
        const highest = before > vi ? before : vi;
        m[i] = mi;
        v[i] = vi;
        top[i] = highest;
        p[i] = x - (stepSize * mi) / (Math.sqrt(highest) + epsilon);
      }
    }
  };
};

export const infinityNorm: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps');
  const ms = beside(params);
  const us = beside(params);
  let power1 = 1;
  return grads => {
    const { beta1, beta2, coupled, eps, factor, lr, rate } = numbers;
    power1 *= beta1;
    const rest1 = 1 - beta1;
    const stepSize = lr / (1 - power1);
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const u = us[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const mi = beta1 * m[i]! + rest1 * d;
        const faded = beta2 * u[i]!;
        const size = Math.abs(d) + eps;
        const ui = faded > size ? faded : size;
        m[i] = mi;
        u[i] = ui;
        p[i] = x - (stepSize * mi) / ui;
      }
    }
  };
};

export const nesterovMoments: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps', 'momentumDecay');
  const ms = beside(params);
  const vs = beside(params);
  let power2 = 1;
  let product = 1;
  return (grads, t) => {
    const { beta1, beta2, coupled, decoupled, eps, factor, keep, lr, momentumDecay, rate } = numbers;
    const mu = beta1 * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const next = beta1 * (1 - 0.5 * 0.96 ** ((t + 1) * momentumDecay));
    product *= mu;
    power2 *= beta2;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    const root2 = Math.sqrt(1 - power2);
    const gradientStep = (lr * (1 - mu) * root2) / (1 - product);
    const momentStep = (lr * next * root2) / (1 - product * next);
    const epsilon = eps * root2;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const v = vs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const mi = beta1 * m[i]! + rest1 * d;
        const vi = beta2 * v[i]! + rest2 * d * d;
        m[i] = mi;
        v[i] = vi;
        p[i] = x - (gradientStep * d + momentStep * mi) / (Math.sqrt(vi) + epsilon);
      }
    }
  };
};

export const rectified: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'beta1', 'beta2', 'eps');
  const ms = beside(params);
  const vs = beside(params);
  let power1 = 1;
  let power2 = 1;
  return (grads, t) => {
    const { beta1, beta2, coupled, decoupled, eps, factor, keep, lr, rate } = numbers;
    power1 *= beta1;
    power2 *= beta2;
    const rest1 = 1 - beta1;
    const rest2 = 1 - beta2;
    const longest = 2 / rest2 - 1;
    const length = longest - (2 * t * power2) / (1 - power2);
    const certain = length > 5;
    const r = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
    const stepSize = (lr / (1 - power1)) * (certain ? r * Math.sqrt(1 - power2) : 1);
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const m = ms[k]!;
      const v = vs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const mi = beta1 * m[i]! + rest1 * d;
        const vi = beta2 * v[i]! + rest2 * d * d;
        m[i] = mi;
        v[i] = vi;
        p[i] = x - (certain ? (stepSize * mi) / (Math.sqrt(vi) + eps) : stepSize * mi);
      }
    }
  };
};
