// The walls of the house: what may only stand in one room. See ARCHITECTURE.md.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../', import.meta.url));

// What is committed or would be; an unpacked archive without its history has no walls to be looked at.
const git = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
});
const files =
  git.status === 0 ? git.stdout.split('\n').filter(file => file !== '' && existsSync(join(root, file))) : [];
const reason = git.status === 0 ? '' : ' (skipped: git does not list the files here)';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const within = (...folders: string[]) =>
  files.filter(file => folders.some(folder => file.startsWith(folder)));

/** C++ without its comments. */
const bare = (file: string): string =>
  read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');

/** Where a pattern stands in the code of C++ files, as `file: match`. */
const standing = (pattern: RegExp, among: readonly string[]): string[] =>
  among.flatMap(file =>
    [...bare(file).matchAll(new RegExp(pattern, 'g'))].map(match => `${file}: ${match[0]}`),
  );

/** Where TypeScript nodes are that this is true of. */
function nodes(among: readonly string[], wanted: (node: ts.Node) => boolean): string[] {
  const found: string[] = [];
  for (const file of among) {
    const visit = (node: ts.Node): void => {
      if (wanted(node)) found.push(`${file}: ${node.getText().slice(0, 40)}`);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, read(file), ts.ScriptTarget.Latest, true));
  }
  return found;
}

const filesOf = (found: readonly string[]): string[] =>
  [...new Set(found.map(line => line.slice(0, line.indexOf(': '))))].sort();

const native = within('native/').filter(file => /\.(cc|h)$/.test(file));
const sources = within('src/').filter(file => file.endsWith('.ts'));
const rest = (among: readonly string[], ...rooms: string[]) =>
  among.filter(file => !rooms.some(room => file.startsWith(room)));

describe.skipIf(reason !== '')(`in native/${reason}`, () => {
  it('only what addon.cc is made of knows of Node', () => {
    const pattern = /\bnapi\w*|\bNapi\b|node_api|\bv8::|\buv_\w+/i;
    const made = ['addon.cc', 'bound.h', 'flight.h', 'given.h'].map(file => `native/${file}`);
    expect(filesOf(standing(pattern, native))).toEqual(made);
    const included = /#include "(bound|flight|given)\.h"/;
    expect(standing(included, rest(native, ...made))).toEqual([]);
  });

  it('only parallel.* knows of threads', () => {
    const pattern =
      /<(thread|mutex|shared_mutex|condition_variable|future|atomic|semaphore|pthread\.h)>|std::(thread|mutex|atomic|async)\b/;
    expect(standing(pattern, rest(native, 'native/parallel.'))).toEqual([]);
    expect(standing(pattern, native)).not.toEqual([]);
  });

  it('parallel.* knows nothing of tensors', () => {
    const among = native.filter(file => file.startsWith('native/parallel.'));
    expect(among).toHaveLength(2);
    expect(standing(/\b(tensor|plan|slot|kernel|gradient)\w*|"(?!parallel\.h)[\w/.]+\.h"/i, among)).toEqual(
      [],
    );
  });

  it('only dispatch.* asks the processor, and the environment', () => {
    expect(filesOf(standing(/\bgetenv\b/, native))).toEqual(['native/dispatch.cc']);
    const pattern =
      /cpuid\w*|__builtin_cpu_\w+|_xgetbv|xgetbv|getauxval|HWCAP\w*|sysctlbyname|IsProcessorFeaturePresent/;
    expect(standing(pattern, rest(native, 'native/dispatch.'))).toEqual([]);
    expect(standing(pattern, native)).not.toEqual([]);
  });

  it('only isa/ has intrinsics', () => {
    const pattern =
      /\b_mm\d*_\w+|\b__m(128|256|512)\w*|\b__mmask\d+|<\w*intrin\.h>|<arm_neon\.h>|\bv(ld1|st1|add|sub|mul|div|sqrt|abs|bsl|max|dup)q_\w+|\b(float32x4|float64x2)_t\b/;
    // intrin.h of Microsoft is how dispatch.cc asks the processor.
    const found = standing(pattern, rest(native, 'native/isa/')).filter(
      line => line !== 'native/dispatch.cc: <intrin.h>',
    );
    expect(found).toEqual([]);
    for (const set of ['avx512', 'avx2', 'sse2', 'neon']) {
      expect(filesOf(standing(pattern, native)), set).toContain(`native/isa/${set}.cc`);
    }
  });

  it('rules and stages are arithmetic and nothing else', () => {
    const among = native.filter(
      file => /^native\/(rules|stages)\//.test(file) && basename(file) !== 'list.h',
    );
    expect(among.length).toBeGreaterThan(10);
    const pattern =
      /#\s*include.*|\bstd::\w*|\[[&=\w\s,]*\]\s*(\([^)]*\)\s*)?\{|\b(new|delete|throw|try|static(?! constexpr\b)|asm|while|goto)\b|#\s*pragma.*|\bf(mad?f?)\(/;
    expect(standing(pattern, among)).toEqual([]);
  });

  it('knows of no optimizer outside rules/', () => {
    const names = native
      .filter(file => file.startsWith('native/rules/'))
      .map(file => basename(file, '.h'))
      .filter(name => name !== 'list');
    expect(standing(new RegExp(`\\b(${names.join('|')})\\b`), rest(native, 'native/rules/'))).toEqual([]);
  });

  const objects = join(root, 'build/Release/obj.target/lanestep/native/isa');
  const nm = spawnSync('nm', ['--version']).status === 0;
  const why = !nm
    ? ' (skipped: no nm)'
    : existsSync(objects)
      ? ''
      : ' (skipped: the addon is not built here)';
  it.skipIf(why !== '')(
    `no object of isa/ has a function that the linker could put in another's place${why}`,
    () => {
      // A weak function that was compiled for AVX-512 may be the one that is kept for all, and then runs everywhere.
      const among = readdirSync(objects).filter(file => file.endsWith('.o'));
      expect(among.length).toBeGreaterThan(1);
      for (const file of among) {
        const { stdout } = spawnSync('nm', ['--defined-only', join(objects, file)], { encoding: 'utf8' });
        const symbols = stdout.split('\n').map(line => line.trim().split(/\s+/).slice(-2));
        // The pointer to the unwinder's routine is weak in every object that has exceptions; it is no code.
        const weak = symbols.filter(
          ([kind = '', name]) => /^[WwVvu]$/.test(kind) && name !== 'DW.ref.__gxx_personality_v0',
        );
        expect(weak, file).toEqual([]);
        const shown = symbols.filter(([kind = '']) => /^[A-TX-Z]$/.test(kind)).map(([, name]) => name);
        expect(shown.length, `${file} shows ${shown.join(' ')}`).toBeLessThanOrEqual(1);
      }
    },
  );
});

