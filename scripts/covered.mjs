// Says which lines and branches of native/ and src/ ran, after scripts/coverage.sh has made them run in a copy of the tree,
// and fails where a line of a kernel, of the loop over chunks or of the threads did not. Reads gcov's own JSON; a header
// that several instruction sets include counts as one, and a line as covered where any of them ran it.
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

const root = process.cwd();
const objects = join(root, 'build/Release/obj.target/lanestep/native');

/** What must run to the last line. */
const complete =
  /^native\/(rules\/.*|stages\/.*|isa\/loop\.h|isa\/one\.h|isa\/(avx512|avx2|sse2)\.cc|update\.(cc|h)|parallel\.cc)$/;

/** Lines of those that cannot run here, and why: [file, what stands in the line, reason]. */
const exceptions = [
  [
    'native/parallel.cc',
    'catch (const std::bad_alloc&)',
    'the C library refuses a thread for want of memory with the same error as for want of threads',
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

const rows = [];
const percent = (part, whole) => (whole === 0 ? '' : `${((100 * part) / whole).toFixed(1)} %`);
const missing = [];
const unused = new Set(exceptions);
for (const [file, numbers] of [...lines].sort(([a], [b]) => (a < b ? -1 : 1))) {
  const text = readFileSync(join(root, file), 'utf8').split('\n');
  let excused = 0;
  for (const [number, { count }] of [...numbers].sort(([a], [b]) => a - b)) {
    if (count > 0 || !complete.test(file)) continue;
    const line = text[number - 1].trim();
    const exception = exceptions.find(([where, what]) => where === file && line.includes(what));
    if (exception) {
      unused.delete(exception);
      excused++;
    } else missing.push(`${file}:${number}: ${line}`);
  }
  const all = [...numbers.values()];
  const ways = all.flatMap(({ branches }) => [...branches.values()]);
  rows.push([
    file,
    `${all.filter(({ count }) => count > 0).length}/${all.length}`,
    percent(all.filter(({ count }) => count > 0).length, all.length),
    percent(ways.filter(count => count > 0).length, ways.length),
    excused > 0 ? `${excused} excused` : '',
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
      '',
    ]);
  for (const [path, each] of Object.entries(files)) row(relative(root, path), each);
  row('src/ in all', total);
}

const widths = rows[0].map((_, k) => Math.max(...rows.map(row => row[k].length)));
for (const row of [['file', 'lines', '', 'branches', ''], ...rows])
  console.log(row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join('  '));

for (const [file, what, reason] of exceptions) console.log(`excused: ${file}, ${what}: ${reason}`);
for (const [file, what] of unused)
  console.log(`FAILED: ${file} has no line ${what} that did not run; take it off the list`);
for (const line of missing) console.log(`FAILED: did not run: ${line}`);
// A table of nothing would pass too.
const watched = [...lines.keys()].filter(file => complete.test(file)).length;
if (watched < 30) console.log(`FAILED: only ${watched} files of native/ were looked at`);
process.exitCode = missing.length > 0 || unused.size > 0 || watched < 30 ? 1 : 0;
