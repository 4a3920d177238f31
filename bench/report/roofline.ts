/** The picture of an optimizer over the number of elements: a line for each contestant, under its roof. */
import type { CaseResult, Entry, Machine } from '../results.js';
import { type Axis, axis, spread } from './axis.js';
import { home } from './caches.js';
import { contestants, lead, nativeOnAll, roofs, time } from './figures.js';
import { count, figure, short } from './format.js';
import { escape } from './html-text.js';
import { classes, key, mark } from './series.js';

/** What is drawn upward. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly value: (of: CaseResult, seconds: number) => number;
  /** Where the roof keeps everyone out. */
  readonly beyond: 'above' | 'below';
}

export const nanosecondsEach: Measure = {
  name: 'Time for one parameter',
  unit: 'ns',
  value: (of, seconds) => (seconds * 1e9) / of.elements,
  beyond: 'below',
};

export const gigabytesEach: Measure = {
  name: 'Memory moved',
  unit: 'GB/s',
  value: (of, seconds) => of.bytes / seconds / 1e9,
  beyond: 'above',
};

interface Point {
  readonly elements: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly entry: Entry;
}

export interface Line {
  readonly entry: Entry;
  readonly points: readonly Point[];
}

/**
 * A line for each contestant with a point for each case. Of native there are only the best instruction set on one thread and on
 * all: the others would lie between and are told in the tables. Of roofs those for these.
 */
export function linesOf(
  cases: readonly CaseResult[],
  machine: Machine,
  measure: Measure,
  wanted: (entry: Entry) => boolean = () => true,
): Line[] {
  const lines = new Map<string, { entry: Entry; points: Point[] }>();
  for (const of of [...cases].sort((a, b) => a.elements - b.elements)) {
    const own = [lead(of, machine), nativeOnAll(of, machine)];
    const threads = new Set(own.flatMap(entry => entry?.threads ?? []));
    const shown = [
      ...roofs(of).filter(entry => threads.has(entry.threads)),
      ...contestants(of).filter(
        entry =>
          wanted(entry) &&
          (entry.kind === 'native' || entry.kind === 'torch' ? threads.has(entry.threads) : true) &&
          (entry.kind !== 'native' || own.includes(entry)),
      ),
    ];
    for (const entry of shown) {
      const { value, low, high } = time(entry);
      const [a, b] = [measure.value(of, low), measure.value(of, high)];
      const line = lines.get(entry.contestant) ?? { entry, points: [] };
      line.points.push({
        elements: of.elements,
        value: measure.value(of, value),
        low: Math.min(a, b),
        high: Math.max(a, b),
        entry,
      });
      lines.set(entry.contestant, line);
    }
  }
  return [...lines.values()];
}

interface Size {
  readonly width: number;
  readonly height: number;
  /** Room on the right for names. */
  readonly right: number;
  /** Whether lines are named, and the caches are. */
  readonly full: boolean;
}

export const large: Size = { width: 470, height: 400, right: 126, full: true };
export const little: Size = { width: 260, height: 190, right: 10, full: false };

