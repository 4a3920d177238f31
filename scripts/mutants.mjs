// Breaks the code, one change at a time, in copies of the tree, and shows that tests fail: a test that was not seen to fail proves
// nothing.
//
// Most mutants are generated (scripts/mutants/generated/): out of the arithmetic, its words, and the numbers of the rules. All of
// a language are compiled at once, and one is chosen while the tests run. What no rule generates stands in scripts/mutants/by-hand/,
// one list for each room, as entries
//
//     [name, file, what stands there, what is put there, the tests that must fail, { equivalent: 'why' }?]
//
// The tests are arguments of vitest, the fewest that suffice. An equivalent mutant is one that no test can fail for, and says
// why; it must survive. Outcomes are merged by name into test/mutants.md: a line for each that was written by hand, and for each
// file what became of those that were generated.
//
//     node scripts/mutants.mjs [--jobs N] [--new] [--by-hand | --generated [--one-in N]] [part of a name or file]...
//     node scripts/mutants.mjs --stale       only looks whether every entry still fits the code and stands in the table
//
// Each half takes most of an hour. `--one-in 20` draws, by the day, every twentieth of those that are generated.
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { assembly } from './assembly.mjs';
import { generated as kernelsText } from './kernels.mjs';
import { complaintsOf, generate, judge } from './mutants/generated/index.mjs';
import { run } from './mutants/process.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const table = join(root, 'test/mutants.md');
const survived = '**survived**';
const gyp = 'node_modules/node-gyp/bin/node-gyp.js';

const lists = readdirSync(join(root, 'scripts/mutants/by-hand')).filter(file => file.endsWith('.mjs'));
const mutants = [];
for (const file of lists.sort()) {
  for (const entry of (await import(`./mutants/by-hand/${file}`)).mutants) {
    const [name, path, from, to, tests, { equivalent } = {}] = entry;
    mutants.push({ room: file.replace('.mjs', ''), name, file: path, from, to, tests, equivalent });
  }
}

/** The outcomes that the table has, by name. */
function written() {
  const rows = existsSync(table)
    ? readFileSync(table, 'utf8').matchAll(/^\| (.+?) +\| `.+?` +\| (.+?) +\|$/gm)
    : [];
  return new Map([...rows].map(([, name, outcome]) => [name, outcome]));
}

/** What the table has of generated mutants, by file: how many there were, were killed, and change nothing. */
function scores() {
  const rows = existsSync(table)
    ? readFileSync(table, 'utf8').matchAll(/^\| `(.+?)` +\| (\d+) +\| (\d+) +\| (\d+) +\|$/gm)
    : [];
  return new Map([...rows].map(([, file, ...numbers]) => [file, numbers.map(Number)]));
}

