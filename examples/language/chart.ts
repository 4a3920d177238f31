import { escape } from './html.js';

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const [width, height] = [720, 320];
const plot = { left: 56, right: 704, top: 16, bottom: 272 };

/** The round numbers between two bounds, about five of them. */
function ticks(low: number, high: number): number[] {
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(candidate => candidate >= rough) ?? rough;
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, i) =>
    Number(((first + i) * step).toPrecision(12)),
  );
}

/** A colour for each of many lines, on white and on black; the golden angle keeps neighbours apart. */
const colour = (index: number, of: number): string =>
  of === 1 ? 'var(--accent)' : `hsl(${Math.round(index * 137.508) % 360} 65% 50%)`;

/** Lines over steps, as SVG that needs nothing from outside. A line ends where it is no longer a number. */
export function lineChart(title: string, series: readonly Series[], axes: { x: string; y: string }): string {
  const all = series.flatMap(({ points }) => points.filter(({ y }) => Number.isFinite(y)));
  if (all.length < 2) return '<p>Nothing to draw: the loss was never a number.</p>';
  const mostX = Math.max(...all.map(({ x }) => x));
  // What diverges would leave a flat line of all others.
  const mostY = Math.min(
    Math.max(...all.map(({ y }) => y)),
    3 * Math.max(...series.map(({ points }) => first(points))),
  );
  const xOf = (x: number): number => plot.left + (x / mostX) * (plot.right - plot.left);
  const yOf = (y: number): number => plot.bottom - (Math.min(y, mostY) / mostY) * (plot.bottom - plot.top);
  const line = ({ name, points }: Series, i: number): string => {
    const path = points
      .filter(({ y }) => Number.isFinite(y))
      .map(({ x, y }, k) => `${k === 0 ? 'M' : 'L'}${xOf(x).toFixed(1)} ${yOf(y).toFixed(1)}`)
      .join('');
    return `<path class="line" d="${path}" style="stroke:${colour(i, series.length)}"><title>${escape(name)}</title></path>`;
  };
  const grid = [
    ...ticks(0, mostY).map(
      y =>
        `<path class="grid" d="M${plot.left} ${yOf(y).toFixed(1)}H${plot.right}"/>` +
        `<text x="${plot.left - 8}" y="${(yOf(y) + 4).toFixed(1)}" text-anchor="end">${y}</text>`,
    ),
    ...ticks(0, mostX).map(
      x =>
        `<text x="${xOf(x).toFixed(1)}" y="${plot.bottom + 20}" text-anchor="middle">${x.toLocaleString('en')}</text>`,
    ),
  ];
  const labels =
    `<text x="${(plot.left + plot.right) / 2}" y="${height - 8}" text-anchor="middle">${escape(axes.x)}</text>` +
    `<text transform="translate(14 ${(plot.top + plot.bottom) / 2}) rotate(-90)" text-anchor="middle">${escape(axes.y)}</text>`;
  const svg =
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}">` +
    `${grid.join('')}${labels}${series.map(line).join('')}</svg>`;
  if (series.length === 1) return svg;
  const legend = series.map(
    ({ name }, i) => `<li><span style="background:${colour(i, series.length)}"></span>${escape(name)}</li>`,
  );
  return `${svg}<ul class="legend">${legend.join('')}</ul>`;
}

function first(points: Series['points']): number {
  return points.find(({ y }) => Number.isFinite(y))?.y ?? 0;
}

/** Horizontal bars, each with its value written beside it. */
export function barChart(
  title: string,
  bars: readonly { name: string; value: number; text: string }[],
): string {
  const most = Math.max(...bars.map(({ value }) => (Number.isFinite(value) ? value : 0)), Number.MIN_VALUE);
  const row = 28;
  const body = bars.map(({ name, value, text }, i) => {
    const length = Math.max(1, ((Number.isFinite(value) ? value : 0) / most) * 380);
    return (
      `<text x="228" y="${i * row + 19}" text-anchor="end">${escape(name)}</text>` +
      `<rect class="bar" x="236" y="${i * row + 5}" width="${length.toFixed(1)}" height="18" rx="2"/>` +
      `<text x="${(244 + length).toFixed(1)}" y="${i * row + 19}">${escape(text)}</text>`
    );
  });
  return `<svg viewBox="0 0 ${width} ${bars.length * row}" role="img" aria-label="${escape(title)}">${body.join('')}</svg>`;
}