const path = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${x.toFixed(1)},${y.toFixed(1)}`).join('');

/** Where the caches end: half way between two sizes of which the smaller fits and the larger does not. */
function edges(cases: readonly CaseResult[], machine: Machine, x: Axis, top: number, bottom: number): string {
  const sorted = [...cases].sort((a, b) => a.elements - b.elements);
  const names = sorted.map(of => home(of, machine)?.replace('in ', '') ?? '');
  const starts = names.map((name, i) => (i === 0 || name !== names[i - 1] ? i : -1)).filter(i => i >= 0);
  const place = (i: number): number =>
    i === 0 ? x.at(x.least) : x.at(Math.sqrt(sorted[i - 1]!.elements * sorted[i]!.elements));
  return starts
    .map((i, k) => {
      const [from, to] = [place(i), k + 1 < starts.length ? place(starts[k + 1]!) : x.at(x.most)];
      const edge =
        i === 0
          ? ''
          : `<line class="edge" x1="${from.toFixed(1)}" x2="${from.toFixed(1)}" y1="${top}" y2="${bottom}"/>`;
      return `${edge}<text x="${((from + to) / 2).toFixed(1)}" y="${top - 6}" text-anchor="middle">${escape(names[i]!)}</text>`;
    })
    .join('');
}

/** The picture as SVG. `id` is its own on the page. */
export function roofline(
  id: string,
  title: string,
  cases: readonly CaseResult[],
  machine: Machine,
  measure: Measure,
  lines: readonly Line[],
  size: Size,
): string {
  const { width, height, right, full } = size;
  const [left, top, bottom] = [full ? 46 : 38, full ? 26 : 8, height - (full ? 40 : 24)];
  const points = lines.flatMap(line => line.points);
  const x = axis(
    points.map(({ elements }) => elements),
    left,
    width - right,
    full ? 0.18 : 0.25,
  );
  const y = axis(
    points.flatMap(({ low, high }) => [low, high]),
    bottom,
    top,
    0.12,
  );
  const parts: string[] = [];

  // What no step can be, because the memory cannot: the other side of the lowest or highest roof.
  const roofLines = lines.filter(({ entry }) => entry.kind === 'roof');
  const sizes = [...new Set(points.map(({ elements }) => elements))].sort((a, b) => a - b);
  const limits = sizes.flatMap(elements => {
    const values = roofLines.flatMap(line =>
      line.points.filter(p => p.elements === elements).map(p => p.value),
    );
    if (values.length === 0) return [];
    return [
      [x.at(elements), y.at(measure.beyond === 'above' ? Math.max(...values) : Math.min(...values))] as const,
    ];
  });
  if (limits.length > 1) {
    const edge = measure.beyond === 'above' ? top : bottom;
    const [first, last] = [limits[0]!, limits.at(-1)!];
    parts.push(`<path class="shade" d="${path([[first[0], edge], ...limits, [last[0], edge]])}Z"/>`);
  }

  for (const tick of y.ticks) {
    const at = y.at(tick).toFixed(1);
    parts.push(
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${at}" y2="${at}"/>` +
        `<text x="${left - 6}" y="${at}" dy=".35em" text-anchor="end">${tick < 1 ? tick : count(tick)}</text>`,
    );
  }
  for (const tick of sizes.length > 1 ? x.ticks : sizes) {
    const at = x.at(tick).toFixed(1);
    parts.push(
      `<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>` +
        `<text x="${at}" y="${bottom + 16}" text-anchor="middle">${short(tick)}</text>`,
    );
  }
  if (full) {
    parts.push(edges(cases, machine, x, top, bottom));
    parts.push(
      `<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">elements</text>`,
    );
    parts.push(`<text x="${left - 6}" y="${top - 6}" text-anchor="end">${measure.unit}</text>`);
  }

  // The roofs first, so that no line is hidden by one.
  const ordered = [...roofLines, ...lines.filter(line => !roofLines.includes(line))];
  const names = spread(
    ordered.map(({ points }) => y.at(points.at(-1)!.value)),
    14.5,
    top + 4,
    bottom - 4,
  );
  ordered.forEach(({ entry, points }, i) => {
    const places = points.map(p => [x.at(p.elements), y.at(p.value)] as const);
    const whiskers = points.map((p, k) => {
      const [low, high] = [y.at(p.low), y.at(p.high)];
      if (Math.abs(low - high) < 1.5) return '';
      const px = places[k]![0];
      return `M${(px - 2.5).toFixed(1)},${low.toFixed(1)}h5m-2.5,0V${high.toFixed(1)}m-2.5,0h5`;
    });
    const marks = points.map((p, k) => {
      const value = `${figure(p.value)} ${measure.unit} (${figure(p.low)} to ${figure(p.high)})`;
      const text = `${entry.contestant}, ${count(p.elements)} elements: ${value}`;
      return mark(p.entry, ...places[k]!, `<title>${escape(text)}</title>`);
    });
    const [lastX, lastY] = places.at(-1)!;
    // A roof of one size has neither a line nor a mark: it is a piece of a line.
    const drawn = places.length > 1 ? path(places) : `M${(lastX - 8).toFixed(1)},${lastY.toFixed(1)}h16`;
    const [nameX, nameY] = [width - right + 12, names[i]!];
    const label = full
      ? `<path class="guide" d="M${(lastX + 5).toFixed(1)},${lastY.toFixed(1)}L${nameX - 6},${nameY.toFixed(1)}"/>` +
        key(entry, nameX, nameY) +
        `<text class="label" x="${nameX + 9}" y="${nameY.toFixed(1)}" dy=".35em">${escape(entry.contestant)}</text>`
      : '';
    parts.push(
      `<g class="${classes(entry)}"><path class="series" d="${drawn}"/>` +
        `<path class="whisker" d="${whiskers.join('')}"/>${marks.join('')}${label}</g>`,
    );
  });

  const description = lines
    .map(({ entry, points }) => {
      const [first, last] = [points[0]!, points.at(-1)!];
      const at = ({ value, elements }: Point): string =>
        `${figure(value)} ${measure.unit} at ${count(elements)} elements`;
      return `${entry.contestant}: ${at(first)}, ${at(last)}.`;
    })
    .join(' ');
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text">` +
    `<title id="${id}-title">${escape(title)}</title><desc id="${id}-text">${escape(description)}</desc>${parts.join('')}</svg>`
  );
}
