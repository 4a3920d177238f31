// Says which lines and branches of native/ and src/ ran, after scripts/coverage.sh has made them run in a copy of the tree,
// and fails where a line of a kernel, of the loop over chunks or of the threads did not. Reads gcov's own JSON; a header
// that several instruction sets include counts as one, and a line as covered where any of them ran it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, resolve } from 'node:path';

const root = process.cwd();
const objects = join(root, 'build/Release/obj.target/lanestep/native');

/** What must run to the last line. */
const complete =
  /^native\/(rules\/.*|stages\/.*|isa\/loop\.h|isa\/one\.h|isa\/(avx512|avx2|sse2)\.cc|update\.(cc|h)|parallel\.cc)$/;

/** Lines of those that cannot run here, and why: [file, the line, how many with it, the reason]. */
const exceptions = [
  [
    'native/parallel.cc',
    '} catch (const std::bad_alloc&) {',
    3,
    "to refuse the few bytes that a thread begins with, and nothing before, is in no test's power",
  ],
];

/** By file and line: how often it ran, and for each of its branches whether it was taken. */
const lines = new Map();

function add(file, { line_number: number, count, branches }) {
  if (!lines.has(file)) lines.set(file, new Map());
  const numbers = lines.get(file);
  if (!numbers.has(number)) numbers.set(number, { count: 0, branches: new Map() });
  const line = numbers.get(number);
  line.count += count;
  branches
    .filter(branch => !branch.throw)
    .forEach((branch, i) => {
      // Instances of a template may have other branches in the same line, such as those of a flag.
      const key = `${branches.length}.${i}`;
      line.branches.set(key, (line.branches.get(key) ?? 0) + branch.count);
    });
}

const notes = readdirSync(objects, { recursive: true })
  .map(String)
  .filter(name => name.endsWith('.gcno'));
if (notes.length === 0) throw new Error(`no notes of gcov in ${objects}`);
for (const name of notes) {
  const args = ['--json-format', '--stdout', '--branch-probabilities', join(objects, name)];
  const text = execFileSync('gcov', args, {
    cwd: join(root, 'build'),
    encoding: 'utf8',
    maxBuffer: 2 ** 30,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  for (const document of text.split('\n').filter(Boolean)) {
    const { files, current_working_directory: folder } = JSON.parse(document);
    for (const { file, lines } of files) {
      const path = relative(root, resolve(folder, file));
      if (path.startsWith('native/')) for (const line of lines) add(path, line);
    }
  }
}

// The processor lacks some sets, and then nothing of theirs can run.
const { instructionSets } = createRequire(import.meta.url)(join(root, 'build/Release/lanestep.node'));
const lacking = instructionSets.filter(set => !set.supported).map(({ name }) => `native/isa/${name}.cc`);

const rows = [];
const percent = (part, whole) => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`);
const failures = [];
const excused = new Map(exceptions.map(exception => [exception, 0]));
for (const [file, numbers] of [...lines].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const text = readFileSync(join(root, file), 'utf8').split('\n');
  const exceptionOf = number =>
    exceptions.find(([where, what, many]) => {
      const first = text.findIndex(line => line.trim() === what) + 1;
      return where === file && number >= first && number < first + many;
    });
  for (const [number, { count }] of [...numbers].sort(([a], [b]) => a - b)) {
    if (count > 0 || !complete.test(file) || lacking.includes(file)) continue;
    const exception = exceptionOf(number);
    if (exception) excused.set(exception, excused.get(exception) + 1);
    else failures.push(`did not run: ${file}:${number}: ${text[number - 1].trim()}`);
  }
  const all = [...numbers.values()];
  const ways = all.flatMap(({ branches }) => [...branches.values()]);
  rows.push([
    file,
    `${all.filter(({ count }) => count > 0).length}/${all.length}`,
    percent(all.filter(({ count }) => count > 0).length, all.length),
    percent(ways.filter(count => count > 0).length, ways.length),
  ]);
}

const summary = join(root, 'coverage/coverage-summary.json');
if (existsSync(summary)) {
  const { total, ...files } = JSON.parse(readFileSync(summary, 'utf8'));
  const row = (name, { lines, branches }) =>
    rows.push([
      name,
      `${lines.covered}/${lines.total}`,
      percent(lines.covered, lines.total),
      percent(branches.covered, branches.total),
    ]);
  for (const [path, each] of Object.entries(files)) row(relative(root, path), each);
  row('src/ in all', total);
}

const head = ['file', 'lines', '', 'branches'];
const widths = head.map((_, k) => Math.max(...[head, ...rows].map(row => row[k].length)));
for (const row of [head, ...rows])
  console.log(row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join('  '));

// What was not looked at would pass as well. Lists and macros have no lines that run.
const seen = file =>
  lines.has(file) ||
  lacking.includes(file) ||
  /\/(list|region)\.h$|neon\.cc$|\.h$(?<!native\/(rules|stages|isa)\/.*)/.test(file);
for (const name of readdirSync(join(root, 'native'), { recursive: true }).map(String))
  if (/\.(cc|h)$/.test(name) && !seen(`native/${name}`)) failures.push(`not looked at: native/${name}`);
for (const [[file, what, , reason], many] of excused) {
  if (many > 0) console.log(`excused: ${file}, ${many} lines from \`${what}\` on: ${reason}`);
  else failures.push(`${file} runs all lines from \`${what}\` on; take them off the list of exceptions`);
}
for (const failure of failures) console.log(`FAILED: ${failure}`);
process.exitCode = failures.length > 0 ? 1 : 0;
