/** Options of a group: checked, completed, and resolved to plain numbers once per step. */
import { OptionError, show } from './errors.js';
import { checkNumber, type Range } from './rules/ranges.js';
import type { Numbers, Rule } from './rules/rule.js';
import { noStages, type StageNumbers, stageNumbers } from './stages.js';
import type { Dtype, Hyper, Schedule } from './types.js';

type Loose = Record<string, unknown>;

/** Throws unless a value, numbers and functions alike, is what its range says. */
function checkGiven(value: unknown, range: Range, name: string, dtypes: readonly Dtype[]): void {
  if (range.kind === 'flag') {
    if (typeof value !== 'boolean')
      throw new OptionError(`Expected true or false for ${name}, got ${show(value)}`);
  } else if (range.kind === 'pair') {
    if (!Array.isArray(value) || value.length !== 2) {
      throw new OptionError(`Expected two of ${range.of.text} for ${name}, got ${show(value)}`);
    }
    for (let i = 0; i < 2; i++) checkGiven(value[i], range.of, `${name}[${i}]`, dtypes);
  } else if (typeof value !== 'function') {
    for (const dtype of dtypes) checkNumber(value, range, name, dtype);
  }
}

/** The complete options of one group, as given, and as numbers at the present step. */
export class GroupOptions<Options extends object> {
  readonly #rule: Rule<Options>;
  readonly #dtypes: readonly Dtype[];
  /** Plain numbers, of the step that was resolved last. */
  numbers: Numbers<Options>;
  /** What the stages make of them. */
  stages: StageNumbers = noStages;
  #given: Loose;
  #dynamic: readonly string[] = [];
  /** The flags of the kernel. They stay as they are at construction, for they decide which slots there are. */
  readonly flags: readonly string[];

  constructor(rule: Rule<Options>, given: Loose, dtypes: readonly Dtype[], t = 1) {
    this.#rule = rule;
    this.#dtypes = dtypes.length > 0 ? dtypes : ['float32'];
    const complete: Loose = { ...rule.defaults };
    for (const [key, value] of Object.entries(given)) {
      if (!Object.hasOwn(rule.defaults, key)) {
        throw new OptionError(
          `Expected an option of ${rule.name} (${Object.keys(rule.defaults).join(', ')}), got ${show(key)}`,
        );
      }
      if (value !== undefined) complete[key] = Array.isArray(value) ? [...value] : value;
    }
    this.#given = complete;
    this.numbers = rule.defaults;
    this.#accept(complete, t);
    // A function of the step may pass through any value, so it counts as one that is not zero.
    const structure = { ...this.numbers } as Loose;
    for (const key of this.#dynamic) if (typeof complete[key] === 'function') structure[key] = Number.NaN;
    this.flags = rule.flags?.(structure as Numbers<Options>) ?? [];
  }

  /** An option as it was given: a number, a function of the step, a pair, a flag. */
  get(key: string): unknown {
    return this.#given[key];
  }

  /** What `get` gives for every option. */
  entries(): [string, unknown][] {
    return Object.entries(this.#given);
  }

  /** Replaces some options, all or none; `t` is the step to come. */
  set(changes: Loose, t: number): void {
    this.adopt(this.checked(changes, t));
  }

  /** Takes over what `checked` gave. Runs no code of the user's, and cannot fail. */
  adopt(next: GroupOptions<Options>): void {
    this.#given = next.#given;
    this.#dynamic = next.#dynamic;
    this.numbers = next.numbers;
    this.stages = next.stages;
  }

  /** The same group with some options replaced, or an error and no change. */
  checked(changes: Loose, t: number): GroupOptions<Options> {
    // As at construction, an undefined option is one that was not given: it stays.
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const next = new GroupOptions(this.#rule, { ...this.#given, ...given }, this.#dtypes, t);
    if (next.flags.join() !== this.flags.join()) {
      throw new OptionError(
        `Expected ${Object.keys(changes).join(', ')} to need the slots that ${this.#rule.name} has ` +
          `(${this.flags.join(', ') || 'no flags'}), got ${next.flags.join(', ') || 'no flags'}; construct a new optimizer`,
      );
    }
    return next;
  }

  /** Evaluates what is a function of the step. Throws, and leaves `numbers` as they were, where one is out of range. */
  resolve(t: number): void {
    if (this.#dynamic.length > 0) this.#accept(this.#given, t);
  }

  #accept(given: Loose, t: number): void {
    const numbers: Loose = { ...given };
    const dynamic: string[] = [];
    for (const [key, range] of Object.entries<Range>(this.#rule.ranges)) {
      const value = given[key];
      checkGiven(value, range, key, this.#dtypes);
      if (typeof value === 'function') {
        numbers[key] = this.#evaluate(value as Schedule, range, key, t);
        dynamic.push(key);
      } else if (range.kind === 'pair' && (value as Hyper[]).some(x => typeof x === 'function')) {
        numbers[key] = (value as Hyper[]).map((x, i) =>
          typeof x === 'function' ? this.#evaluate(x, range.of, `${key}[${i}]`, t) : x,
        );
        dynamic.push(key);
      }
    }
    this.#rule.check?.(numbers as Numbers<Options>);
    this.#dynamic = dynamic;
    this.numbers = numbers as Numbers<Options>;
    this.stages = stageNumbers(this.#rule, this.numbers);
  }

  #evaluate(schedule: Schedule, range: Range, name: string, t: number): number {
    const value: unknown = schedule(t);
    if (range.kind !== 'number') throw new OptionError(`Expected no function for ${name}`);
    for (const dtype of this.#dtypes) checkNumber(value, range, `${name}(${t})`, dtype);
    return value as number;
  }
}
