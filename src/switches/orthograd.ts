/** OrthoGrad (Prieto et al. 2025): the gradient loses its part along the parameter, and keeps its length. */
import type { About } from './about.js';
import type { Sweeping } from './sweeps.js';

// As the authors' code has it: what a tensor of zeros is divided by.
const least = 1e-30;

export function* orthograd(about: About): Sweeping {
  const takes = (i: number) => about.present(i) && about.options(i).orthograd;
  const products = yield {
    kernel: 'orthograd.products',
    sums: ['weight', 'product', 'gradient'],
    numbers: i => (takes(i) ? [] : null),
  };
  // The next walk writes over these sums.
  const norms = new Map<number, number>();
  const rest = yield {
    kernel: 'orthograd',
    moves: true,
    sums: ['rest'],
    numbers(i) {
      if (!takes(i)) return null;
      norms.set(i, Math.sqrt(products.of(i, 'gradient')));
      return [products.of(i, 'product') / (products.of(i, 'weight') + least)];
    },
  };
  yield {
    kernel: 'orthograd.scale',
    moves: true,
    numbers: i => (takes(i) ? [norms.get(i)! / (Math.sqrt(rest.of(i, 'rest')) + least)] : null),
  };
}