function complaints(all = generate(root)) {
  const texts = new Map();
  const text = file => {
    if (!texts.has(file))
      texts.set(file, existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '');
    return texts.get(file);
  };
  const names = new Set();
  const outcomes = written();
  const bad = [];
  for (const { name, file, from, to, tests, equivalent } of mutants) {
    const times = text(file).split(from).length - 1;
    if (times !== 1) bad.push(`${name}: ${times} times in ${file}: ${from}`);
    if (from === to) bad.push(`${name}: changes nothing`);
    if (names.has(name) || /[|`]/.test(name))
      bad.push(`${name}: a name that another has, or that the table cannot hold`);
    for (const test of filesOf(tests)) if (text(test) === '') bad.push(`${name}: there is no ${test}`);
    const outcome = outcomes.get(name);
    if (outcome === undefined) bad.push(`${name}: not in test/mutants.md; run it`);
    else if (outcome === survived) bad.push(`${name}: survived`);
    else if ((equivalent !== undefined) !== outcome.startsWith('equivalent'))
      bad.push(`${name}: judged anew; run it`);
    names.add(name);
  }
  for (const name of outcomes.keys()) if (!names.has(name)) bad.push(`${name}: only in test/mutants.md`);
  for (const [file, [all, killed, same]] of scores())
    if (killed + same !== all)
      bad.push(`${file}: ${all - killed - same} generated ones are not as they should be`);
  return [...bad, ...complaintsOf(all)];
}

const filesOf = tests => tests.filter(argument => argument.endsWith('.test.ts'));

/** The table of all mutants whose outcome is known. */
function write(outcomes, generated = scores()) {
  const known = mutants.filter(({ name }) => outcomes.has(name));
  const is = (start, list = known) => list.filter(({ name }) => outcomes.get(name).startsWith(start)).length;
  const rooms = [...new Set(known.map(({ room }) => room))].flatMap(room => {
    const own = known.filter(mutant => mutant.room === room);
    return [
      `\n## ${room}: ${own.length}\n`,
      '| mutant | file | killed by |',
      '| --- | --- | --- |',
      ...own.map(({ name, file }) => `| ${name} | \`${file}\` | ${outcomes.get(name)} |`),
    ];
  });
  const mortal = known.length - is('equivalent');
  const sum = index => [...generated.values()].reduce((all, numbers) => all + numbers[index], 0);
  const lines = [
    '# Mutants',
    '',
    'What `scripts/mutants.mjs` broke, one at a time, and what became of it. The script writes these tables.',
    '',
    `Generated: **${sum(1)} of ${sum(0) - sum(2)} killed**; ${sum(2)} more change nothing that could be seen, and`,
    '`scripts/mutants/generated/equivalent.mjs` says why. By hand: ' +
      `**${mortal - is(survived)} of ${mortal} killed**; ${is('equivalent')} more say why in their line.`,
    '',
    '## Generated',
    '',
    '| file | mutants | killed | change nothing |',
    '| --- | --- | --- | --- |',
    ...[...generated].sort().map(([file, numbers]) => `| \`${file}\` | ${numbers.join(' | ')} |`),
    ...rooms,
  ];
  // Never half there: another run may read it.
  writeFileSync(`${table}.new`, `${lines.join('\n')}\n`);
  renameSync(`${table}.new`, table);
}

/** A copy of the tree that is built by itself, and puts everything back after a mutant. */
class Copy {
  home = mkdtempSync(join(tmpdir(), 'lanestep-mutants-'));

  /** @param first one that is there already: what it has built need not be built again */
  async make(first) {
    const whole = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
    if (first) {
      cpSync(first.home, this.home, whole);
      // The makefile knows where it lies, to make itself anew.
      for (const path of ['build', '.kept/build'].map(folder => join(this.home, folder, 'Makefile'))) {
        const { atime, mtime } = statSync(path);
        writeFileSync(path, readFileSync(path, 'utf8').replaceAll(first.home, this.home));
        utimesSync(path, atime, mtime);
      }
      return;
    }
    const tracked = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    const files = execFileSync('git', tracked, { cwd: root, encoding: 'utf8' }).split('\0').filter(Boolean);
    for (const file of files)
      if (existsSync(join(root, file))) cpSync(join(root, file), join(this.home, file), whole);
    symlinkSync(join(root, 'node_modules'), join(this.home, 'node_modules'));
    await this.#built('scripts/prepare.mjs', '--strict');
    for (const path of ['build', 'dist', 'src/kernels.generated.ts'])
      cpSync(join(this.home, path), join(this.home, '.kept', path), whole);
  }

