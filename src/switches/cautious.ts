/** Cautious updates (Liang et al. 2024): an element moves only where its gradient still says so. */
import type { About } from './about.js';
import type { Sweeping } from './sweeps.js';

// The least share of moving elements by which an update is divided, as in the authors' code.
const leastShare = 1e-3;

export function* cautious(about: About): Sweeping {
  const takes = (i: number) => about.present(i) && about.options(i).cautious;
  // Only its sign counts, and what it does to a number that is not finite.
  const stages = (i: number) => [about.factor(i), 0, 1] as const;
  const sums = yield {
    kernel: 'cautious.count',
    sums: ['count'],
    stages,
    numbers: i => (takes(i) ? [0] : null),
  };
  yield {
    kernel: 'cautious',
    moves: true,
    stages,
    numbers(i) {
      if (!takes(i)) return null;
      const [length, count] = [about.length(i), sums.of(i, 'count')];
      if (about.options(i).maskScale === 'sumPlusOne') return [0, length / (count + 1)];
      return [0, 1 / Math.max(count / length, leastShare)];
    },
  };
}
