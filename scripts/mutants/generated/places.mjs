// What mutants are made of: the arithmetic in each of its languages, its words, and the numbers of the rules.
//
// A source is { file, name, judges, mutants }. Its judges are the tests that must fail for each of its mutants, one after the other
// until one does: { tests, only? }, where only those run whose name fits `only`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutantsBelow, parsed, ts } from './mutate.mjs';
import { steps } from './steps.mjs';

/** The same length in spaces, so that places stay. */
const blank = text => text.replace(/[^\n]/g, ' ');

const splitNames = list =>
  list
    .split(',')
    .map(word => word.trim())
    .filter(Boolean);

/** A function of a node: the other names of the class that its name belongs to. */
const within =
  (...classes) =>
  node => {
    const name = node.getText();
    const own = classes.find(names => names.includes(name));
    return own ? own.filter(other => other !== name) : [];
  };

/** The bodies of the functions of a C++ text that come after a pattern: where they begin and end, and what the pattern found. */
function bodies(text, pattern) {
  return [...text.matchAll(pattern)].map(match => {
    const start = match.index + match[0].length - 1;
    let depth = 0;
    let end = start;
    do {
      if (text[end] === '{') depth++;
      if (text[end] === '}') depth--;
      end++;
    } while (depth > 0);
    return { start, end, match };
  });
}

/** A body of C++ as the parser of TypeScript can read it, at the same place. */
function asTypeScript(text, start, end) {
  const body = text
    .slice(start, end)
    .replace(/\/\/.*/g, blank)
    .replace(/\bconst (V|F32|F64|__m\w+)(?= )/g, (_, type) => `const ${blank(type)}`)
    .replace(/\bconstexpr\b|reinterpret_cast<[^>]*>/g, blank)
    .replace(/(?<=[({,]\s*)\*(?=\w)/g, ' ')
    .replace(/(\d)[uf]\b/g, '$1 ')
    .replaceAll('::', ' .')
    .replace(/return \{([^;]*)\};/g, 'return ($1);');
  return parsed(blank(text.slice(0, start)) + body);
}

/** Mutants of such a body as C++ writes them; a number's suffix belongs to it. */
const asCpp = (text, mutants) => {
  const back = part => part.replace(/(\w+) +\.(of|sqrt|fabs)/g, '$1::$2').replace(/(\d) +(?=\))/g, '$1');
  const suffix = end => Number(/[uf]/.test(text[end]) && /\d/.test(text[end - 1]));
  return mutants.map(({ name, edits }) => ({
    name: back(name),
    edits: edits.map(edit => ({ ...edit, end: edit.end + suffix(edit.end), to: back(edit.to) })),
  }));
};

const prefixed = (prefix, mutants) =>
  mutants.map(mutant => ({ ...mutant, name: `${prefix}${mutant.name.replace(/^:? */, '')}` }));

/** A rule or stage in C++: letters for letters, coefficients for coefficients. */
function native(text) {
  return bodies(text, /operator\(\)\(([^)]*)\)( const)? \{/g).flatMap(({ start, end, match }) => {
    const letters = [...match[1].matchAll(/V&? (\w+)/g)].map(found => found[1]);
    const sums = [...match[1].matchAll(/S (\w+)/g)].map(found => found[1]);
    const before = text.slice(0, start);
    const coefficients = splitNames([...before.matchAll(/\n {2}V ([\w,\s]+);/g)].at(-1)?.[1] ?? '');
    const [, struct] = [...before.matchAll(/struct (\w+)/g)].at(-1);
    const tree = asTypeScript(text, start, end);
    const exchange = within(letters, coefficients, sums);
    return prefixed(`${struct}: `, asCpp(text, mutantsBelow([tree], { exchange, statements: true })));
  });
}

/** What a rule says of its slots: each flag, for its opposite. */
function flags(text) {
  return [...text.matchAll(/\b(keeps|changes)\[\] = \{([^}]*)\}/g)].flatMap(
    ({ index, 0: all, 1: list, 2: elements }) => {
      const struct = [...text.slice(0, index).matchAll(/struct (\w+)/g)].at(-1)[1];
      return [...elements.matchAll(/[^,\s][^,]*/g)].map((element, i) => {
        const start = index + all.length - 1 - elements.length + element.index;
        const edit = { start, end: start + element[0].length, to: `!(${element[0]})`, kind: 'flag' };
        return { name: `${struct}: ${list}[${i}] = ${element[0]} -> !(${element[0]})`, edits: [edit] };
      });
    },
  );
}

