// What the pictures of the example show: nothing is cut, nobody is told by a hue alone, ties are ties.
import { describe, expect, it } from 'vitest';
import { dotPlot, lineChart, smallMultiples } from '../../examples/language/chart.js';
import { differ, interval, places } from '../../examples/language/evaluation.js';

const series = (name: string, ...ys: number[]) => ({
  name,
  note: 'note',
  points: ys.map((y, x) => ({ x: x + 1, y })),
});

/** Percentages of a style or path. */
const numbers = (html: string): number[] =>
  [...html.matchAll(/(?:left|right|bottom):(-?[\d.]+)%|[ML](-?[\d.]+) (-?[\d.]+)/g)].flatMap(([, a, b, c]) =>
    [a, b, c].filter(x => x !== undefined).map(Number),
  );

describe('charts', () => {
  it('have all that they draw within their frame, and all text outside of the SVG', () => {
    const html = [
      lineChart('loss', series('adam', 4, 2, 1e9, 1), { x: 'step', y: 'loss' }),
      smallMultiples('loss', [series('a', 3, 2), series('b', 1, Number.NaN, 2)]),
      dotPlot('time', [{ name: 'x', value: 2, interval: [1, 3], text: '2' }], 0.5),
    ].join('');
    expect(numbers(html).length).toBeGreaterThan(20);
    for (const x of numbers(html)) expect(x >= 0 && x <= 100, `${x}`).toBe(true);
    expect(html).not.toMatch(/<text|NaN|Infinity|hsl\(/);
  });

  it('give every line a picture with its name, before all others', () => {
    const html = smallMultiples('loss', [series('a', 3, 2), series('b', 1, 2), series('c', 2, 2)]);
    expect(html.match(/<figure>/g)).toHaveLength(3);
    expect(html.match(/class="line own"/g)).toHaveLength(3);
    expect(html.match(/class="line other"/g)).toHaveLength(3);
    expect(html).toContain('<b>b</b> note');
  });

  it('say so where there is nothing to draw', () => {
    expect(lineChart('loss', series('x', Number.NaN), { x: 'step', y: 'loss' })).toContain('Nothing to draw');
  });
});

describe('places', () => {
  const hits = (right: number, of = 1000, from = 0) =>
    Uint8Array.from({ length: of }, (_, i) => (i >= from && i < from + right ? 1 : 0));

  it('are shared where the answers differ by no more than chance', () => {
    // 800 and 797 differ in three questions, 700 in a hundred.
    expect(places([hits(800), hits(797), hits(700), hits(698)])).toEqual([1, 1, 3, 3]);
    // The same share of right answers to other questions is a tie, too.
    expect(differ(hits(500), hits(500, 1000, 500))).toBe(false);
    expect(differ(hits(500), hits(495))).toBe(true);
    expect(differ(hits(500), hits(500))).toBe(false);
  });

  it("have Wilson's intervals", () => {
    // 50 of 100: 0.404 to 0.596.
    const [low, high] = interval(hits(50, 100));
    expect(low).toBeCloseTo(0.4038, 4);
    expect(high).toBeCloseTo(0.5962, 4);
  });
});
