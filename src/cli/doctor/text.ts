// The report as text.
import { shown } from '../../backends/native.js';
import { arrayBytes } from './bandwidth.js';
import type { Report } from './report.js';

// Node's reasons may have several lines.
const line = (name: string, text: string) => `  ${name.padEnd(13)}${text.replace(/\s*\n\s*/g, ' ')}\n`;

/** Columns as wide as what is in them; the first to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, k) => Math.max(...rows.map(row => row[k]!.length)));
  return rows
    .map(
      row =>
        `  ${row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]!) : cell.padStart(widths[k]!))).join('  ')}\n`,
    )
    .join('');
}

function head({ machine: m, native, wasm, used, flags, variables }: Report): string {
  const sets = native.instructionSets.map(shown);
  const permission = flags.permissionModel
    ? `permission model, addons ${flags.allowAddons ? '' : 'not '}allowed`
    : 'no permission model';
  return [
    `lanestep ${m.lanestep}\n`,
    line('node', `${m.node}, V8 ${m.v8}, Node-API ${m.napi}`),
    line('system', `${m.platform} ${m.release} ${m.arch}${m.libc ? `, ${m.libc}` : ''}`),
    line('processor', `${m.cpu}, ${m.processors} processors, ${m.usable} usable`),
    line('native', native.loaded ? sets.join(', ') : `not loaded: ${native.reason}`),
    native.path === null ? '' : line('addon', native.path),
    // That the other C library's is refused is as it should be.
    ...native.passedOver.filter(why => !why.includes('-musl')).map(why => line('passed over', why)),
    line('wasm', wasm.loaded ? `${wasm.instructionSet}` : `not loaded: ${wasm.reason}`),
    line('flags', `${permission}${flags.noAddons ? ', --no-addons' : ''}`),
    ...variables.map(({ name, value, problem, note }) =>
      line('variable', `${name}=${value}${problem ? ` is not valid: ${problem}` : note ? ` (${note})` : ''}`),
    ),
    line(
      'in use',
      'error' in used
        ? `nothing: ${used.error}`
        : `${used.name} ${used.instructionSet}, ${used.threads} thread${used.threads === 1 ? '' : 's'}` +
            `${used.reason ? ` (${used.reason})` : ''}`,
    ),
  ].join('');
}

function test({ selfTest: { subjects, kernels, failures, digests, agree, ulpBound } }: Report): string {
  if (subjects.length === 0) return '\nSelf-test: there is nothing to test.\n';
  const rows = Object.entries(kernels).map(([kernel, cells]) => [
    kernel,
    ...subjects.map(title => cells[title]?.toFixed(2) ?? 'WRONG'),
  ]);
  return [
    '\nSelf-test: every kernel in float32 and float64, equal bit for bit with the reference; and how far float32\n' +
      `parameters are from the same steps in float64 at most, in ulps (more than ${ulpBound} counts as wrong).\n\n`,
    table([['', ...subjects], ...rows]),
    '\n',
    ...failures.map(
      ({ subject, kernel, dtype, what }) => `  wrong: ${kernel} on ${subject}, ${dtype}: ${what}\n`,
    ),
    agree
      ? `  All agree: digest ${Object.values(digests)[0]}.\n`
      : `  They do not agree: ${Object.entries(digests)
          .map(([title, digest]) => `${title} ${digest}`)
          .join(', ')}.\n`,
  ].join('');
}

function memory({ bandwidth }: Report): string {
  if (typeof bandwidth === 'string') return `\nMemory: not measured (${bandwidth}).\n`;
  const speeds = bandwidth.map(
    ({ threads, gigabytesPerSecond }) =>
      `${gigabytesPerSecond.toFixed(1)} GB/s on ${threads} thread${threads === 1 ? '' : 's'}`,
  );
  return (
    `\nMemory: ${speeds.join(', ')} (the fastest pass of SGD over two float32 arrays of ${arrayBytes / (1024 * 1024)} MiB:\n` +
    'one read, one read and written back).\n'
  );
}

const verdicts = {
  native: 'Fine: the native backend runs, and its results are right.',
  wasm: 'Warning: WebAssembly runs and its results are right, but it is slower than native.',
  wrong: 'WRONG: a result is not what it must be.',
  none: 'WRONG: an optimizer cannot run here.',
};

/** The report for people. */
export function text(report: Report): string {
  const todo = report.remedies.map(remedy => `  - ${remedy}\n`).join('');
  return `${head(report)}${test(report)}${memory(report)}${todo && `\nWhat to do:\n${todo}`}\n${verdicts[report.verdict]}\n`;
}
