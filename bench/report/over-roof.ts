/** Who takes longer than the memory that it moves: lanestep's cases of a million elements over 1.15 times their roof, and why. */
import type { CaseResult, Results } from '../results.js';
import { aboutEqual } from '../statistics.js';
import { label, native, roofOf, speed } from './figures.js';
import { figure } from './format.js';
import { type Table, withoutEmpty } from './table.js';

/** From so many elements on a step goes at the speed of memory, or says why not. */
export const roofElements = 1e6;
/** How many times its roof a step may take. */
export const roofLimit = 1.15;

const each = (count: number, one: string, many: string): string[] =>
  count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];

/** What holds it up: what it has to compute for an element, and how often it goes over memory. */
function reason({ work }: CaseResult): string {
  if (work === undefined) return '';
  const { passes, operations, divisions, roots, sums } = work;
  return [
    ...each(operations, 'operation', 'operations'),
    ...each(divisions, 'division', 'divisions'),
    ...each(roots, 'root', 'roots'),
    ...each(sums, 'sum in double', 'sums in double'),
    ...(passes > 1 ? [`${passes} passes`] : []),
  ].join(', ');
}

/** Of the cases with as many elements as that; none where all are within the limit. */
export function overRoof(cases: readonly CaseResult[], { machine }: Results): Table {
  const over = cases.flatMap(of => {
    const own = of.group === 'sizes' && of.elements >= roofElements ? native(of, machine, 1) : undefined;
    const roof = own && roofOf(of, own);
    if (own === undefined || roof === undefined) return [];
    // The roof's speed over its own is its time over the roof's.
    const ratio = speed(roof, own);
    return ratio.value > roofLimit ? [{ of, ratio }] : [];
  });
  return withoutEmpty({
    caption: `over ${roofLimit} times the roof of its own streams, on one thread, and what it computes for an element`,
    columns: [
      { head: 'optimizer', left: true },
      { head: 'type', left: true },
      { head: 'elements', left: true },
      { head: 'time :\nroof' },
      { head: 'for an element', left: true },
    ],
    rows: over
      .sort((a, b) => b.ratio.value - a.ratio.value)
      .map(({ of, ratio }) => [
        label(of),
        of.dtype,
        `1e${Math.round(Math.log10(of.elements))}`,
        `${aboutEqual(ratio) ? '≈' : ''}${figure(ratio.value)}`,
        reason(of),
      ]),
  });
}
