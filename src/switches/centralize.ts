/** Gradient centralization (Yong et al. 2020): a row of the gradient loses its mean. */
import type { Shape } from '../shape.js';
import type { Switched } from '../switch-options.js';
import type { About } from './about.js';
import type { Sweeping, Sweeps } from './sweeps.js';

/** Whether a tensor of this shape has rows that lose their mean. */
export const centralizes = ({ gradientCentralization, gcConvOnly }: Switched, shape: Shape): boolean =>
  gradientCentralization && shape.length >= (gcConvOnly ? 4 : 2);

export function* centralize(about: About, sweeps: Sweeps): Sweeping {
  const takes = (i: number) => about.present(i) && centralizes(about.options(i), about.shape(i));
  const numbers = (of: readonly number[]) => (i: number) => (takes(i) ? of : null);
  const sums = yield { kernel: 'centralize.total', sums: ['total'], numbers: numbers([1]) };
  yield {
    kernel: 'centralize',
    moves: true,
    numbers: numbers([]),
    rows: i => sums.rows(i, 'total').map(total => total / sweeps.grid(i)!.columns),
  };
}
