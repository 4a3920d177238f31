/** Results as text, and back. What comes back is looked at in full: a baseline may be a year old, or edited by hand. */
import { type Results, schema } from '../results.js';

/** Text that is no result of the benchmark, or of one that this program cannot read. */
export class ResultsError extends Error {
  override readonly name = 'ResultsError';
}

/** Throws where a value is not what it should be; `path` is where it stands. */
type Check = (value: unknown, path: string) => void;

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

const refuse = (path: string, expected: string, value: unknown): never => {
  throw new ResultsError(`Expected ${expected} at ${path || 'the top'}, got ${show(value)}`);
};

const check =
  (expected: string, holds: (value: unknown) => boolean): Check =>
  (value, path) => {
    if (!holds(value)) refuse(path, expected, value);
  };

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text = check('text', value => typeof value === 'string');
const boolean = check('true or false', value => typeof value === 'boolean');
const finite = check('a number', Number.isFinite);
const positive = check('a positive number', value => Number.isFinite(value) && (value as number) > 0);
const atLeastZero = check(
  'a number of at least 0',
  value => Number.isFinite(value) && (value as number) >= 0,
);
const whole = (least: number): Check =>
  check(
    `a whole number of at least ${least}`,
    value => Number.isSafeInteger(value) && (value as number) >= least,
  );
const oneOf = (...names: string[]): Check =>
  check(`one of ${names.join(', ')}`, value => names.includes(value as string));
const date = check('a date', value => typeof value === 'string' && !Number.isNaN(Date.parse(value)));
const anyRecord = check('an object', isRecord);

const orNull =
  (inner: Check): Check =>
  (value, path) => {
    if (value !== null) inner(value, path);
  };

const list =
  (inner: Check, least = 0, most = Number.POSITIVE_INFINITY): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return refuse(path, 'a list', value);
    if (value.length < least || value.length > most) {
      return refuse(`${path}.length`, least === most ? `${least}` : `at least ${least}`, value.length);
    }
    value.forEach((item, i) => {
      inner(item, `${path}[${i}]`);
    });
  };

// Fields that are not named here are left alone: a later minor version may have more.
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isRecord(value)) return refuse(path, 'an object', value);
    for (const [name, field] of Object.entries(fields)) field(value[name], path ? `${path}.${name}` : name);
  };

/** No two of a list with the same name: a baseline is matched by these. */
const unique =
  (name: string): Check =>
  (value, path) => {
    const seen = new Map<unknown, number>();
    (value as Record<string, unknown>[]).forEach((item, i) => {
      const before = seen.get(item[name]);
      if (before !== undefined)
        refuse(`${path}[${i}].${name}`, `another than that of ${path}[${before}]`, item[name]);
      seen.set(item[name], i);
    });
  };

const both =
  (...checks: Check[]): Check =>
  (value, path) => {
    for (const one of checks) one(value, path);
  };

const entry = record({
  contestant: text,
  kind: oneOf('native', 'wasm', 'loop', 'textbook', 'roof', 'tfjs-cpu', 'tfjs-wasm', 'torch'),
  threads: whole(1),
  samples: list(positive, 1),
  steps: whole(0),
  checked: oneOf('bits', 'numbers', 'nothing'),
  ulps: orNull(atLeastZero),
});

const caseResult = record({
  id: text,
  group: oneOf('sizes', 'tensors', 'stages', 'calls'),
  title: text,
  optimizer: text,
  options: anyRecord,
  dtype: oneOf('float32', 'float64'),
  tensors: whole(1),
  elements: whole(1),
  bytes: positive,
  entries: both(list(entry), unique('contestant')),
});

const size = orNull(positive);

const results = record({
  date,
  quick: boolean,
  machine: record({
    cpu: text,
    processors: whole(1),
    caches: record({ l1d: size, l2: size, l3: size }),
    memory: positive,
    os: text,
    virtual: orNull(text),
    node: text,
    v8: text,
    lanestep: text,
    commit: orNull(text),
    backend: oneOf('native', 'wasm'),
    instructionSet: text,
    threads: whole(1),
    load: list(finite, 3, 3),
  }),
  absent: list(record({ contestant: text, reason: text })),
  cases: both(list(caseResult), unique('id')),
});

/**
 * The results in `text`.
 *
 * @throws ResultsError which names what is wrong and where
 */
export function parseResults(text: string): Results {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ResultsError(`Expected JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isRecord(value)) return refuse('', 'an object', value);
  // Before anything else: of another schema nothing that follows would make sense.
  if (value['schema'] !== schema.name) refuse('schema', `"${schema.name}"`, value['schema']);
  if (!Number.isSafeInteger(value['version'])) refuse('version', 'a whole number', value['version']);
  if (value['version'] !== schema.version) {
    const than = (value['version'] as number) > schema.version ? 'newer' : 'older';
    throw new ResultsError(
      `The file has version ${value['version']} of ${schema.name}, which is ${than} than version ${schema.version}, ` +
        `the only one that this program reads; ${than === 'newer' ? 'update lanestep' : 'run the benchmark again'}`,
    );
  }
  results(value, '');
  return value as unknown as Results;
}

/** Results as JSON, with the samples of a contestant in one line, so that a difference of two files can be read. */
export function serialise(value: Results): string {
  // A line feed within brackets can stand in no JSON string, so this finds only lists of numbers.
  const text = `${JSON.stringify(value, null, 2).replace(/\[\n[\s\d.,eE+-]*\]/g, numbers => numbers.replace(/\s+/g, ' '))}\n`;
  // What cannot be read again must not be written: JSON turns NaN into null without a word.
  parseResults(text);
  return text;
}