describe.skipIf(reason !== '')(`in src/${reason}`, () => {
  it('only environment.ts reads the environment', () => {
    const isEnvironment = (node: ts.Node) =>
      (ts.isPropertyAccessExpression(node) && node.name.text === 'env') ||
      (ts.isElementAccessExpression(node) &&
        ts.isStringLiteral(node.argumentExpression) &&
        node.argumentExpression.text === 'env') ||
      (ts.isBindingElement(node) && (node.propertyName ?? node.name).getText() === 'env');
    expect(filesOf(nodes(sources, isEnvironment))).toEqual(['src/environment.ts']);
  });

  const foreign = (node: ts.Node) =>
    (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) &&
    node.moduleSpecifier !== undefined &&
    !(node.moduleSpecifier as ts.StringLiteral).text.startsWith('.');
  const ofTfjs = (node: ts.Node) =>
    foreign(node) &&
    ((node as ts.ImportDeclaration).moduleSpecifier as ts.StringLiteral).text === '@tensorflow/tfjs-core';

  it('only the native backend, node/ and the command import from Node', () => {
    const imports = (node: ts.Node) => foreign(node) && !ofTfjs(node);
    expect(filesOf(nodes(rest(sources, 'src/cli/', 'src/node/'), imports))).toEqual([
      'src/backends/native.ts',
    ]);
  });

  it('only tfjs/ knows of TensorFlow.js', () => {
    const knows = (node: ts.Node) => ts.isStringLiteralLike(node) && /^@tensorflow\b/.test(node.text);
    expect(nodes(rest(sources, 'src/tfjs/'), knows)).toEqual([]);
    // Of its packages core alone, and by import declarations: a backend is for whoever trains to choose.
    expect(nodes(within('src/tfjs/'), knows)).toHaveLength(nodes(within('src/tfjs/'), ofTfjs).length);
    expect(nodes(within('src/tfjs/'), ofTfjs)).not.toEqual([]);
  });

  it('only rules, switches, ranges, numerics, matrices, schedules, sampling and the reference take powers, roots and logarithms', () => {
    const inexact = /^(pow|sqrt|cbrt|exp|expm1|log|log2|log10|log1p|hypot|a?(sin|cos|tan)h?|atan2)$/;
    const takes = (node: ts.Node): boolean =>
      (ts.isPropertyAccessExpression(node) &&
        node.expression.getText() === 'Math' &&
        inexact.test(node.name.text)) ||
      (ts.isBinaryExpression(node) &&
        [ts.SyntaxKind.AsteriskAsteriskToken, ts.SyntaxKind.AsteriskAsteriskEqualsToken].includes(
          node.operatorToken.kind,
        )) ||
      (ts.isVariableDeclaration(node) && node.initializer?.getText() === 'Math');
    expect(
      nodes(
        rest(
          sources,
          'src/switches/',
          'src/ranges.ts',
          'src/gradients.ts',
          'src/wrappers/',
          'src/curvature/',
          'src/rules/',
          'src/numerics/',
          'src/matrices/',
          'src/schedules/',
          'src/sampling/',
          'src/reference/',
        ),
        takes,
      ),
    ).toEqual([]);
    expect(filesOf(nodes(sources, takes))).toContain('src/rules/adam.ts');
  });

  it('no rule knows of a backend, and no backend of a rule', () => {
    const imports = (pattern: RegExp) => (node: ts.Node) =>
      ts.isImportDeclaration(node) &&
      !node.importClause?.isTypeOnly &&
      pattern.test((node.moduleSpecifier as ts.StringLiteral).text);
    expect(nodes(within('src/rules/'), imports(/\/backends\//))).toEqual([]);
    expect(nodes(within('src/backends/'), imports(/\/rules\/|optimizer/))).toEqual([]);
    expect(
      nodes(within('src/schedules/', 'src/sampling/'), imports(/\/(backends|rules)\/|optimizer\.js/)),
    ).toEqual([]);
  });

  /** What is loaded with files, these among them. */
  function reachedFrom(...entries: string[]): string[] {
    const reached = new Set<string>();
    const walk = (file: string): void => {
      if (reached.has(file)) return;
      reached.add(file);
      for (const [, target] of read(file).matchAll(/(?:from|import|import\() ?'(\.[^']+)\.js'/g))
        walk(join(dirname(file), `${target}.ts`));
    };
    entries.forEach(walk);
    return [...reached].sort();
  }
  const reaches = (entries: readonly string[], pattern: RegExp) =>
    reachedFrom(...entries).filter(file => pattern.test(file));

  it('whoever does not ask for TensorFlow.js gets nothing of it, and who does gets the engine', () => {
    expect(reaches(['src/index.ts', 'src/wasm.ts'], /^src\/(tfjs\/|rules\/tfjs-)/)).toEqual([]);
    expect(reaches(['src/tfjs/index.ts'], /^src\/rules\/tfjs-/)).toHaveLength(7);
    expect(reaches(['src/tfjs/index.ts'], /^src\/(reference|cli)\//)).toEqual([]);
    expect(reaches(['src/tfjs/index.ts'], /^src\/backends\/native/)).toHaveLength(1);
    expect(reaches(['src/tfjs/wasm.ts'], /^src\/backends\/native/)).toEqual([]);
  });

  it('imports go down, from layer to layer, and never in a circle', () => {
    // From the ground up. What none of them names is the engine's.
    const layers: Record<string, RegExp> = {
      words:
        /^(types|errors|environment|given|did-you-mean|room|memory|territory|shape|turn|portrait|disposing)\.ts$|^(numerics|matrices)\//,
      contract:
        /^(rule|pass|ranges|option-table|step-options|switch-options|stages|params|kernels\.generated)\.ts$/,
      backends: /^backends\/|^backend\.ts$/,
      schedules: /^schedules\//,
      engine:
        /^(?!moving-average|stochastic|together|index|wasm|lean)[\w-]+\.ts$|^(state|checkpoint|switches)\//,
      rules: /^(rules|wrappers|curvature|sampling)\//,
      several: /^(moving-average|stochastic-weight-average|together)\.ts$/,
      entries: /^(index|wasm|lean)\.ts$|^node\//,
      guests: /^(tfjs|reference)\//,
      command: /^cli\//,
    };
    const names = Object.keys(layers);
    const layerOf = (file: string) =>
      names.findIndex(name => layers[name]!.test(file.slice('src/'.length))) + 1 || Number.NaN;
    const imports = new Map(
      sources.map(file => {
        const found = read(file).matchAll(/^(?:import|export)\b[^;']*from '(\.[^']+)\.js'/gm);
        return [file, [...found].map(([, target]) => join(dirname(file), `${target}.ts`))];
      }),
    );
    const all = [...imports].flatMap(([file, targets]) => targets.map(target => [file, target] as const));
    expect(all.length).toBeGreaterThan(600);
    expect(sources.filter(file => Number.isNaN(layerOf(file)))).toEqual([]);
    expect(new Set(sources.map(layerOf)).size).toBe(names.length);
    const up = all.filter(([file, target]) => !(layerOf(target) <= layerOf(file)));
    expect(up.map(([file, target]) => `${file} imports ${target}`)).toEqual([]);

    // What imports nothing that is left is taken away, until nothing is, or a circle.
    let left = [...imports.keys()];
    for (let before = Number.POSITIVE_INFINITY; left.length < before; ) {
      before = left.length;
      left = left.filter(file => imports.get(file)!.some(target => left.includes(target)));
    }
    expect(left).toEqual([]);
  });

  it('the engine reaches neither the reference nor the command', () => {
    // They are in the package for `npx lanestep`; a bundle must not carry them.
    const engine = ['src/index.ts', 'src/wasm.ts'];
    expect(reachedFrom(...engine)).toContain('src/rules/adam.ts');
    expect(reaches(engine, /^src\/(reference|cli)\//)).toEqual([]);
    const command = sources.filter(file => file.startsWith('src/cli/'));
    const imports = (node: ts.Node) =>
      ts.isImportDeclaration(node) && /\/cli\//.test((node.moduleSpecifier as ts.StringLiteral).text);
    expect(nodes(rest(sources, 'src/cli/'), imports)).toEqual([]);
    expect(command).toContain('src/cli/main.ts');
  });

  it('nothing reads a length or a buffer that an array could lie about', () => {
    // memory.ts has the getters that cannot be overridden; the rest goes through it where the user's arrays are.
    const asks = (node: ts.Node): boolean =>
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.InstanceOfKeyword &&
      /^(Float32Array|Float64Array|ArrayBuffer|SharedArrayBuffer)$/.test(node.right.getText());
    // The reference and the command make their arrays themselves.
    expect(nodes(rest(sources, 'src/sampling/', 'src/reference/', 'src/cli/'), asks)).toEqual([]);
  });
});

describe.skipIf(reason !== '')(`in the whole house${reason}`, () => {
  it('nothing is called utils, helpers, common or misc', () => {
    const vague = /(^|\/|[-_.])(utils?|helpers?|common|misc|shared|stuff|lib)([-_.]|\/|$)/i;
    expect(files.filter(file => vague.test(file))).toEqual([]);
  });

  it('no file names a place on the machine where it was written', () => {
    // In parts, so that this file does not name one.
    const places = new RegExp(
      ['/wor' + 'k/', '/hom' + 'e/\\w', '/roo' + 't/', '/User' + 's/\\w', '[A-Z]:\\\\\\\\?User' + 's'].join(
        '|',
      ),
    );
    const named = files
      .filter(file => !/\.(png|wasm|node|tgz)$/.test(file))
      .flatMap(file => {
        const match = places.exec(read(file));
        return match === null ? [] : [`${file}: ${match[0]}`];
      });
    expect(named).toEqual([]);
  });

  it("an optimizer that is nobody's example stands in its files, in the lists, and nowhere else", () => {
    const room = (file: string): string => file.replace('*', 'mars');
    // In parts, so that this file does not name it.
    const name = new RegExp(`\\b${'li' + 'on'}\\b`, 'i');
    expect(files.filter(file => name.test(read(file))).sort()).toEqual(
      [
        ...['native/rules/*.h', 'assembly/rules/*.ts', 'src/reference/*.ts', 'src/rules/*.ts'],
        ...['test/rules/*.test.ts', 'test/golden/*.json'],
        ...['native/rules/list.h', 'src/reference/index.ts', 'src/reference/variants.ts'],
        ...['src/rules/index.ts', 'src/node/wasm.ts', 'src/cli/optimizers/families.ts'],
        ...['README.md', 'OPTIMIZERS.md'],
        // What a script writes; and, not for every optimizer, a short name for TensorFlow.js.
        ...[
          'test/mutants.md',
          'src/tfjs/own.ts',
          'test/golden/cautious-*.json',
          'test/switches/golden.test.ts',
        ],
      ]
        .map(file => file.replace('*', 'li' + 'on'))
        // One has a form by this name.
        .concat(
          ...['native/rules/*.h', 'assembly/rules/*.ts', 'src/reference/*.ts', 'src/rules/*.ts'].map(room),
          ...['test/rules/*.test.ts', 'test/golden/*.json'].map(room),
          'test/bad-input/bounds.ts',
        )
        .sort(),
    );
  });

  it('every rule has its files and its lines in every list', () => {
    const rooms = ['native/rules', 'assembly/rules', 'src/rules', 'src/reference', 'test/rules'] as const;
    const suffix = {
      'native/rules': '.h',
      'assembly/rules': '.ts',
      'src/rules': '.ts',
      'src/reference': '.ts',
      'test/rules': '.test.ts',
    };
    // What stands beside the rules in their folders.
    const notRules = [
      'list',
      'rule',
      'ranges',
      'index',
      'arithmetic',
      'streams',
      'sequences',
      'rehearse',
      'stages',
      'sum',
      'update',
      'variants',
      'jobs',
      'job-of',
      'products',
    ];
    const inRoom = (room: (typeof rooms)[number]) =>
      files
        .filter(
          file =>
            file.startsWith(`${room}/`) &&
            file.endsWith(suffix[room]) &&
            !file.slice(room.length + 1).includes('/'),
        )
        .map(file => basename(file, suffix[room]))
        .filter(name => !notRules.includes(name));
    const tests = new Set(inRoom('test/rules'));
    // Files beside the tests that are no test of a rule have no file in src/rules either.
    const every = [...new Set(rooms.filter(room => room !== 'test/rules').flatMap(inRoom))].sort();
    expect(every.length).toBeGreaterThan(12);

    // AdamW is Adam with another default: its class has no kernel of its own, and says so by Adam's name. Likewise the
    // paper's Adafactor, and TensorFlow.js' SGD and momentum.
    const hasKernel = (name: string) =>
      !existsSync(join(root, `src/rules/${name}.ts`)) ||
      new RegExp(`^ {2}name: '${name}',$`, 'm').test(read(`src/rules/${name}.ts`));
    expect(every.filter(name => !hasKernel(name))).toEqual([
      'adafactor-paper',
      'adamw',
      'dowg',
      'ldog',
      'polyak-sgd',
      'tfjs-momentum',
      'tfjs-sgd',
    ]);

    const lists: Record<string, (name: string) => RegExp> = {
      'native/rules/list.h': name => new RegExp(`#include "${name}\\.h"[\\s\\S]*\\("${name}["."]`),
      'src/reference/index.ts': name => {
        const entry = name.includes('-') ? `'${name}': \\w+` : `(${name}|'${name}\\.\\w+': \\w+)`;
        return new RegExp(`from '\\./${name}\\.js'[\\s\\S]*^ {2}${entry},$`, 'm');
      },
    };
    const missing: string[] = [];
    // What belongs to no rule is tried by itself, as the norm is.
    const alone = (name: string) =>
      !existsSync(join(root, `src/rules/${name}.ts`)) &&
      new RegExp(`kernel: '${name}(\\.\\w+)?',`).test(read('src/reference/sequences.ts'));
    for (const name of every) {
      const wanted = alone(name)
        ? (['native/rules', 'assembly/rules', 'src/reference'] as const)
        : hasKernel(name)
          ? rooms
          : (['src/rules', 'test/rules'] as const);
      for (const room of wanted) {
        const there = room === 'test/rules' ? tests.has(name) : inRoom(room).includes(name);
        if (!there) missing.push(`${room}/${name}${suffix[room]}`);
      }
      for (const [list, line] of Object.entries(hasKernel(name) ? lists : {})) {
        if (!line(name).test(read(list))) missing.push(`${name} in ${list}`);
      }
      if (alone(name)) continue;
      // The likenesses of TensorFlow.js' optimizers are exported by nobody: src/tfjs/ makes its own of them.
      const users = name.startsWith('tfjs-') ? within('src/tfjs/') : ['src/rules/index.ts', 'src/lean.ts'];
      for (const lists of [users, ['src/reference/variants.ts']]) {
        const imports = new RegExp(`from '(\\.|[./]+/rules)/${name}\\.js'`);
        if (!lists.some(list => imports.test(read(list)))) missing.push(`${name} in ${lists.join(' or ')}`);
      }
    }
    expect(missing).toEqual([]);
  });
});
