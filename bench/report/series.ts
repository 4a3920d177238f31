/** How a contestant looks in every picture: by its hue, and again by the shape of its marks and its line. */
import type { Entry, Kind } from '../results.js';

type Shape = 'circle' | 'square' | 'up' | 'diamond' | 'cross' | 'none';

interface Look {
  /** The class of its hue, see page.ts. */
  readonly hue: string;
  readonly shape: Shape;
  readonly hollow: boolean;
}

const looks: Readonly<Record<Kind, Look>> = {
  native: { hue: 'native', shape: 'circle', hollow: false },
  wasm: { hue: 'wasm', shape: 'square', hollow: false },
  loop: { hue: 'plain', shape: 'up', hollow: false },
  textbook: { hue: 'plain', shape: 'up', hollow: true },
  'tfjs-wasm': { hue: 'tfjs', shape: 'diamond', hollow: false },
  'tfjs-cpu': { hue: 'tfjs', shape: 'diamond', hollow: true },
  torch: { hue: 'torch', shape: 'cross', hollow: false },
  roof: { hue: 'is-roof', shape: 'none', hollow: false },
};

/** Contestants in the order of legends, which does not depend on who was fast. */
export const inOrder = (entries: readonly Entry[]): Entry[] => {
  const kinds = Object.keys(looks);
  return [...entries].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind) || a.threads - b.threads);
};

const isThreaded = ({ threads }: Entry): boolean => threads > 1;

/** Classes that a group of a contestant's line and marks has. What runs on several threads is hollow and dashed. */
export function classes(entry: Entry): string {
  const { hue, hollow } = looks[entry.kind];
  const names = [hue, ...(hollow || isThreaded(entry) ? ['hollow', 'dashed'] : [])];
  return names.join(' ');
}

const r = 3.6;

/** The mark of a contestant at a place, with a title that a pointer shows. */
export function mark({ kind }: Entry, x: number, y: number, title = ''): string {
  const at = (points: readonly (readonly [number, number])[]): string =>
    points.map(([dx, dy]) => `${(x + dx).toFixed(1)},${(y + dy).toFixed(1)}`).join(' ');
  const polygon = (points: readonly (readonly [number, number])[]): string =>
    `<polygon class="mark" points="${at(points)}">${title}</polygon>`;
  switch (looks[kind].shape) {
    case 'circle':
      return `<circle class="mark" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${r}">${title}</circle>`;
    case 'square':
      return `<rect class="mark" x="${(x - r).toFixed(1)}" y="${(y - r).toFixed(1)}" width="${2 * r}" height="${2 * r}">${title}</rect>`;
    case 'up':
      return polygon([
        [0, -r - 1],
        [r + 1, r],
        [-r - 1, r],
      ]);
    case 'diamond':
      return polygon([
        [0, -r - 1.4],
        [r + 1.4, 0],
        [0, r + 1.4],
        [-r - 1.4, 0],
      ]);
    case 'cross': {
      const [a, b] = [
        `M${(x - r).toFixed(1)},${(y - r).toFixed(1)}l${2 * r},${2 * r}`,
        `m0,${-2 * r}l${-2 * r},${2 * r}`,
      ];
      return `<path class="mark" d="${a}${b}">${title}</path>`;
    }
    case 'none':
      return '';
  }
}

/** The mark beside a name; of a roof, which has none, a piece of its line. */
export const key = (entry: Entry, x: number, y: number): string =>
  mark(entry, x, y) || `<path class="series" d="M${x - 5},${y.toFixed(1)}h10"/>`;

/** A line with its mark, as it stands in a legend. */
export const sample = (entry: Entry): string =>
  `<svg viewBox="0 0 30 14" aria-hidden="true"><g class="${classes(entry)}">` +
  `<path class="series" d="M1,7H29"/>${mark(entry, 15, 7)}</g></svg>`;
