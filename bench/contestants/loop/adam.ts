import { beside, type Choose, type Form } from '../form.js';
import { isSet, numbersOf } from '../options.js';

const plain: Form = (task, params) => {
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

const amsgrad: Form = (task, params) => {
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

export const form: Choose = task => (isSet(task, 'amsgrad') ? amsgrad : plain);
