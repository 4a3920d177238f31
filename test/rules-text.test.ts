// One arithmetic, written alike in every language: the statements of a rule are the same text in native/, assembly/ and
// src/reference/, its coefficients have the same names in the same order, and so have its letters of state.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const root = new URL('../', import.meta.url);
const read = (path: string): string =>
  readFileSync(new URL(path, root), 'utf8')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\/\/.*$/gm, '');

/** The assignments, one a line, without what the languages cannot have in common: C++ says `const V x`, others `const x`. */
function statements(text: string): string[] {
  return text
    .split(/[;{}]/)
    .map(statement =>
      statement
        .replace(/\s+/g, ' ')
        .trim()
        .replace(/\bconst V /, 'const '),
    )
    .filter(statement => /^(if \([^=]*\) |else )?(const )?[a-z]\w* = /i.test(statement))
    .filter(statement => !/\b(vector|coefficient)\(/.test(statement));
}

const list = (text: string, separator: RegExp): string[] =>
  text
    .split(separator)
    .map(word => word.trim())
    .filter(word => word !== '');

const found = (text: string, pattern: RegExp): string => {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`no ${pattern} in\n${text}`);
  return match[1]!;
};

const coefficients = {
  native: (text: string) => list(found(text, /\n {2}V ([\w,\s]+);/), /,/),
  assembly: (text: string) =>
    [...text.matchAll(/const (\w+) = coefficient\(c, (\d+)\)/g)].map(match => match[1]!),
  reference: (text: string) => list(found(text, /const \[([\w,\s]+)\] = c\b/), /,/),
};

const letters = {
  native: (text: string) =>
    [...found(text, /operator\(\)\(([^)]*)\)/).matchAll(/V& (\w+)/g)].map(match => match[1]!).slice(1),
  assembly: (text: string) =>
    [...text.matchAll(/let (\w+) = (?:\w+ \? )?vector\((\w+)At/g)]
      .map(m => m[1]!)
      .filter(x => x !== 'p' && x !== 'g'),
  reference: (text: string) =>
    [...found(text, /return \(([^)]*)\) =>/).matchAll(/(\w+) = 0/g)].map(match => match[1]!),
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
    expect(found(native, /coefficients = (\d+)/)).toBe(String(coefficients.native(native).length));
    const indices = [...assembly.matchAll(/coefficient\(c, (\d+)\)/g)].map(match => Number(match[1]));
    expect(indices).toEqual(indices.map((_, i) => i));
  });

  it('has the same letters of state in the same order', () => {
    expect(letters.assembly(assembly)).toEqual(letters.native(native));
    expect(letters.reference(reference)).toEqual(letters.native(native));
    expect(list(found(native, /keeps\[\] = \{([^}]*)\}/), /,/)).toHaveLength(letters.native(native).length);
  });
});

describe.each(['scale', 'decay', 'shrink'])('stage %s', name => {
  it('is the same text in every language', () => {
    const reference = read('src/reference/stages.ts');
    const own = found(reference, new RegExp(`const ${name} = ([\\s\\S]*?\\n\\})`));
    const [statement] = statements(read(`native/stages/${name}.h`));
    expect(statement).toBeDefined();
    expect(statements(read(`assembly/stages/${name}.ts`))).toEqual([statement]);
    expect(statements(own)).toEqual([statement]);
  });
});
