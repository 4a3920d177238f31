/**
 * The JSON of a safetensors header, from its first character to its last, once. A header may have a million entries; a parser
 * of any JSON would make a tree of them all before one is looked at, and ten times the memory of the file.
 */

/** What stands in the field of an array. */
export interface EntryFields {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly number[];
}

/** Who is told what a header has. */
export interface Found {
  /** A word of the metadata, and where its quotes begin. */
  word(key: string, word: string, at: number): void;
  /** An array; null where its fields are not those of one. */
  entry(name: string, fields: EntryFields | null): void;
}

const [quote, comma, colon, backslash] = [34, 44, 58, 92];
const [openList, closeList, openObject, closeObject] = [91, 93, 123, 125];

class Scanner {
  readonly #text: string;
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The next character that is no space; NaN at the end. */
  next(): number {
    for (;;) {
      const c = this.#text.charCodeAt(this.at);
      if (c !== 32 && c !== 10 && c !== 13 && c !== 9) return c;
      this.at++;
    }
  }

  fail(): never {
    throw new SyntaxError(`what stands at ${this.at} was not expected there`);
  }

  take(character: number): void {
    if (this.next() !== character) this.fail();
    this.at++;
  }

  /** A text in quotes. */
  string(): string {
    this.take(quote);
    const from = this.at - 1;
    let plain = true;
    for (; ; this.at++) {
      const c = this.#text.charCodeAt(this.at);
      if (c === quote) break;
      if (!(c >= 32)) this.fail();
      if (c !== backslash) continue;
      plain = false;
      this.at++;
    }
    const quoted = this.#text.slice(from, ++this.at);
    return plain ? quoted.slice(1, -1) : JSON.parse(quoted);
  }

  /** A number without a sign, a fraction and an exponent. */
  whole(): number {
    this.next();
    const from = this.at;
    for (let c = this.#text.charCodeAt(from); c >= 48 && c <= 57; c = this.#text.charCodeAt(++this.at));
    const digits = this.#text.slice(from, this.at);
    if (digits === '' || (digits.length > 1 && digits.startsWith('0'))) this.fail();
    return Number(digits);
  }

  /** What stands between two brackets, with commas. */
  list(open: number, close: number, item: () => void): void {
    this.take(open);
    if (this.next() !== close) {
      for (item(); this.next() === comma; item()) this.at++;
    }
    this.take(close);
  }

  /** An object; the function is given each key, and reads its value. */
  object(field: (key: string) => void): void {
    this.list(openObject, closeObject, () => {
      const key = this.string();
      this.take(colon);
      field(key);
    });
  }

  wholes(): number[] {
    const numbers: number[] = [];
    this.list(openList, closeList, () => numbers.push(this.whole()));
    return numbers;
  }

  /** The end, after which nothing comes. */
  end(): void {
    if (!Number.isNaN(this.next())) this.fail();
  }
}

/** A set that takes nothing twice: of two values of one key, one would be lost. */
class Keys {
  readonly #keys = new Set<string>();

  add(key: string): void {
    if (this.#keys.has(key)) throw new SyntaxError('a key stands twice');
    this.#keys.add(key);
  }
}

function fieldsOf(scanner: Scanner): EntryFields | null {
  let dtype: string | undefined;
  let shape: number[] | undefined;
  let data_offsets: number[] | undefined;
  scanner.object(key => {
    if (key === 'dtype' && dtype === undefined) dtype = scanner.string();
    else if (key === 'shape' && shape === undefined) shape = scanner.wholes();
    else if (key === 'data_offsets' && data_offsets === undefined) data_offsets = scanner.wholes();
    else scanner.fail();
  });
  if (dtype === undefined || shape === undefined || data_offsets === undefined) return null;
  return { dtype, shape, data_offsets };
}

/** Reads a header, and tells what it has. @throws SyntaxError where it is not one */
export function scanHeader(text: string, found: Found): void {
  const scanner = new Scanner(text);
  const names = new Keys();
  scanner.object(name => {
    names.add(name);
    if (name === '__metadata__') {
      const keys = new Keys();
      scanner.object(key => {
        keys.add(key);
        scanner.next();
        const { at } = scanner;
        found.word(key, scanner.string(), at);
      });
      return;
    }
    let fields: EntryFields | null = null;
    try {
      fields = fieldsOf(scanner);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    found.entry(name, fields);
    if (fields === null) scanner.fail();
  });
  scanner.end();
}
