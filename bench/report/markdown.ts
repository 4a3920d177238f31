/** The tables that a README quotes. */
import type { CaseResult, Entry, Results } from '../results.js';
import {
  gigabytes,
  label,
  lead,
  named,
  nanoseconds,
  native,
  nativeOnAll,
  one,
  rivals,
  roofOf,
  rounds,
  speed,
} from './figures.js';
import { count, figure, many, rough } from './format.js';
import { conditions } from './header.js';
import { markdownTable } from './markdown-table.js';
import { times } from './sections.js';

const none = '–';

/** How many times as fast as the loop. */
function overLoop(of: CaseResult, entry: Entry | undefined): string {
  const loop = one(of, 'loop');
  return entry && loop && entry !== loop ? `${times(speed(entry, loop))} ×` : none;
}

/** How many times as long as the roof. */
function overRoof(of: CaseResult, entry: Entry | undefined): string {
  const roof = entry && roofOf(of, entry);
  return entry && roof ? times(speed(roof, entry)) : none;
}

/** Adam on one tensor of each size and on lists of tensors, against the loop and the roof. */
function adam({ cases, machine }: Results): string {
  const chosen = cases.filter(
    of => label(of) === 'Adam' && of.dtype === 'float32' && (of.group === 'sizes' || of.group === 'tensors'),
  );
  if (chosen.length === 0) return '';
  const rows = [
    ...chosen.filter(({ group }) => group === 'sizes').sort((a, b) => a.elements - b.elements),
    ...chosen.filter(({ group }) => group === 'tensors'),
  ];
  const most = Math.max(1, ...rows.map(of => nativeOnAll(of, machine)?.threads ?? 1));
  const others = rivals(rows).filter(({ kind }) => kind === 'tfjs-wasm' || kind === 'torch');
  const onAll = most > 1 ? [many(most, 'thread')] : [];
  const head = [
    'elements',
    'loop, ns each',
    'WebAssembly',
    'native, 1 thread',
    ...onAll.map(all => `native, ${all}`),
    ...others.map(({ contestant }) => contestant),
    'native, 1 thread : roof',
    ...onAll.map(all => `native, ${all} : roof`),
  ];
  const table = rows.map(of => {
    const loop = one(of, 'loop');
    const [single, all] = [native(of, machine, 1), nativeOnAll(of, machine)];
    return [
      of.group === 'sizes' ? count(of.elements) : of.title.replace(`${label(of)}, ${of.dtype}, `, ''),
      loop ? figure(nanoseconds(of, loop)) : none,
      overLoop(of, one(of, 'wasm')),
      overLoop(of, single),
      ...onAll.map(() => overLoop(of, all)),
      ...others.map(({ contestant }) => overLoop(of, named(of, contestant))),
      overRoof(of, single),
      ...onAll.map(() => overRoof(of, all)),
    ];
  });
  return [
    'Adam, float32, one step: how many times as fast as a hand-tuned loop in JavaScript, and how many times as long as the roof,',
    'a pass that only moves the same memory.',
    '',
    // A column in which nobody has anything to say was not raced.
    ...compact(head, table),
  ].join('\n');
}

function compact(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const kept = head.map((_, k) => rows.some(row => row[k] !== none));
  const some = (row: readonly string[]): string[] => row.filter((_, k) => kept[k]);
  return [markdownTable(some(head), rows.map(some))];
}

/** Every optimizer on a million elements. */
function optimizers({ cases, machine }: Results): string {
  const chosen = cases.filter(
    of => of.group === 'sizes' && of.elements === 1e6 && of.dtype === 'float32' && lead(of, machine),
  );
  if (chosen.length === 0) return '';
  const who = [...new Set(chosen.map(of => lead(of, machine)!.contestant))].join(', ');
  return [
    `Every optimizer, float32, one tensor of 1,000,000, ${who}:`,
    '',
    ...compact(
      ['optimizer', 'ns each', 'GB/s', 'time : roof', '× loop', 'max ulps'],
      chosen.map(of => {
        const entry = lead(of, machine)!;
        return [
          label(of),
          figure(nanoseconds(of, entry)),
          figure(gigabytes(of, entry)),
          overRoof(of, entry),
          overLoop(of, entry),
          entry.ulps === null ? none : rough(entry.ulps),
        ];
      }),
    ),
  ].join('\n');
}

/** What stands between the marks in README.md; it ends without a line feed. Empty where nothing of it was raced. */
export function markdownReport(results: Results): string {
  const tables = [adam(results), optimizers(results)].filter(table => table !== '');
  return tables.length === 0
    ? ''
    : [...tables, conditions(results, rounds(results), results.machine.instructionSet)].join('\n\n');
}

/**
 * `readme` with `text` between two lines that are marks and stay.
 *
 * @throws where a mark is missing, stands twice, or where they are the wrong way round: half a file must not be replaced
 */
export function replaceBetween(readme: string, begin: string, end: string, text: string): string {
  const place = (mark: string): number => {
    const at = readme.indexOf(mark);
    if (at < 0) throw new Error(`Expected ${mark} in the text, and it is not there`);
    if (readme.indexOf(mark, at + 1) >= 0)
      throw new Error(`Expected ${mark} once in the text, and it stands twice`);
    return at;
  };
  const [from, to] = [place(begin) + begin.length, place(end)];
  if (to < from) throw new Error(`Expected ${begin} before ${end}`);
  return `${readme.slice(0, from)}\n\n${text.trim()}\n\n${readme.slice(to)}`;
}
