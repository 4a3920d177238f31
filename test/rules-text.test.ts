// One arithmetic, written alike in every language: the statements of a rule are the same text in native/, assembly/ and
// src/reference/, its coefficients have the same names in the same order, and so have its letters of state.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (path: string): string =>
  readFileSync(new URL(path, root), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');

/** The assignments and what is added up, one a line, without what the languages cannot have in common: C++ says `const V x`, others `const x`. */
function statements(text: string): string[] {
  return text
    .split(/[;{}]/)
    .map(statement =>
      statement
        .replace(/\s+/g, ' ')
        .trim()
        .replace(/\bconst V /, 'const '),
    )
    .filter(statement => /^(if \([^=]*\) |else )?((const )?[a-z]\w* = |(plus|most)\()/i.test(statement))
    .filter(statement => !/\b(vector|number|coefficient|lanes|columns)\(/.test(statement));
}

const list = (text: string, separator: RegExp): string[] =>
  text
    .split(separator)
    .map(word => word.trim())
    .filter(word => word !== '');

// A file may have several kernels: each of these is a list of theirs, kernel by kernel.
const lists = (text: string, pattern: RegExp): string[][] =>
  [...text.matchAll(pattern)].map(match => list(match[1]!, /,/));

const coefficients = {
  native: (text: string) => lists(text, /\n {2}V ([\w,\s]+);/g),
  assembly: (text: string) => {
    const kernels: string[][] = [];
    for (const [, name, index] of text.matchAll(/const (\w+) = coefficient\(c, (\d+)\)/g)) {
      if (index === '0') kernels.push([]);
      kernels.at(-1)![Number(index)] = name!;
    }
    return kernels;
  },
  reference: (text: string) => lists(text, /const \[([\w,\s]+)\] =\s+c\b/g),
};

const operators = (text: string): string[] =>
  [...text.matchAll(/operator\(\)\(([^)]*)\)/g)].map(match => match[1]!);

const letters = {
  native: (text: string) =>
    operators(text).flatMap(operands => [...operands.matchAll(/V& (\w+)/g)].map(match => match[1]!).slice(1)),
  assembly: (text: string) =>
    [...text.matchAll(/(?:let|const) (\w+) = (?:!?\w+ \? )?(?:vector|number)\((\w+)At/g)]
      .map(m => m[1]!)
      .filter(x => x !== 'p' && x !== 'g'),
  reference: (text: string) =>
    [...text.matchAll(/return \(([^)]*)\) =>/g)].flatMap(([, operands]) =>
      [...operands!.matchAll(/(\w+) = 0/g)].map(match => match[1]!),
    ),
};

const sums = {
  native: (text: string) =>
    operators(text).flatMap(operands =>
      [...operands.matchAll(/\b(?:Sum|Column)(?:<V>)?&? (\w+)/g)].map(match => match[1]!),
    ),
  assembly: (text: string) =>
    [...text.matchAll(/const (\w+) = (?:lanes|columns)\(\1At/g)].map(match => match[1]!),
  reference: (text: string) => lists(text, /const \[([\w,\s]+)\] = sums\b/g).flat(),
};

const names = readdirSync(new URL('native/rules', root))
  .filter(file => file !== 'list.h')
  .map(file => file.replace('.h', ''));

describe.each(names)('%s', name => {
  const native = read(`native/rules/${name}.h`);
  const assembly = read(`assembly/rules/${name}.ts`);
  const reference = read(`src/reference/${name}.ts`);

  it('is the same text in every language', () => {
    expect(statements(native).length).toBeGreaterThan(0);
    expect(statements(assembly)).toEqual(statements(native));
    expect(statements(reference)).toEqual(statements(native));
  });

  it('reads the same coefficients in the same order', () => {
    expect(coefficients.assembly(assembly)).toEqual(coefficients.native(native));
    expect(coefficients.reference(reference)).toEqual(coefficients.native(native));
    const counts = [...native.matchAll(/coefficients = (\d+)/g)].map(match => Number(match[1]));
    expect(counts.filter(count => count > 0)).toEqual(coefficients.native(native).map(c => c.length));
  });

  it('has the same letters of state in the same order', () => {
    expect(letters.assembly(assembly)).toEqual(letters.native(native));
    expect(letters.reference(reference)).toEqual(letters.native(native));
    expect(lists(native, /keeps\[\] = \{([^}]*)\}/g).flat()).toHaveLength(letters.native(native).length);
  });

  it('has the same sums in the same order', () => {
    expect(sums.assembly(assembly)).toEqual(sums.native(native));
    expect(sums.reference(reference)).toEqual(sums.native(native));
    const counts = [...native.matchAll(/\bsums = (\d+)/g)].map(match => Number(match[1]));
    const columns = native.match(/\bcolumns = true/g)?.length ?? 0;
    expect(counts.reduce((all, count) => all + count, columns)).toBe(sums.native(native).length);
  });
});

describe('the stages', () => {
  // In C++ they are one loop, whose forms leave out what a row does not need; elsewhere each is a kernel of its own.
  const native = statements(read('native/stages/before.h')).map(line => line.replace(/^if \(\w+\) /, ''));
  const stages = ['scale', 'decay', 'shrink'];

  it('are the same text in every language, and in the same order', () => {
    const reference = read('src/reference/stages.ts');
    expect(native).toHaveLength(stages.length);
    expect(stages.flatMap(name => statements(read(`assembly/stages/${name}.ts`)))).toEqual(native);
    expect(statements(reference)).toEqual(native);
  });
});

it.each(names)('%s is said to be light where it neither divides nor takes roots', name => {
  const native = read(`native/rules/${name}.h`);
  const said = /\blight = (.*);/.exec(native)?.[1];
  if (said === 'true') expect(native).not.toMatch(/\b(div|sqrt)\(/);
  else if (said === undefined) expect(native).toMatch(/\b(div|sqrt)\(/);
});