/** The places of a rule's coefficients and letters: neighbours of one type, exchanged; others would not compile. */
function orders(text) {
  const typeOf = name => /^\w+(?=&)/.exec(name)?.[0];
  const lists = [...text.matchAll(/(?<=\n {2}V )[\w,\s]+(?=;)|(?<=operator\(\)\(V& p, V g, )[^)]*/g)];
  return lists.flatMap(({ index, 0: list }) => {
    const names = splitNames(list);
    return names.slice(1).flatMap((name, i) => {
      if (typeOf(name) !== typeOf(names[i])) return [];
      const to = names.toSpliced(i, 2, name, names[i]).join(', ');
      const edit = { start: index, end: index + list.length, to, kind: 'expression' };
      return [{ name: `${list.trim()} -> ${to}`.replace(/\s+/g, ' '), edits: [edit] }];
    });
  });
}

/** The same over numbers. */
function reference(text) {
  const tree = parsed(text);
  const found = [];
  const visit = node => {
    if (ts.isArrowFunction(node) && ts.isBlock(node.body) && node.parameters[0]?.name.getText() === 'p') {
      const letters = node.parameters.map(({ name }) => name.getText());
      const outer = node.parent.parent.getText();
      const names = pattern => splitNames(pattern.exec(outer)?.[1] ?? '');
      const exchange = within(
        letters,
        names(/const \[([\w,\s]+)\] = c\b/),
        names(/const \[([\w,\s]+)\] = sums\b/),
      );
      // What is given back has the letters in their order: `test/rules-text.test.ts` and every step see to it.
      const skips = n => ts.isReturnStatement(n);
      found.push(...mutantsBelow([node.body], { exchange, skips, statements: true }));
    } else ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

/** The same over vectors in memory: what is loaded and put, too. */
function assembly(text) {
  return parsed(text).statements.flatMap(statement => {
    if (!ts.isFunctionDeclaration(statement) || !statement.body) return [];
    const own = statement.getText();
    const all = pattern => [...own.matchAll(pattern)].map(found => found[1]);
    const letters = all(/(?:let|const) (\w+) = (?:\w+ \? )?vector\(/g);
    const exchange = within(
      letters,
      all(/const (\w+) = coefficient\(/g),
      statement.parameters.map(({ name }) => name.getText()).filter(name => name.endsWith('At')),
    );
    // The loop, and what a letter holds that the flags leave out.
    const skips = node =>
      (ts.isForStatement(node.parent ?? node) && node !== node.parent?.statement) ||
      (ts.isConditionalExpression(node.parent ?? node) &&
        node === node.parent.whenFalse &&
        node.parent.whenTrue.getText().startsWith('vector('));
    return mutantsBelow([statement.body], { exchange, skips, statements: true, golden: true });
  });
}

/** The numbers of a rule: its table, and the functions of the file that it calls. */
function numbers(text) {
  const tree = parsed(text);
  const functions = new Map();
  const wanted = [];
  for (const statement of tree.statements) {
    if (ts.isFunctionDeclaration(statement)) functions.set(statement.name.getText(), statement);
    if (!ts.isVariableStatement(statement)) continue;
    for (const declaration of statement.declarationList.declarations) {
      if (/^Rule</.test(declaration.type?.getText() ?? '')) wanted.push(declaration);
      else if (ts.isIdentifier(declaration.name)) functions.set(declaration.name.text, declaration);
    }
  }
  for (const node of wanted) {
    for (const [name, found] of functions) {
      if (new RegExp(`\\b${name}\\b`).test(node.getText()) && !wanted.includes(found)) wanted.push(found);
    }
  }
  return wanted.flatMap(node =>
    mutantsBelow([node], { exchange: inFunctions(text), also: ofTables, skips: prose }),
  );
}

/** All functions of a file. */
const functions = text =>
  mutantsBelow(parsed(text).statements.filter(ts.isFunctionDeclaration), { exchange: inFunctions(text) });

/** What a person reads. */
const prose = node =>
  ts.isNewExpression(node) || (ts.isPropertyAssignment(node) && /^(label|title)$/.test(node.name.getText()));

/** What a rule may leave out, and what its slots may. */
const optional = new Set(
  'check flags weightDecay early firstOnly lockstep shorter scalars advance uncounted'.split(' '),
);
const ofSlots = new Set('initial joins when scratch'.split(' '));

/** What is other in another range. */
const ranges = {
  finite: 'holds: x => x >= 0',
  nonNegative: 'holds: Number.isFinite',
  epsilon: 'stays: false',
  positive: 'holds: x => x >= 0',
  belowOne: 'holds: x => x >= 0 && x <= 1',
  zeroToOne: 'holds: x => x >= 0 && x < 1',
  fromOne: 'holds: x => x > 0',
  betweenZeroAndOne: 'holds: x => x >= 0 && x < 1',
};

/** In the table of a rule: without one of its properties, and another range. */
function ofTables(node) {
  const { parent } = node;
  const found = [];
  const isFlag = node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword;
  const owned = ts.isPropertyAssignment(parent) && parent.initializer === node ? parent.name.getText() : '';
  if (
    !isFlag &&
    (ofSlots.has(owned) || (ts.isVariableDeclaration(parent.parent?.parent ?? node) && optional.has(owned)))
  )
    found.push('undefined');
  const given = owned !== '' || ts.isCallExpression(parent);
  if (ts.isIdentifier(node) && given && Object.hasOwn(ranges, node.text))
    found.push(`{ ...${node.text}, ${ranges[node.text]} }`);
  return found;
}

/** Numbers for numbers, pairs for pairs, among what a function has at that point; flags for their opposite. */
function inFunctions(text) {
  const isFlag = name => new RegExp(`\\b${name}: (true|false|flag)\\b`).test(text);
  const isPair = name => new RegExp(`\\b${name}(\\[|: (\\[|pair))`).test(text);
  const kind = name => (isFlag(name) ? 'flag' : isPair(name) ? 'pair' : 'number');
  return node => {
    const name = node.getText();
    const names = [];
    const bind = pattern => {
      if (ts.isIdentifier(pattern)) names.push(pattern.text);
      else for (const element of pattern.elements) if (element.name) bind(element.name);
    };
    for (let at = node.parent; at; at = at.parent) {
      if (ts.isFunctionLike(at)) for (const parameter of at.parameters) bind(parameter.name);
      if (!ts.isBlock(at)) continue;
      for (const statement of at.statements) {
        if (statement.pos > node.pos || !ts.isVariableStatement(statement)) break;
        for (const declaration of statement.declarationList.declarations)
          if (declaration.end < node.pos && declaration.initializer) bind(declaration.name);
      }
    }
    if (!names.includes(name) || ts.isPropertyAccessExpression(node.parent)) return [];
    if (kind(name) === 'flag') return [`!${name}`];
    // What is no number: options as a whole, flags of a variant.
    const others = [...new Set(names)].filter(
      other =>
        other !== name && kind(other) === kind(name) && !/^(_+|o|flags|tensor|step|options)$/.test(other),
    );
    if (/^(_+|o|flags|tensor|step|options)$/.test(name)) return [];
    const next = others[(names.indexOf(name) + 1) % others.length];
    return next === undefined ? [] : [next];
  };
}

const operands = text => within([...text.matchAll(/\b([abc])\b/g)].map(found => found[1]));

/** The words of an instruction set. */
function words(text) {
  return bodies(text, /(\w+)\(([^()]*)\) (?:const )?\{/g).flatMap(({ start, end, match }) => {
    const [, word, given] = match;
    const [type = ''] = /One<\w+>|F32|F64|float|double/.exec(given) ?? [];
    const mutants = mutantsBelow([asTypeScript(text, start, end)], { exchange: operands(given) });
    return prefixed(`${word}(${type}): `, asCpp(text, mutants)).map(mutant => ({ ...mutant, word }));
  });
}

/** The words over v128, and over numbers. */
function wordsOfTypeScript(text) {
  const found = [];
  const visit = node => {
    const own = ts.isFunctionDeclaration(node)
      ? node
      : ts.isPropertyAssignment(node) && ts.isArrowFunction(node.initializer) && node.initializer;
    if (!own) return ts.forEachChild(node, visit);
    const word = node.name.getText();
    const given = own.parameters.map(({ name }) => name.getText()).join(' ');
    const mutants = mutantsBelow([own.body], { exchange: operands(given) });
    found.push(...mutants.map(mutant => ({ ...mutant, word })));
  };
  visit(parsed(text));
  return found;
}

const read = (root, file) => readFileSync(join(root, file), 'utf8');

const filesIn = (root, folder, ending) =>
  readdirSync(join(root, folder))
    .filter(file => (typeof ending === 'string' ? file.endsWith(ending) : ending.test(file)))
    .sort();

const bare = file => file.replace(/\.\w+$/, '');

const agreement = ['test/agreement.test.ts'];

/** The variants of these rules in the titles of the agreement test. */
const titled = rules => `^['"]?(${rules.join('|')})[ .]`;

/**
 * All that is mutated: { file, text, language, mutants, judges }. A mutant must fail in one of the judges, which are tried in turn:
 * { tests, native?, only? }. Where `only` is in a judge or in a mutant, those of the tests are enough whose name fits.
 */
export function sources(root) {
  const found = [];
  const add = (file, language, generate, judges, only) => {
    if (!existsSync(join(root, file))) return;
    const text = read(root, file);
    const title = language === 'text' ? `${file} as text` : file;
    const times = new Map();
    const mutants = generate(text).map(mutant => {
      const key = `${title}: ${mutant.name}`;
      const before = times.get(key) ?? 0;
      times.set(key, before + 1);
      return { ...mutant, file, name: before ? `${key} (${before + 1})` : key, only: only?.(mutant) };
    });
    if (mutants.length > 0) found.push({ title, file, text, language, mutants, judges });
  };
  const testsOf = name => {
    const file = `test/rules/${name}.test.ts`;
    return existsSync(join(root, file)) ? [file] : [];
  };

  // What each option refuses.
  const bounds = { tests: ['test/bad-input/catalogue.test.ts'], only: ', .*: \\d+ cases$' };
  const ahead = { tests: ['test/optimizer.test.ts'], only: 'look-ahead' };
  // The numbers of a rule, by what its optimizer promises; and who runs which kernels.
  const users = new Map();
  const ruleFiles = filesIn(root, 'src/rules', '.ts');
  for (const file of ruleFiles) {
    // Another rule may be made of its numbers.
    const made = ruleFiles.filter(
      other => other !== 'index.ts' && read(root, `src/rules/${other}`).includes(`from './${bare(file)}.js'`),
    );
    const own = [file, ...made].flatMap(name => testsOf(bare(name)));
    const byRows = read(root, `src/rules/${file}`).includes('\n  grid') ? ['test/rows.test.ts'] : [];
    for (const [, kernel] of read(root, `src/rules/${file}`).matchAll(/^ {2}name: '([\w-]+)',$/gm))
      users.set(kernel, [...(users.get(kernel) ?? []), ...own]);
    const wider = [
      'test/rules/ranges.test.ts',
      'test/rules/first-gradient.test.ts',
      'test/state/joining.test.ts',
    ];
    add(`src/rules/${file}`, 'ts', numbers, [
      { tests: [...own, ...byRows] },
      { tests: wider },
      bounds,
      ahead,
    ]);
  }
  const stages = ['adam', 'adamw', 'sgd'].flatMap(testsOf);
  add('src/stages.ts', 'ts', functions, [{ tests: stages }]);
  const table = text =>
    mutantsBelow(parsed(text).statements.filter(ts.isVariableStatement), { also: ofTables });
  add('src/step-options.ts', 'ts', table, [{ tests: stages }]);
  add('src/numerics/folded.ts', 'ts', functions, [{ tests: testsOf('adam') }]);
  add('src/numerics/half-life.ts', 'ts', functions, [{ tests: ['test/numerics/half-life.test.ts'] }]);
  add('src/numerics/rectification.ts', 'ts', functions, [{ tests: ['test/numerics/rectification.test.ts'] }]);

  // The arithmetic. Changed alike in all languages, which nothing but what the tests know of the rule can tell: WebAssembly, against
  // the golden files. In one language: the reference against WebAssembly, and C++ against the reference.
  for (const file of filesIn(root, 'assembly/rules', '.ts')) {
    const tests = users.get(bare(file)) ?? testsOf(bare(file));
    add(`assembly/rules/${file}`, 'assembly', assembly, [{ tests }]);
  }
  for (const file of filesIn(root, 'assembly/stages', '.ts'))
    add(`assembly/stages/${file}`, 'assembly', assembly, [{ tests: stages }]);
  const rules = filesIn(root, 'native/rules', '.h').filter(file => file !== 'list.h');
  const textOf = new Map(rules.map(file => [bare(file), read(root, `native/rules/${file}`)]));
  for (const name of textOf.keys())
    add(`src/reference/${name}.ts`, 'ts', reference, [{ tests: agreement }], () => titled([name]));
  for (const file of rules)
    add(
      `native/rules/${file}`,
      'cpp',
      text => [...native(text), ...flags(text)],
      [{ tests: agreement, native: true }],
      () => titled([bare(file)]),
    );
  for (const file of filesIn(root, 'native/stages', '.h'))
    add(`native/stages/${file}`, 'cpp', native, [{ tests: agreement, native: true }], () =>
      titled(['nadam', 'adagrad']),
    );
  // The words, by the first rules that use them.
  const byWord = ({ word }) => {
    const used = new RegExp(`\\b${word === 'above' ? 'sign' : word}\\(`);
    const rules = [...textOf].filter(([, text]) => used.test(text)).map(([name]) => name);
    return titled(rules.length > 0 ? rules.slice(0, 3) : ['adam', 'adagrad']);
  };
  add('src/reference/arithmetic.ts', 'ts', wordsOfTypeScript, [{ tests: agreement }], byWord);
  add('assembly/vec.ts', 'assembly', wordsOfTypeScript, [{ tests: agreement }], byWord);
  for (const file of filesIn(root, 'native/isa', /\.cc$/))
    add(`native/isa/${file}`, 'cpp', words, [{ tests: agreement, native: bare(file) }], byWord);
  // The loops, the cut into claims, and where slots are.
  for (const file of ['isa/loop.h', 'plan.cc', 'arena.cc']) {
    add(`native/${file}`, 'cpp', steps, [
      { tests: agreement, native: true, only: titled(['adam', 'adagrad', 'nadam', 'nesterov']) },
      { tests: ['test/kernel.test.ts', 'test/addon.test.ts'], native: true },
      { tests: ['test/rebind.test.ts', 'test/async.test.ts', 'test/canaries.test.ts'], native: true },
    ]);
  }
  // The statements, by whether the text test sees them.
  for (const file of rules)
    add(`native/rules/${file}`, 'text', text => [...native(text), ...orders(text)], [
      { tests: ['test/rules-text.test.ts'] },
    ]);
  return found;
}
