/** The picture of many optimizers on the same tensors: a row for each, a mark for each contestant. */
import type { CaseResult, Machine } from '../results.js';
import { axis } from './axis.js';
import { label, lead } from './figures.js';
import { count, figure } from './format.js';
import { escape } from './html-text.js';
import { linesOf, nanosecondsEach } from './roofline.js';
import { classes, mark } from './series.js';

const row = 26;
const [width, right, top, bottom] = [640, 14, 8, 40];

// Of a letter at 12 px, on the wide side: fonts differ.
const letter = 7.2;

/** @param cases in which lanestep takes part */
export function dots(id: string, title: string, cases: readonly CaseResult[], machine: Machine): string {
  const sorted = cases
    .map(of => ({ of, lines: linesOf([of], machine, nanosecondsEach) }))
    .sort((a, b) => label(a.of).localeCompare(label(b.of), 'en'));
  const left = 20 + letter * Math.max(...sorted.map(({ of }) => label(of).length));
  const points = sorted.flatMap(({ lines }) => lines.flatMap(line => line.points));
  const x = axis(
    points.flatMap(({ low, high }) => [low, high]),
    left,
    width - right,
    0.08,
  );
  const height = top + sorted.length * row + bottom;
  const ground = top + sorted.length * row;
  const parts = x.ticks.map(tick => {
    const at = x.at(tick).toFixed(1);
    return (
      `<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${ground}"/>` +
      `<text x="${at}" y="${ground + 16}" text-anchor="middle">${tick < 1 ? tick : count(tick)}</text>`
    );
  });
  parts.push(
    `<text x="${(left + width - right) / 2}" y="${height - 6}" text-anchor="middle">ns for one parameter</text>`,
  );
  const description: string[] = [];
  sorted.forEach(({ of, lines }, i) => {
    const y = top + (i + 0.5) * row;
    parts.push(
      `<line class="grid" x1="${left}" x2="${width - right}" y1="${y}" y2="${y}"/>` +
        `<text class="label" x="${left - 10}" y="${y}" dy=".35em" text-anchor="end">${escape(label(of))}</text>`,
    );
    for (const { entry, points } of lines) {
      const { value, low, high } = points[0]!;
      const at = x.at(value);
      const text = `${label(of)}, ${entry.contestant}: ${figure(value)} ns (${figure(low)} to ${figure(high)})`;
      const name = `<title>${escape(text)}</title>`;
      const whisker =
        x.at(high) - x.at(low) < 1.5
          ? ''
          : `<path class="whisker" d="M${x.at(low).toFixed(1)},${y - 2.5}v5m0,-2.5H${x.at(high).toFixed(1)}m0,-2.5v5"/>`;
      // A roof is a wall here: upright, as high as its row.
      const drawn =
        entry.kind === 'roof'
          ? `<path class="series" d="M${at.toFixed(1)},${y - row / 2 + 3}v${row - 6}">${name}</path>`
          : whisker + mark(entry, at, y, name);
      parts.push(`<g class="${classes(entry)}">${drawn}</g>`);
      if (entry === lead(of, machine)) description.push(`${text}.`);
    }
  });
  return (
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="${id}-title ${id}-text">` +
    `<title id="${id}-title">${escape(title)}</title><desc id="${id}-text">${escape(description.join(' '))}</desc>${parts.join('')}</svg>`
  );
}