  async #built(...command) {
    const { status, output } = await run(this.home, 2 ** 30, process.execPath, ...command);
    if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${output}`);
  }

  // With their times: the objects stay newer than the sources, so that the next mutant compiles what it touches and no more.
  #putBack(...paths) {
    for (const path of paths) {
      rmSync(join(this.home, path), { recursive: true, force: true });
      cpSync(join(this.home, '.kept', path), join(this.home, path), {
        recursive: true,
        preserveTimestamps: true,
      });
    }
  }

  /** Calls work while the mutant is in force. One that does not build is a mistake in the lists, and no mutant. */
  async with({ file, from, to }, work) {
    const path = join(this.home, file);
    const original = readFileSync(path, 'utf8');
    const { atime, mtime } = statSync(path);
    const made = /^assembly/.test(file)
      ? ['dist', 'src/kernels.generated.ts']
      : /^(native|binding)/.test(file)
        ? ['build']
        : ['dist'];
    writeFileSync(
      path,
      original.replace(from, () => to),
    );
    try {
      if (/^assembly/.test(file)) await this.#assemble();
      else if (/^(native|binding)/.test(file)) {
        // What fails on one instruction set need not be built for the others.
        if (/^native\/(rules|stages)|one\.h$/.test(file)) {
          const others = ['avx2', 'avx512'].map(set =>
            join(this.home, `build/Release/obj.target/lanestep/native/isa/${set}.o`),
          );
          const later = Date.now() / 1000 + 1;
          for (const object of others) utimesSync(object, later, later);
          await this.#built(gyp, 'build', '--loglevel', 'error');
          const killer = await work(this.home);
          if (killer !== null) return killer;
          utimesSync(path, later + 1, later + 1);
        }
        await this.#built(gyp, 'build', '--loglevel', 'error');
      } else await this.#transpile(file);
      return await work(this.home);
    } finally {
      writeFileSync(path, original);
      utimesSync(path, atime, mtime);
      this.#putBack(...made);
    }
  }

  async #assemble() {
    const bytes = {};
    for (const [dtype, target] of Object.entries({ float32: 'f32', float64: 'f64' })) {
      await this.#built(...assembly(this.home, target));
      bytes[dtype] = readFileSync(join(this.home, `dist/kernels-${target}.wasm`));
    }
    writeFileSync(join(this.home, 'src/kernels.generated.ts'), await kernelsText(bytes));
  }

  // Most tests read src/ itself; those of the package as users install it read dist/.
  async #transpile(file) {
    const { default: ts } = await import('typescript');
    const { config } = ts.readConfigFile(join(this.home, 'tsconfig.json'), ts.sys.readFile);
    const { compilerOptions } = ts.parseJsonConfigFileContent(config, ts.sys, this.home);
    const text = readFileSync(join(this.home, file), 'utf8');
    const { outputText, diagnostics } = ts.transpileModule(text, {
      compilerOptions: { ...compilerOptions, noEmit: false },
      reportDiagnostics: true,
      fileName: file,
    });
    if (diagnostics.length > 0) throw new Error(diagnostics.map(({ messageText }) => messageText).join('\n'));
    const emitted = join(this.home, file.replace(/^src/, 'dist').replace(/ts$/, 'js'));
    if (existsSync(emitted)) writeFileSync(emitted, outputText);
  }
}

const vitest = (home, limit, ...tests) =>
  run(home, limit, process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--bail=1', ...tests);

/** The first test that failed for a mutant, or what else befell them; null where none did. */
async function fate(home, limit, tests) {
  const report = join(home, 'mutant.json');
  rmSync(report, { force: true });
  const { status, late } = await vitest(home, limit, '--reporter=json', `--outputFile=${report}`, ...tests);
  if (late) return `${filesOf(tests)[0]}: it does not end (${Math.round(limit / 1000)} s)`;
  if (status === 0) return null;
  const results = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).testResults : [];
  for (const { name, assertionResults, status: whole } of results) {
    const failed = assertionResults.find(({ status }) => status === 'failed');
    const test = name.slice(home.length + 1);
    if (failed) return `${test}: ${failed.fullName}`;
    if (whole === 'failed') return `${test}: it does not load`;
  }
  return `${filesOf(tests)[0]}: a crash of its process`;
}

/** Runs the tests that kill, in the tree as it is: one that fails anyway kills nothing. */
async function proveWithout(wanted, copies) {
  const titles = new Map();
  for (const { tests } of wanted) {
    const at = tests.indexOf('-t');
    for (const file of filesOf(tests))
      titles.set(file, (titles.get(file) ?? new Set()).add(at < 0 ? '' : tests[at + 1]));
  }
  const queue = [...titles];
  let time = 0;
  await Promise.all(
    copies.map(async ({ home }) => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [file, some] = next;
        const only = some.has('') ? [] : ['-t', [...some].join('|')];
        const start = Date.now();
        const { status, output } = await vitest(home, 2 ** 30, file, ...only);
        if (status !== 0) throw new Error(`${file} fails without a mutant:\n${output}`);
        time += Date.now() - start;
      }
    }),
  );
  return { files: titles.size, time };
}

/** Whether the outcome of a mutant is not known, or not as it should be. */
const open = (name, outcomes) => !outcomes.has(name) || outcomes.get(name) === survived;

const cell = text => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Breaks what was written by hand; how many are not as they should be. */
async function byHand(wanted, jobs, fresh) {
  const misfits = complaints().filter(text => /times in|changes nothing|a name that|there is no/.test(text));
  if (misfits.length > 0) throw new Error(misfits.join('\n'));

  const copies = [];
  let alive = 0;
  try {
    for (let k = 0; k < Math.min(jobs, wanted.length); k++) {
      copies.push(new Copy());
      await copies[k].make(k > 0 ? copies[0] : null);
    }
    const proved = await proveWithout(wanted, copies);
    // Half the time of all is the measure for a test that does not end.
    const limit = 30_000 + proved.time / 2;
    console.log(`${proved.files} test files pass without a mutant; ${wanted.length} mutants`);

    const queue = [...wanted];
    await Promise.all(
      copies.map(async copy => {
        for (let mutant = queue.shift(); mutant !== undefined; mutant = queue.shift()) {
          const { name, tests, equivalent } = mutant;
          if (fresh && !open(name, written())) continue;
          let killer;
          try {
            killer = await copy.with(mutant, home => fate(home, limit, tests));
          } catch (error) {
            alive++;
            console.log(`BROKEN  ${name}: ${error.message}`);
            continue;
          }
          const wrong = (killer === null) !== (equivalent !== undefined);
          if (wrong) alive++;
          const outcome =
            equivalent === undefined ? (killer ?? survived) : killer ? survived : `equivalent: ${equivalent}`;
          console.log(
            `${!wrong ? (equivalent ? 'same  ' : 'killed') : killer ? 'KILLED' : 'ALIVE '}  ${name}  <-  ${killer}`,
          );
          // Read again: another run may have written meanwhile.
          write(written().set(name, cell(outcome)));
        }
      }),
    );
  } finally {
    for (const { home } of copies) rmSync(home, { recursive: true, force: true });
  }
  return alive;
}

/** Breaks what can be generated; how many are not as they should be. */
async function generated(all, wanted, jobs, whole) {
  let wrong = 0;
  await judge(root, all, wanted, jobs, (source, fates) => {
    const is = test => fates.filter(test).length;
    const numbers = [fates.length, is(f => f.killer !== null), is(f => !f.wrong && f.equivalent !== null)];
    console.log(`${numbers.join('\t')}\t${source.title}`);
    for (const fate of fates.filter(f => f.wrong)) {
      wrong++;
      console.log(`${fate.killer === null ? 'ALIVE ' : 'KILLED'}  ${fate.name}  <-  ${fate.killer}`);
    }
    if (whole) write(written(), scores().set(source.title, numbers));
  });
  return wrong;
}

async function main() {
  const { values, positionals: parts } = parseArgs({
    allowPositionals: true,
    options: {
      jobs: { type: 'string', default: '1' },
      'one-in': { type: 'string', default: '1' },
      new: { type: 'boolean' },
      'by-hand': { type: 'boolean' },
      generated: { type: 'boolean' },
      stale: { type: 'boolean' },
    },
  });
  if (values.stale) {
    const all = generate(root);
    const bad = complaints(all);
    const count = all.reduce((sum, source) => sum + source.mutants.length, 0);
    console.log(bad.length === 0 ? `${mutants.length} mutants fit, ${count} are generated` : bad.join('\n'));
    return bad.length === 0;
  }
  const [jobs, oneIn] = [Number(values.jobs), Number(values['one-in'])];
  const fresh = values.new;
  const fits = (...texts) =>
    parts.length === 0 || parts.some(part => texts.some(text => text.includes(part)));
  const outcomes = written();
  const known = scores();
  let [wrong, count] = [0, 0];
  if (!values.generated) {
    const wanted = mutants.filter(({ name, file }) => fits(name, file) && !(fresh && !open(name, outcomes)));
    count += wanted.length;
    if (wanted.length > 0) wrong += await byHand(wanted, jobs, fresh);
  }
  if (!values['by-hand']) {
    const all = generate(root);
    const day = Math.floor(Date.now() / 86_400_000);
    const wanted = all
      .filter(({ title }) => fits(title) && !(fresh && known.has(title)))
      .map(source => ({ ...source, mutants: source.mutants.filter(({ id }) => (id + day) % oneIn === 0) }))
      .filter(source => source.mutants.length > 0);
    count += wanted.reduce((sum, source) => sum + source.mutants.length, 0);
    wrong += await generated(all, wanted, jobs, oneIn === 1);
  }
  write(written());
  console.log(`${count - wrong} of ${count} as they should be`);
  return wrong === 0;
}

process.exitCode = (await main()) ? 0 : 1;
