// What the doc comments say: they are in the declarations that the package brings for TypeScript.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { home } from '../package.js';

/** An option. */
export interface OptionDocument {
  readonly name: string;
  readonly text: string;
}

/** A class. */
export interface Document {
  /** What it is, in a sentence or two. */
  readonly summary: string;
  /** What it computes; lines as they stand there. */
  readonly formula: readonly string[];
  /** Where it comes from, and what other libraries do differently. */
  readonly about: string;
  readonly options: readonly OptionDocument[];
}

/** The lines of a comment, without its stars. */
const linesOf = (comment: string): string[] =>
  comment.split('\n').map(line => line.replace(/^\s*\*? ?/, '').trimEnd());

const joined = (lines: readonly string[]): string => lines.join(' ').replace(/\s+/g, ' ').trim();

/** Parts a comment at its empty lines. */
function paragraphsOf(comment: string): string[][] {
  const paragraphs: string[][] = [[]];
  for (const line of linesOf(comment)) {
    if (line === '') paragraphs.push([]);
    else paragraphs.at(-1)!.push(line);
  }
  return paragraphs.filter(lines => lines.length > 0);
}

const isCode = (lines: readonly string[]): boolean => lines.every(line => line.startsWith('    '));

/** The last comment before a place. */
function commentBefore(text: string, at: number): string {
  const from = text.lastIndexOf('/**', at);
  return text.slice(from + 3, text.indexOf('*/', from));
}

// What is declared within braces: `/** … */ lr?: Hyper;`.
const membersOf = (body: string): OptionDocument[] =>
  [...body.matchAll(/\/\*\*([\s\S]*?)\*\/\s*(\w+)\?:/g)].map(([, comment, name]) => ({
    name: name!,
    text: joined(linesOf(comment!)),
  }));

/** The options of a type: its own, and those of what it extends, or of what it leaves some out of. */
function optionsIn(text: string, type: string): OptionDocument[] {
  const declared = new RegExp(
    `^export (?:interface ${type}( [^{]*)?\\{([\\s\\S]*?)^\\}|type ${type} = ([\\s\\S]*?);$)`,
    'm',
  );
  const [, extended = '', body = '', alias = ''] = declared.exec(text) ?? [];
  const of = `${extended} ${alias}`;
  const out = [...of.matchAll(/'(\w+)'/g)].map(match => match[1]!);
  const others = [...of.matchAll(/\w+Options\b/g)].flatMap(([other]) => optionsIn(text, other));
  const own = membersOf(body || alias);
  return [
    ...own,
    ...others.filter(({ name }) => !out.includes(name) && own.every(each => each.name !== name)),
  ];
}

/** What declarations say of a class; null where they do not declare it. */
export function documentIn(text: string, name: string): Document | null {
  const at = text.search(new RegExp(`^export declare class ${name}\\b`, 'm'));
  if (at < 0) return null;
  const [summary = [], ...rest] = paragraphsOf(commentBefore(text, at)).filter(
    ([line]) => !line!.startsWith('@'),
  );
  const about = rest.filter(lines => !isCode(lines));
  return {
    summary: joined(summary),
    // The first: others are examples.
    formula: rest.find(isCode) ?? [],
    about: joined(about.flat()),
    options: optionsIn(text, `${name}Options`),
  };
}

/** The declarations of the package's classes and options. */
export function declarations(): string {
  return ['rules', 'wrappers', 'curvature', '.']
    .flatMap(folder => {
      const path = join(home, 'dist', folder);
      return readdirSync(path)
        .filter(file => file.endsWith('.d.ts'))
        .map(file => readFileSync(join(path, file), 'utf8'));
    })
    .join('\n');
}
