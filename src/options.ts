/** Options of a group: checked, completed, and resolved to plain numbers once per step. */

import { didYouMean } from './did-you-mean.js';
import { OptionError, show } from './errors.js';
import { isRecord, readGiven } from './given.js';
import type { Numbers, Option } from './option-table.js';
import { checkNumber, type NumberRange, type Range } from './ranges.js';
import { optionsOf, type Rule } from './rule.js';
import { noStages, type StageNumbers, stageNumbers } from './stages.js';
import type { StepOptions } from './step-options.js';
import { type SwitchesOn, switchesOn } from './switches/check.js';
import type { Dtype, Hyper } from './types.js';

type Loose = Record<string, unknown>;

/** What an optimizer takes beside its rule's options. */
export const settings: readonly string[] = ['backend', 'untransferable', 'shapes'];

/** Throws unless a value, numbers and functions alike, is what its range says. */
function checkGiven(value: unknown, range: Range, name: string, dtypes: readonly Dtype[]): void {
  if (range.kind === 'flag') {
    if (typeof value !== 'boolean')
      throw new OptionError(`Expected true or false for ${name}, got ${show(value)}`);
  } else if (range.kind === 'choice') {
    const words: readonly unknown[] = range.orNull ? [...range.of, null] : range.of;
    if (!words.includes(value))
      throw new OptionError(`Expected ${words.map(show).join(' or ')} for ${name}, got ${show(value)}`);
  } else if (range.kind === 'list') {
    const { length, least = length } = range;
    if (!Array.isArray(value) || value.length < least || value.length > length) {
      const many = least < length ? `${least} to ${length}` : length === 2 ? 'two' : length;
      throw new OptionError(
        `Expected an array of ${many} for ${name}, each ${range.of.text}, got ${show(value)}`,
      );
    }
    for (let i = 0; i < value.length; i++) checkGiven(value[i], range.of, `${name}[${i}]`, dtypes);
  } else if (typeof value !== 'function') {
    for (const dtype of dtypes) checkNumber(value, range, name, dtype);
  }
}

/** Throws unless options are an object. A Map or a promise has no keys: its options must not pass for none. */
export function checkOptions(options: unknown, wanted?: (key: string) => boolean): asserts options is object {
  if (!isRecord(options, wanted))
    throw new OptionError(`Expected an object for options, got ${show(options)}`);
}

/**
 * The options that a caller gave, as `given.ts` reads them. Each getter is called once.
 *
 * @param owner what takes them, for the message: `Adam`
 * @param known their names; all else is refused
 */
export function readOptions(options: unknown, owner: string, known: readonly string[]): Loose {
  const wanted = (key: string): boolean => known.includes(key);
  checkOptions(options, wanted);
  const read = readGiven(options, wanted);
  const unknown = Reflect.ownKeys(read).find(key => !known.includes(key as string));
  if (unknown !== undefined) throw unknownOption(unknown, owner, known);
  return read as Loose;
}

/** The error for an option that there is not. */
export function unknownOption(
  key: PropertyKey,
  owner: string,
  known: readonly string[],
  hint = didYouMean(key, known),
): OptionError {
  return new OptionError(`Expected an option of ${owner} (${known.join(', ')}), got ${show(key)}${hint}`);
}

// What a list is replaced by: one that nobody can write to.
const held = (value: unknown): unknown => (Array.isArray(value) ? Object.freeze([...value]) : value);

/** The complete options of one group, as given, and as numbers at the present step. */
export class GroupOptions<Options extends object> {
  readonly #rule: Rule<Options>;
  readonly #table: Readonly<Record<string, Option<unknown>>>;
  readonly #dtypes: readonly Dtype[];
  /** Plain numbers, of the step that was resolved last. */
  numbers: Numbers<Options>;
  /** What the stages make of them. */
  stages: StageNumbers = noStages;
  #given: Loose;
  /** Whether the gradients are looked at before the step: to clip their norm, or for what is not finite. */
  measures = false;
  /** Whether gradients are changed before the rule, and updates after it. */
  switches: SwitchesOn = { gradients: false, updates: false };
  /** Whether there is none of both: a step of one pass needs no other then. */
  plain = true;
  // The options with a function of the step in them.
  #dynamic: readonly string[] = [];
  #before: { readonly t: number; readonly numbers: Numbers<Options>; readonly stages: StageNumbers } | null =
    null;
  // What they are but for a step that has a gradient scale of its own.
  #ordinary: { readonly numbers: Numbers<Options>; readonly stages: StageNumbers } | null = null;
  /** The flags of the kernel. They stay as they are at construction, for they decide which slots there are. */
  readonly flags: readonly string[];

