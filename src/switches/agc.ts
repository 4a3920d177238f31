/** Adaptive gradient clipping (Brock et al. 2021): a row of the gradient is no longer than a part of the parameter's row. */
import type { About } from './about.js';
import type { Sweeping } from './sweeps.js';

// As the authors' code has it: no division by zero.
const least = 1e-6;

export function* agc(about: About): Sweeping {
  const numbers = (i: number) => (about.present(i) && about.options(i).agc !== null ? [] : null);
  const sums = yield { kernel: 'agc.norms', sums: ['weight', 'gradient'], numbers };
  yield {
    kernel: 'agc',
    moves: true,
    numbers,
    rows(i) {
      const { agc: clipping, agcEps } = about.options(i);
      const scale = Math.abs(about.factor(i));
      const weights = sums.rows(i, 'weight');
      return sums.rows(i, 'gradient').map((squares, r) => {
        const most = Math.max(Math.sqrt(weights[r]!), agcEps) * clipping!;
        const norm = Math.sqrt(squares) * scale;
        return norm > most ? most / Math.max(norm, least) : 1;
      });
    },
  };
}
