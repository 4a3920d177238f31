import { beside, type Choose } from '../form.js';
import { numberOf, numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const numbers = numbersOf(task, 'etaMinus', 'etaPlus', 'leastStep', 'mostStep');
  const lasts = beside(params);
  const sizes = beside(params, numberOf(task, 'lr'));
  return grads => {
    const { coupled, etaMinus, etaPlus, factor, leastStep, mostStep, rate } = numbers;
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const last = lasts[k]!;
      const size = sizes[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) {
        const x = p[i]!;
        let d = g[i]!;
        if (coupled) d = factor * d + rate * x;
        const turn = d * last[i]!;
        let s = size[i]!;
        if (turn > 0) s *= etaPlus;
        else if (turn < 0) {
          s *= etaMinus;
          d = 0;
        }
        if (s < leastStep) s = leastStep;
        else if (s > mostStep) s = mostStep;
        size[i] = s;
        last[i] = d;
        p[i] = d > 0 ? x - s : d < 0 ? x + s : x;
      }
    }
  };
};
