/** Pictures that need nothing from outside: lines are SVG, all text is HTML, so that it stays readable at every width. */
import { escape } from './html.js';

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** The round numbers between two bounds, about as many as asked for. */
function ticks(low: number, high: number, about: number): number[] {
  const rough = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(candidate => candidate >= rough) ?? rough;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** How far the axes of a picture go; both begin at 0. */
interface Extent {
  readonly x: number;
  readonly y: number;
}

const finite = ({ points }: Series): Series['points'] => points.filter(({ y }) => Number.isFinite(y));

/** As far as the lines go, but for what diverges, which would leave a flat line of all others. */
function extentOf(series: readonly Series[]): Extent | null {
  const all = series.flatMap(finite);
  if (all.length < 2) return null;
  const firsts = series.map(one => finite(one)[0]?.y ?? 0);
  return {
    x: Math.max(...all.map(({ x }) => x)),
    y: Math.min(Math.max(...all.map(({ y }) => y)), 3 * Math.max(...firsts)),
  };
}

// A place on an axis, in percent of its length.
const placed = (value: number, most: number): string => (100 * Math.min(1, value / most)).toFixed(2);

function line(series: Series, kind: string, { x: mostX, y: mostY }: Extent): string {
  const path = finite(series)
    .map(
      ({ x, y }, k) =>
        `${k === 0 ? 'M' : 'L'}${placed(x, mostX)} ${placed(mostY - Math.min(y, mostY), mostY)}`,
    )
    .join('');
  return `<path class="line ${kind}" d="${path}"><title>${escape(series.name)}</title></path>`;
}

function plot(title: string, lines: string, extent: Extent, about: number): string {
  const across = ticks(0, extent.x, about).map(
    x => `<i class="x" style="left:${placed(x, extent.x)}%">${x.toLocaleString('en')}</i>`,
  );
  const up = ticks(0, extent.y, about).map(
    y => `<i class="y" style="bottom:${placed(y, extent.y)}%">${y}</i>`,
  );
  return (
    `<div class="plot"><svg viewBox="0 0 100 100" preserveAspectRatio="none" role="img" aria-label="${escape(title)}">` +
    `${lines}</svg><div aria-hidden="true">${across.join('')}${up.join('')}</div></div>`
  );
}

const nothing = '<p>Nothing to draw: the loss was never a number.</p>';

/** One line over steps. It ends where it is no longer a number. */
export function lineChart(title: string, series: Series, axes: { x: string; y: string }): string {
  const extent = extentOf([series]);
  if (extent === null) return nothing;
  const caption = `${axes.y} (upward) over ${axes.x}`;
  return `<figure><figcaption>${escape(caption)}</figcaption>${plot(title, line(series, 'own', extent), extent, 5)}</figure>`;
}

/** A small picture for each line, in the order given: the line itself before all others in grey, all on the same axes. */
export function smallMultiples(
  title: string,
  series: readonly (Series & { readonly note: string })[],
): string {
  const extent = extentOf(series);
  if (extent === null) return nothing;
  // Drawn once; each picture refers to it.
  const others = series.map(one => line(one, 'other', extent)).join('');
  const panels = series.map(
    one =>
      `<figure><figcaption><b>${escape(one.name)}</b> ${escape(one.note)}</figcaption>` +
      `${plot(`${title}: ${one.name}`, `<use href="#others"/>${line(one, 'own', extent)}`, extent, 3)}</figure>`,
  );
  return (
    `<svg class="apart" aria-hidden="true"><defs><g id="others">${others}</g></defs></svg>` +
    `<div class="panels">${panels.join('')}</div>`
  );
}

/** A row of a dot plot: its value, with the interval in which it lies if there is one. */
export interface Dot {
  readonly name: string;
  readonly value: number;
  readonly interval?: readonly [low: number, high: number];
  readonly text: string;
}

/** Values as dots on one axis, each with its name before and its text behind. The axis begins at `from`. */
export function dotPlot(title: string, dots: readonly Dot[], from = 0): string {
  const ends = dots.flatMap(({ value, interval }) => interval ?? [value]).filter(Number.isFinite);
  const most = Math.max(...ends, from + Number.MIN_VALUE) - from;
  const rows = dots.map(({ name, value, interval, text }) => {
    const whisker =
      interval &&
      `<i class="whisker" style="left:${placed(interval[0] - from, most)}%;right:${placed(from + most - interval[1], most)}%"></i>`;
    const dot = Number.isFinite(value)
      ? `<i class="dot" style="left:${placed(value - from, most)}%"></i>`
      : '';
    return `<li><span>${escape(name)}</span><div aria-hidden="true">${whisker ?? ''}${dot}</div><b>${escape(text)}</b></li>`;
  });
  return `<ol class="dots" aria-label="${escape(title)}">${rows.join('')}</ol>`;
}
