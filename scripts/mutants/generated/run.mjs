// Judges generated mutants: all of a language in one copy of the tree, compiled once, one chosen after the other.

import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assembly } from '../../assembly.mjs';
import { generated } from '../../kernels.mjs';
import { run } from '../process.mjs';
import { schema } from './schema.mjs';

const vitest = [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--config',
  'scripts/mutants/generated/vitest.config.mjs',
];
const gyp = 'node_modules/node-gyp/bin/node-gyp.js';

/** How many mutants one process takes: each leaves modules behind. */
const most = 150;

/** How a mutant is chosen in a language. */
const chosen = {
  ts: id => `globalThis.mutant === ${id}`,
  assembly: id => `mutant(${id})`,
  cpp: id => `mutant(${id})`,
};

// The number is in a file that the addon maps; a mutant that nobody has chosen costs a comparison.
const header = `#pragma once
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
static const volatile int* const theMutant = static_cast<const volatile int*>(
    mmap(nullptr, 4, PROT_READ, MAP_SHARED, open(getenv("LANESTEP_MUTANT"), O_RDONLY), 0));
inline bool mutant(int id) { return *theMutant == id; }
struct Flag {
  bool on;
  int id;
  operator bool() const { return on != mutant(id); }
};
`;
const imported = `
@external("mutants", "chosen")
declare let theMutant: i32;
// @ts-ignore: decorator
@global @inline function mutant(id: i32): bool { return theMutant == id; }
`;

/** A rule names the words that it uses, of which a mutant may need others; and its flags are constants. */
function withAllWords(root, file, text) {
  if (file.startsWith('assembly/')) {
    return ['vec', 'sum'].reduce((all, name) => {
      const exporting = readFileSync(join(root, `assembly/${name}.ts`), 'utf8');
      const words = [...exporting.matchAll(/export (?:function|const) (\w+)/g)].map(found => found[1]);
      return all.replace(
        new RegExp(`import \\{[^}]*\\} from "\\.\\./${name}"`),
        `import { ${words.join(', ')} } from "../${name}"`,
      );
    }, text);
  }
  if (file.startsWith('src/reference/')) {
    const arithmetic = readFileSync(join(root, 'src/reference/arithmetic.ts'), 'utf8');
    const words = [...arithmetic.matchAll(/^ {2}readonly (\w+): \(/gm)].map(found => found[1]);
    return text.replace(/\(\{[^}]*\}(?=, c\b|: Arithmetic)/g, `({ ${words.join(', ')} }`);
  }
  return text.replace(/constexpr bool (?=(keeps|changes)\[\])/g, 'constexpr Flag ');
}

/** A tree in which mutants are judged. */
class Tree {
  home;
  /** Where the tests run. */
  root;
  #tasks = 0;

  constructor(root) {
    this.home = mkdtempSync(join(tmpdir(), 'lanestep-mutants-'));
    this.root = root ?? this.home;
    writeFileSync(join(this.home, 'number'), Buffer.alloc(4));
  }

  /** What becomes of each mutant, by its number: the test that failed, or null. */
  async judge(mutants, { tests, native }, tell) {
    const verdicts = new Map();
    let rest = [...mutants];
    const here = `${this.home}/task-${++this.#tasks}`;
    while (rest.length > 0) {
      const batch = rest.slice(0, most);
      const [task, log] = [`${here}.json`, `${here}.log`];
      rmSync(log, { force: true });
      writeFileSync(
        task,
        JSON.stringify({
          log,
          mutants: [{ ...batch[0], id: 0, text: undefined }, ...batch],
          tests: tests.map(test => join(this.root, test)),
        }),
      );
      const environment = {
        LANESTEP_MUTANTS: task,
        LANESTEP_BACKEND: native ? 'auto' : 'wasm',
        LANESTEP_MUTANT: join(this.home, 'number'),
      };
      const quiet = { file: log, limit: 60_000 };
      const { output, late } = await run(
        this.root,
        2 ** 30,
        { environment, quiet },
        process.execPath,
        ...vitest,
      );
      const lines = existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
      let current = null;
      for (const line of lines) {
        const [what, id, killer] = line.split('\t');
        if (what === 'alive' || what === 'killed') verdicts.set(Number(id), what === 'alive' ? null : killer);
        else if (what === 'broken') throw new Error(`a mutant that is none, for it does not run: ${killer}`);
        else current = Number(id);
      }
      if (verdicts.get(0) !== null && current === null) throw new Error(`nothing ran:\n${output}`);
      if (verdicts.get(0)) throw new Error(`${tests}: fails without a mutant: ${verdicts.get(0)}\n${output}`);
      if (current === 0) throw new Error(`${tests}: ends without a mutant:\n${output}`);
      if (batch.some(({ id }) => !verdicts.has(id))) {
        // What another has left behind may have ended it: alone it must do so again.
        if (current === batch[0].id)
          verdicts.set(current, late ? 'it does not end' : 'a crash of its process');
        else
          rest.unshift(
            ...rest.splice(
              rest.findIndex(({ id }) => id === current),
              1,
            ),
          );
      }
      rest = rest.filter(({ id }) => !verdicts.has(id));
      tell?.(verdicts);
    }
    return verdicts;
  }

  remove() {
    rmSync(this.home, { recursive: true, force: true });
  }
}

/** The tree itself, for mutants of what tests read as a text. */
export class Original extends Tree {
  async build() {}
}

/** A copy of the tree with the mutants of some sources in it. */
export class Copy extends Tree {
  constructor(root, sources) {
    super();
    this.original = root;
    const tracked = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
    for (const file of execFileSync('git', tracked, { cwd: root, encoding: 'utf8' })
      .split('\0')
      .filter(Boolean)) {
      if (existsSync(join(root, file))) cpSync(join(root, file), join(this.home, file), { recursive: true });
    }
    symlinkSync(join(root, 'node_modules'), join(this.home, 'node_modules'));
    for (const { file, text, language, mutants } of sources)
      writeFileSync(join(this.home, file), withAllWords(root, file, schema(text, mutants, chosen[language])));
  }

  // So much to choose from takes long to optimize, and that changes no bit.
  async build(native) {
    const vec = join(this.home, 'assembly/vec.ts');
    appendFileSync(vec, imported);
    mkdirSync(join(this.home, 'dist'), { recursive: true });
    const bytes = {};
    for (const [dtype, target] of Object.entries({ float32: 'f32', float64: 'f64' })) {
      await this.#built(...assembly(this.home, target), '--optimizeLevel', '0');
      bytes[dtype] = readFileSync(join(this.home, `dist/kernels-${target}.wasm`));
    }
    writeFileSync(join(this.home, 'src/kernels.generated.ts'), await generated(bytes));
    if (!native) return;
    writeFileSync(join(this.home, 'native/mutant.h'), header);
    const binding = join(this.home, 'binding.gyp');
    const text = readFileSync(binding, 'utf8').replace('"-O3",', '"-O1", "-include", "../native/mutant.h",');
    writeFileSync(binding, text);
    const { compile } = await import(join(this.original, 'dist/cli/addon/compile.js'));
    compile(join(this.home, gyp), this.home);
  }

  async #built(...command) {
    const { status, output } = await run(this.home, 2 ** 30, process.execPath, ...command);
    if (status !== 0) throw new Error(`${command.join(' ')} failed:\n${output}`);
  }
}
