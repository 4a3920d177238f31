import { beside, type Choose, type Form } from '../form.js';
import { isSet, numberOf, numbersOf } from '../options.js';

const plain: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'alpha', 'eps');
  const vs = beside(params);
  return grads => {
    const { alpha, coupled, decoupled, eps, factor, keep, lr, rate } = numbers;
    const rest = 1 - alpha;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const vi = alpha * v[i]! + rest * d * d;
        v[i] = vi;
        p[i] = x - (lr * d) / (Math.sqrt(vi) + eps);
      }
    }
  };
};

const momentum: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'alpha', 'eps', 'momentum');
  const vs = beside(params);
  const bs = beside(params);
  return grads => {
    const { alpha, coupled, decoupled, eps, factor, keep, lr, momentum, rate } = numbers;
    const rest = 1 - alpha;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const vi = alpha * v[i]! + rest * d * d;
        v[i] = vi;
        const bi = momentum * b[i]! + d / (Math.sqrt(vi) + eps);
        b[i] = bi;
        p[i] = x - lr * bi;
      }
    }
  };
};

const centered: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'alpha', 'eps');
  const vs = beside(params);
  const as = beside(params);
  return grads => {
    const { alpha, coupled, decoupled, eps, factor, keep, lr, rate } = numbers;
    const rest = 1 - alpha;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const a = as[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const vi = alpha * v[i]! + rest * d * d;
        const ai = alpha * a[i]! + rest * d;
        v[i] = vi;
        a[i] = ai;
        p[i] = x - (lr * d) / (Math.sqrt(vi - ai * ai) + eps);
      }
    }
  };
};

const centeredMomentum: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'alpha', 'eps', 'momentum');
  const vs = beside(params);
  const as = beside(params);
  const bs = beside(params);
  return grads => {
    const { alpha, coupled, decoupled, eps, factor, keep, lr, momentum, rate } = numbers;
    const rest = 1 - alpha;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const v = vs[k]!;
      const a = as[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const vi = alpha * v[i]! + rest * d * d;
        const ai = alpha * a[i]! + rest * d;
        v[i] = vi;
        a[i] = ai;
        const bi = momentum * b[i]! + d / (Math.sqrt(vi - ai * ai) + eps);
        b[i] = bi;
        p[i] = x - lr * bi;
      }
    }
  };
};

export const form: Choose = task => {
  if (numberOf(task, 'momentum') === 0) return isSet(task, 'centered') ? centered : plain;
  return isSet(task, 'centered') ? centeredMomentum : momentum;
};
