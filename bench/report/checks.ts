/** What a value out of a file is asked before it is believed: small checks, and larger ones made of them. */

/** Text that is no result of the benchmark, or of one that this program cannot read. */
export class ResultsError extends Error {
  override readonly name = 'ResultsError';
}

/** Throws where a value is not what it should be; `path` is where it stands. */
export type Check = (value: unknown, path: string) => void;

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value);
  return text.length > 40 ? `${text.slice(0, 40)}…` : text;
}

export const refuse = (path: string, expected: string, value: unknown): never => {
  throw new ResultsError(`Expected ${expected} at ${path || 'the top'}, got ${show(value)}`);
};

const check =
  (expected: string, holds: (value: unknown) => boolean): Check =>
  (value, path) => {
    if (!holds(value)) refuse(path, expected, value);
  };

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const text = check('text', value => typeof value === 'string');
export const boolean = check('true or false', value => typeof value === 'boolean');
export const finite = check('a number', Number.isFinite);
export const positive = check('a positive number', value => Number.isFinite(value) && (value as number) > 0);
export const atLeastZero = check(
  'a number of at least 0',
  value => Number.isFinite(value) && (value as number) >= 0,
);
export const whole = (least: number): Check =>
  check(
    `a whole number of at least ${least}`,
    value => Number.isSafeInteger(value) && (value as number) >= least,
  );
export const oneOf = (...names: string[]): Check =>
  check(`one of ${names.join(', ')}`, value => names.includes(value as string));
export const date = check('a date', value => typeof value === 'string' && !Number.isNaN(Date.parse(value)));
export const anyRecord = check('an object', isRecord);

export const orNull =
  (inner: Check): Check =>
  (value, path) => {
    if (value !== null) inner(value, path);
  };

/** Not there, or what the check says. */
export const orAbsent =
  (inner: Check): Check =>
  (value, path) => {
    if (value !== undefined) inner(value, path);
  };

export const list =
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
export const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value, path) => {
    if (!isRecord(value)) return refuse(path, 'an object', value);
    for (const [name, field] of Object.entries(fields)) field(value[name], path ? `${path}.${name}` : name);
  };

/** No two of a list with the same name: a baseline is matched by these. */
export const unique =
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

export const both =
  (...checks: Check[]): Check =>
  (value, path) => {
    for (const one of checks) one(value, path);
  };
