import { beside, type Choose, type Form } from '../form.js';
import { isSet, numberOf, numbersOf } from '../options.js';

const plain: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr');
  return grads => {
    const { coupled, decoupled, factor, keep, lr, rate } = numbers;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        p[i] = x - lr * d;
      }
    }
  };
};

const momentum: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'momentum', 'dampening');
  const bs = beside(params);
  return (grads, t) => {
    const { coupled, dampening, decoupled, factor, keep, lr, momentum, rate } = numbers;
    const rest = t === 1 ? 1 : 1 - dampening;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const bi = momentum * b[i]! + rest * d;
        b[i] = bi;
        p[i] = x - lr * bi;
      }
    }
  };
};

const nesterov: Form = (task, params) => {
  const numbers = numbersOf(task, 'lr', 'momentum');
  const bs = beside(params);
  return grads => {
    const { coupled, decoupled, factor, keep, lr, momentum, rate } = numbers;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        let x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        if (decoupled) x *= keep;
        const bi = momentum * b[i]! + d;
        b[i] = bi;
        p[i] = x - lr * (d + momentum * bi);
      }
    }
  };
};

export const form: Choose = task =>
  isSet(task, 'nesterov') ? nesterov : numberOf(task, 'momentum') === 0 ? plain : momentum;
