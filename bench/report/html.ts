/** The report as a page with pictures: Adam under its roof, every other optimizer small, and all tables. */
import type { CaseResult, Entry, Machine, Results } from '../results.js';
import { dots } from './dots.js';
import { label, lead, rounds } from './figures.js';
import { count, figure } from './format.js';
import { header, legend, processor } from './header.js';
import { escape, htmlTable } from './html-text.js';
import { page } from './page.js';
import {
  gigabytesEach,
  type Line,
  large,
  linesOf,
  little,
  type Measure,
  nanosecondsEach,
  roofline,
} from './roofline.js';
import { grouped, sections } from './sections.js';
import { inOrder, sample } from './series.js';

/** Who is who, for pictures without room for names. */
function legendOf(entries: readonly Entry[]): string {
  const seen = new Map(entries.map(entry => [entry.contestant, entry]));
  const items = inOrder([...seen.values()]).map(
    entry => `<li>${sample(entry)}${escape(entry.contestant)}</li>`,
  );
  return `<ul class="legend">${items.join('')}</ul>`;
}

/** The numbers of a picture, folded away. */
function numbers(caption: string, { unit }: Measure, lines: readonly Line[]): string {
  const sizes = [...new Set(lines.flatMap(({ points }) => points.map(p => p.elements)))].sort(
    (a, b) => a - b,
  );
  const table = htmlTable({
    caption: `${caption}, ${unit}`,
    columns: [{ head: 'contestant', left: true }, ...sizes.map(n => ({ head: count(n) }))],
    rows: lines.map(({ entry, points }) => [
      entry.contestant,
      ...sizes.map(n => {
        const point = points.find(p => p.elements === n);
        return point ? `${figure(point.value)} (${figure(point.low)} to ${figure(point.high)})` : '';
      }),
    ]),
  });
  return `<details><summary>The numbers of this picture</summary>${table}</details>`;
}

/** One optimizer, large: its time, and the memory that it moves. */
function overSizes(id: string, cases: readonly CaseResult[], machine: Machine): string {
  const { dtype } = cases[0]!;
  const name = `${label(cases[0]!)}, ${dtype}`;
  const pictures = [nanosecondsEach, gigabytesEach].map((measure, i) => {
    const lines = linesOf(cases, machine, measure);
    const title = `${measure.name}, ${measure.unit}`;
    const picture = roofline(`${id}-${i}`, `${name}: ${title}`, cases, machine, measure, lines, large);
    return `<figure><h3>${escape(title)}</h3>${picture}${numbers(`${name}: ${measure.name.toLowerCase()}`, measure, lines)}</figure>`;
  });
  return (
    `<section><h2>${escape(name)}</h2><p class="soft">One tensor, one step. The thick line is the roof, a pass that only moves the ` +
    'same memory; what lies in the shade beyond it no step on as many threads can reach. Both axes are logarithmic, whiskers are the intervals of the medians, ' +
    `and the names above say where the tensors live.</p><div class="pair">${pictures.join('')}</div></section>`
  );
}

const isSmall = ({ kind }: Entry): boolean => ['native', 'wasm', 'loop'].includes(kind);

/** The others over the sizes, small, each in its own scale. */
function smallMultiples(families: readonly (readonly CaseResult[])[], machine: Machine): string {
  if (families.length === 0) return '';
  const all: Entry[] = [];
  const pictures = families.map((cases, i) => {
    const lines = linesOf(cases, machine, nanosecondsEach, isSmall);
    all.push(...lines.map(({ entry }) => entry));
    const name = `${label(cases[0]!)}, ${cases[0]!.dtype}`;
    const title = `${name}: ns for one parameter over the number of elements`;
    const picture = roofline(`small-${i}`, title, cases, machine, nanosecondsEach, lines, little);
    return `<figure><h3>${escape(name)}</h3>${picture}</figure>`;
  });
  return (
    '<section><h2>Every optimizer over the number of elements</h2><p class="soft">Nanoseconds for one parameter; the numbers are in the ' +
    `tables below.</p>${legendOf(all)}<div class="many">${pictures.join('')}</div></section>`
  );
}

/** Every optimizer where most of them met. */
function side(cases: readonly CaseResult[], machine: Machine): string {
  const byType = grouped(
    cases.filter(of => lead(of, machine)),
    ({ dtype }) => dtype,
  ).map(some => {
    const bySize = grouped(some, ({ elements }) => `${elements}`).sort(
      (a, b) =>
        b.length - a.length ||
        Math.abs(Math.log(a[0]!.elements / 1e6)) - Math.abs(Math.log(b[0]!.elements / 1e6)),
    );
    return bySize[0]!;
  });
  return byType
    .filter(some => some.length > 2)
    .map((some, i) => {
      const { dtype, elements } = some[0]!;
      const title = `Every optimizer, ${dtype}, ${count(elements)} elements`;
      const entries = some.flatMap(of => linesOf([of], machine, nanosecondsEach).map(({ entry }) => entry));
      return (
        `<section><h2>${escape(title)}</h2>${legendOf(entries)}` +
        `<figure class="dots" tabindex="0">${dots(`dots-${i}`, title, some, machine)}</figure></section>`
      );
    })
    .join('');
}

/** A page that needs nothing else. */
export function htmlReport(results: Results): string {
  const { machine } = results;
  const sizes = results.cases.filter(({ group }) => group === 'sizes');
  const families = grouped(sizes, of => `${label(of)} ${of.dtype}`).filter(
    cases =>
      new Set(cases.map(({ elements }) => elements)).size > 1 &&
      linesOf(cases, machine, nanosecondsEach).length > 0,
  );
  const isAdam = (cases: readonly CaseResult[]): boolean => label(cases[0]!) === 'Adam';
  const tables = sections(results).map(
    ({ title, tables }) => `<section><h2>${escape(title)}</h2>${tables.map(htmlTable).join('')}</section>`,
  );
  return page(`lanestep ${machine.lanestep} on ${processor(machine.cpu)}`, header(results, rounds(results)), [
    ...families.filter(isAdam).map((cases, i) => overSizes(`sizes-${i}`, cases, machine)),
    side(sizes, machine),
    smallMultiples(
      families.filter(cases => !isAdam(cases)),
      machine,
    ),
    ...tables,
    `<ul class="notes">${legend(results)
      .map(line => `<li>${escape(line)}</li>`)
      .join('')}</ul>`,
  ]);
}
