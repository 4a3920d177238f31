/** The clipping of updates by their root mean square (Shazeer and Stern 2018). */
import type { About } from './about.js';
import type { Sweeping } from './sweeps.js';

export function* updateClip(about: About): Sweeping {
  const takes = (i: number) => about.present(i) && about.options(i).updateClip !== null;
  const sums = yield { kernel: 'update-clip.size', sums: ['size'], numbers: i => (takes(i) ? [] : null) };
  yield {
    kernel: 'update-clip',
    moves: true,
    numbers(i) {
      if (!takes(i)) return null;
      const { lr, updateClip: clip } = about.options(i);
      const rms = Math.sqrt(sums.of(i, 'size') / about.length(i));
      const most = (lr ?? 0) * clip!;
      return rms > most ? [most / rms] : null;
    },
  };
}
