import { beside, type Choose } from '../form.js';
import { numberOf, numbersOf } from '../options.js';

export const form: Choose = () => (task, params) => {
  const names = ['etaMinus', 'etaPlus', 'leastStep', 'mostStep'] as const;
  const { etaMinus, etaPlus, leastStep, mostStep } = numbersOf(task, ...names);
  const lasts = beside(params);
  const turns = beside(params);
  const sizes = beside(params, numberOf(task, 'lr'));
  return grads => {
    for (let k = 0; k < params.length; k++) {
      const p = params[k]!;
      const g = grads[k]!;
      const last = lasts[k]!;
      const turn = turns[k]!;
      const size = sizes[k]!;
      const n = p.length;
      for (let i = 0; i < n; i++) turn[i] = Math.sign(g[i]! * last[i]!);
      for (let i = 0; i < n; i++) size[i] = size[i]! * (turn[i]! > 0 ? etaPlus : turn[i]! < 0 ? etaMinus : 1);
      for (let i = 0; i < n; i++) size[i] = Math.min(Math.max(size[i]!, leastStep), mostStep);
      for (let i = 0; i < n; i++) last[i] = turn[i]! < 0 ? 0 : g[i]!;
      for (let i = 0; i < n; i++) p[i] = p[i]! - Math.sign(last[i]!) * size[i]!;
    }
  };
};