  /**
   * @param t the step whose numbers functions give
   * @param last numbers that some of them gave then, by their names (`lr`, `betas[0]`): those are not asked
   */
  constructor(rule: Rule<Options>, given: Loose, dtypes: readonly Dtype[], t = 1, last: Loose = {}) {
    this.#rule = rule;
    this.#table = optionsOf(rule);
    this.#dtypes = dtypes.length > 0 ? dtypes : ['float32'];
    const complete: Loose = {};
    for (const [key, option] of Object.entries(this.#table)) complete[key] = option.default;
    for (const key of Reflect.ownKeys(given)) {
      if (!Object.hasOwn(this.#table, key)) {
        const setting = settings.includes(key as string);
        throw unknownOption(
          key,
          rule.label,
          [...Object.keys(this.#table), 'shapes'],
          setting ? `; ${String(key)} is given once for all groups, beside their options` : undefined,
        );
      }
      const value = given[key as string];
      if (value !== undefined) complete[key as string] = held(value);
    }
    this.#given = complete;
    this.numbers = complete as Numbers<Options>;
    for (const [key, { range }] of Object.entries(this.#table)) {
      checkGiven(complete[key], range, key, this.#dtypes);
    }
    this.#dynamic = Object.keys(complete).filter(key =>
      [complete[key]].flat().some(x => typeof x === 'function'),
    );
    this.#evaluate(complete as Numbers<Options>, t, last);
    for (const key of rule.fixed ?? [])
      if (typeof complete[key] === 'function')
        throw new OptionError(`Expected a number for ${key}, got a function of the step`);
    this.flags = this.flagsWith({});
  }

  /** The flags that the group would have with other options. */
  flagsWith(changes: Loose): readonly string[] {
    // A function of the step may pass through any value, so it counts as one that is not zero.
    const structure: Loose = { ...this.numbers };
    for (const [key, value] of Object.entries({ ...this.#given, ...changes }))
      structure[key] = typeof value === 'function' ? Number.NaN : value;
    return this.#rule.flags?.(structure as Numbers<Options>) ?? [];
  }

  /** Throws unless each of these options may be what it is, by itself. Runs no function of the step. */
  check(changes: Loose): void {
    for (const [key, value] of Object.entries(changes))
      checkGiven(value, this.#table[key]!.range, key, this.#dtypes);
  }

  /** An option as it was given: a number, a function of the step, a list that cannot be written to, a flag. */
  get(key: string): unknown {
    return this.#given[key];
  }

  /** `numbers`, for whoever asks: nothing that is done to it reaches the options. */
  shown(): Numbers<Options> {
    const copy: Loose = {};
    for (const [key, value] of Object.entries(this.numbers)) copy[key] = held(value);
    return Object.freeze(copy) as Numbers<Options>;
  }

  /** What `get` gives for every option. */
  entries(): [string, unknown][] {
    return Object.entries(this.#given);
  }

  /** The same for a person, who wants to know which of them change with the step. */
  portrait(): Loose {
    return { ...this.shown(), ...(this.#dynamic.length > 0 ? { scheduled: [...this.#dynamic] } : {}) };
  }

  /** Takes over what `checked` gave. Runs no code of the user's, and cannot fail. */
  adopt(next: GroupOptions<Options>): void {
    this.#before = null;
    this.#given = next.#given;
    this.#dynamic = next.#dynamic;
    this.numbers = next.numbers;
    this.stages = next.stages;
    this.measures = next.measures;
    this.switches = next.switches;
    this.plain = next.plain;
  }

  /** The same group with some options replaced, or an error and no change. `last` as at construction. */
  checked(changes: Loose, t: number, last: Loose = {}): GroupOptions<Options> {
    // As at construction, an undefined option is one that was not given: it stays.
    const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const next = new GroupOptions(this.#rule, { ...this.#given, ...given }, this.#dtypes, t, last);
    for (const key of this.#rule.fixed ?? []) {
      if (next.get(key) === this.get(key)) continue;
      throw new OptionError(
        `Expected ${key} of this ${this.#rule.label} to stay as constructed, ${show(this.get(key))}, since it decides which state ` +
          `there is, got ${show(next.get(key))}; construct a new optimizer`,
      );
    }
    if (next.flags.join() !== this.flags.join()) {
      throw new OptionError(
        `Expected ${Object.keys(changes).join(', ')} of this ${this.#rule.label} to stay as constructed, since it decides which ` +
          `state there is (${next.flags.join(', ') || 'plain'} in place of ${this.flags.join(', ') || 'plain'}); ` +
          'construct a new optimizer',
      );
    }
    return next;
  }

  /** Evaluates what is a function of the step. Throws, and leaves `numbers` as they were, where one is out of range. */
  resolve(t: number): void {
    if (this.#dynamic.length > 0) this.#resolve(t);
  }

  #resolve(t: number): void {
    this.#before = null;
    const { numbers, stages } = this;
    this.#evaluate(numbers, t);
    this.#before = { t, numbers, stages };
  }

  /** Takes back `resolve(t)`, where the step t did not happen. */
  revert(t: number): void {
    if (this.#before?.t !== t) return;
    this.numbers = this.#before.numbers;
    this.stages = this.#before.stages;
    this.#before = null;
  }

  /**
   * Multiplies the gradients by another number, until `unscale`.
   *
   * @throws OptionError where it is out of range
   */
  rescale(gradientScale: number): void {
    for (const dtype of this.#dtypes)
      checkNumber(gradientScale, this.#table.gradientScale!.range as NumberRange, 'gradientScale', dtype);
    const { numbers, stages } = this;
    this.#ordinary = { numbers, stages };
    this.numbers = { ...numbers, gradientScale };
    this.stages = stageNumbers(this.#rule, this.numbers);
  }

  /** As it was before `rescale`, if that was called. */
  unscale(): void {
    if (this.#ordinary === null) return;
    this.numbers = this.#ordinary.numbers;
    this.stages = this.#ordinary.stages;
    this.#ordinary = null;
  }

  #evaluate(before: Numbers<Options>, t: number, last: Loose = {}): void {
    const numbers: Loose = { ...before };
    for (const key of this.#dynamic) {
      const given = this.#given[key] as Hyper | readonly Hyper[];
      const { range } = this.#table[key]!;
      numbers[key] =
        typeof given === 'object'
          ? given.map((x, i) => this.#at(x, range, `${key}[${i}]`, t, last))
          : this.#at(given, range, key, t, last);
    }
    // Plain lists: a frozen one is slow to read.
    for (const [key, value] of Object.entries(numbers)) if (Array.isArray(value)) numbers[key] = [...value];
    this.#rule.check?.(numbers as Numbers<Options>);
    const switches = switchesOn(this.#rule, numbers as Numbers<Options>);
    this.numbers = numbers as Numbers<Options>;
    this.stages = stageNumbers(this.#rule, this.numbers);
    const { clipNorm = null, nonFinite = 'propagate' } = this.numbers as Partial<Numbers<StepOptions>>;
    this.measures = clipNorm !== null || nonFinite !== 'propagate';
    this.switches = switches;
    this.plain = !this.measures && !switches.gradients && !switches.updates;
  }

  // A hyper-parameter at step t.
  #at(hyper: Hyper, range: Range, name: string, t: number, last: Loose): number {
    if (typeof hyper !== 'function') return hyper;
    const value: unknown = Object.hasOwn(last, name) ? last[name] : hyper(t);
    const set = range.kind === 'list' ? range.of : range;
    if (set.kind !== 'number') throw new OptionError(`Expected no function for ${name}`);
    for (const dtype of this.#dtypes) checkNumber(value, set, `${name}(${t})`, dtype);
    return value as number;
  }
}
