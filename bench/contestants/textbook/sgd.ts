import { beside, type Choose, type Form } from '../form.js';
import { isSet, numberOf, numbersOf } from '../options.js';

const plain: Form = (task, params) => {
  const { lr } = numbersOf(task, 'lr');
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) p[i] = p[i]! - lr * g[i]!;
    }
  };
};

const momentum: Form = (task, params) => {
  const { lr, momentum, dampening } = numbersOf(task, 'lr', 'momentum', 'dampening');
  const bs = beside(params);
  return (grads, t) => {
    const rest = t === 1 ? 1 : 1 - dampening;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) b[i] = momentum * b[i]! + rest * g[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - lr * b[i]!;
    }
  };
};

const nesterov: Form = (task, params) => {
  const { lr, momentum } = numbersOf(task, 'lr', 'momentum');
  const bs = beside(params);
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const b = bs[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) b[i] = momentum * b[i]! + g[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - lr * (g[i]! + momentum * b[i]!);
    }
  };
};

export const form: Choose = task =>
  isSet(task, 'nesterov') ? nesterov : numberOf(task, 'momentum') === 0 ? plain : momentum;
