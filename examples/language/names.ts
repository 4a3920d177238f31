/**
 * The data: what every Node knows by heart. `Intl.DisplayNames` has the names of regions, languages, scripts and
 * currencies in every language of CLDR, so there is real text in some seventy languages and nothing to download.
 */

/** One name in one language. */
export interface Name {
  readonly text: string;
  /** Its index in `Names.languages`. */
  readonly language: number;
  /** What is named, in whatever language: `region:DE`, `currency:EUR`. */
  readonly concept: string;
}

export interface Language {
  /** The two-letter code of ISO 639-1. */
  readonly code: string;
  /** The name in English. */
  readonly name: string;
}

export interface Names {
  readonly languages: readonly Language[];
  /** Every pair of a text and a language once. */
  readonly names: readonly Name[];
}

export interface Split {
  readonly train: readonly Name[];
  readonly test: readonly Name[];
}

type Kind = 'region' | 'language' | 'script' | 'currency';

/** A language takes part if it has this many names of its own; those with fewer fall back on English for the rest. */
const enough = 700;
/** It does not if more than this share of its names is another's: `nn` has most from `nb`, `ig` most from English. */
const borrowed = 0.6;

const lower = 'abcdefghijklmnopqrstuvwxyz';
const upper = lower.toUpperCase();
const digits = '0123456789';

/** Every word with one letter from each alphabet in turn: of `ab` and `xy` these are ax, ay, bx and by. */
function words(...alphabets: readonly string[]): string[] {
  return alphabets.reduce<string[]>(
    (heads, letters) => heads.flatMap(head => Array.from(letters, letter => head + letter)),
    [''],
  );
}

/** JavaScript lists the codes of currencies only; of the others, every possible code is asked for its English name. */
function codesOf(kind: Kind): string[] {
  if (kind === 'currency') return Intl.supportedValuesOf('currency');
  const possible = {
    region: () => [...words(upper, upper), ...words(digits, digits, digits)],
    language: () => words(lower, lower),
    script: () => words(upper, lower, lower, lower),
  };
  const english = new Intl.DisplayNames('en', { type: kind, fallback: 'none' });
  return possible[kind]().filter(code => english.of(code) !== undefined);
}

/** Languages that this Node answers in, and not in the name of another one. */
function answeringLanguages(): string[] {
  return Intl.DisplayNames.supportedLocalesOf(words(lower, lower)).filter(locale => {
    const answering = new Intl.DisplayNames(locale, { type: 'region' }).resolvedOptions().locale;
    return locale.length === 2 && locale === answering;
  });
}

function sharedNames(mine: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): number {
  let count = 0;
  for (const text of mine.keys()) if (others.has(text)) count++;
  return count;
}

/**
 * All names in all languages that take part. A code that comes back as itself is no name. Texts that several
 * languages have in common ("Albania") stay in, once for each: nobody can tell those apart, and the accuracy says so.
 */
export function readNames(): Names {
  const kinds: readonly Kind[] = ['region', 'language', 'script', 'currency'];
  const concepts = kinds.map(kind => ({ kind, codes: codesOf(kind) }));
  const english = new Intl.DisplayNames('en', { type: 'language' });
  const found: { language: Language; concepts: Map<string, string> }[] = [];
  for (const code of answeringLanguages()) {
    const mine = new Map<string, string>();
    for (const { kind, codes } of concepts) {
      const display = new Intl.DisplayNames(code, { type: kind, fallback: 'none' });
      for (const concept of codes) {
        const text = display.of(concept)?.normalize('NFC');
        // A text that two concepts of a language share stands for the first, so that it is in one half of the data only.
        if (text !== undefined && text !== concept && !mine.has(text)) mine.set(text, `${kind}:${concept}`);
      }
    }
    if (mine.size < enough) continue;
    if (found.some(other => sharedNames(mine, other.concepts) > borrowed * mine.size)) continue;
    found.push({ language: { code, name: english.of(code) ?? code }, concepts: mine });
  }
  if (found.length < 2) {
    throw new Error(
      'This Node has no names in other languages (small-icu); use one with full ICU, as nodejs.org has',
    );
  }
  return {
    languages: found.map(({ language }) => language),
    names: found.flatMap(({ concepts }, language) =>
      Array.from(concepts, ([text, concept]) => ({ text, language, concept })),
    ),
  };
}

/** A number in [0, 1) that depends on the text and the seed alone. */
function draw(text: string, seed: number): number {
  let hash = seed | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39);
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32;
}

/**
 * Holds a share of the concepts back. A test name is then new in every sense: what it names was not seen in any
 * language, so that nothing can be known by heart or from a relative.
 */
export function splitByConcept(names: readonly Name[], seed: number, share = 0.2): Split {
  const train: Name[] = [];
  const test: Name[] = [];
  for (const name of names) (draw(name.concept, seed) < share ? test : train).push(name);
  return { train, test };
}
