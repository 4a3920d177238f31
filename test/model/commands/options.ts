/** Options that are set between steps. */
import fc from 'fast-check';
import { defaultsOf, optionsOf } from '../../../src/rule.js';
import { switchOptions } from '../../../src/switch-options.js';
import { drawOption } from '../../random/draw.js';
import type { Generator } from '../../random/generator.js';
import { option } from '../../random/scene.js';
import type { Options } from '../../random/twin.js';
import { commandTo } from '../command.js';
import { changed } from '../fit.js';
import { must, type Outcome } from '../outcome.js';
import type { ScheduleFault, Subject } from '../subject.js';

/** Some options, of which a few are wrong. */
function drawChanges(subject: Subject, wrong: boolean, random: Generator): Options {
  const { rule } = subject.entry;
  const key = random.pick(
    Object.keys(defaultsOf(rule)).filter(name => !(name in switchOptions) && !rule.fixed?.includes(name)),
  );
  if (wrong) {
    const name = random.chance(0.2) ? 'learningRate' : key;
    return { [name]: random.pick<unknown>([Number.NaN, -Infinity, 'text', null, [1], {}, 1n, [0.5, 'x']]) };
  }
  const range = optionsOf(rule)[key]!.range;
  return { [key]: option(drawOption(key, range, defaultsOf(rule)[key], 'float32', random)) };
}

/** The changes as the optimizer gets them. */
function given(subject: Subject, changes: Options): Options {
  const wrapped = (x: unknown): unknown =>
    Array.isArray(x)
      ? x.map(wrapped)
      : typeof x === 'function'
        ? subject.failing(x as (t: number) => number)
        : x;
  return Object.fromEntries(Object.entries(changes).map(([key, x]) => [key, wrapped(x)]));
}

/** Whether the group has a function of the step after these changes, which is then asked. */
function asksSchedule(subject: Subject, group: number, changes: Options): boolean {
  const next = { ...subject.twin.groups[group]!.given, ...changes };
  return Object.values(next)
    .flat()
    .some(x => typeof x === 'function');
}

/** Whether the changes say what a tensor begins with, and all that they are for have begun. */
function late({ twin }: Subject, groups: readonly number[], changes: Options): boolean {
  return (twin.rule.firstOnly ?? []).some(key => {
    const touched = groups.filter(group => key in changes && twin.groups[group]!.given[key] !== changes[key]);
    return touched.length > 0 && twin.tensors.every(({ group, begun }) => begun || !touched.includes(group));
  });
}

function set(subject: Subject, changes: Options, groups: readonly number[], call: () => void): void {
  const { twin, fault } = subject;
  const t = twin.steps + 1;
  let outcome: Outcome = subject.disposed ? 'DISPOSED' : null;
  for (const group of groups) {
    if (outcome !== null) break;
    const failing = fault !== null && asksSchedule(subject, group, changes);
    const valid = changed(twin, group, changes, t) !== null;
    // What is wrong by itself is found before a schedule is asked; what does not go together, after that.
    if (failing)
      outcome = [{ throws: 'mine', 'is out of range': 'OPTION', 'calls back': 'BUSY' }[fault], 'OPTION'];
    else if (!valid) outcome = 'OPTION';
  }
  if (outcome === null && late(subject, groups, changes)) outcome = 'OPTION';
  must(`set ${Object.keys(changes).join()}`, outcome, call);
  if (outcome === null) for (const group of groups) twin.set(group, changes, t);
}

const kinds = fc.constantFrom('fine', 'fine', 'wrong');

export const setsAll = commandTo('set', kinds, (subject, kind, random) => {
  const changes = drawChanges(subject, kind === 'wrong', random);
  const groups = [...subject.twin.groups.keys()];
  set(subject, changes, groups, () => subject.optimizer.set(given(subject, changes)));
});

export const setsOne = commandTo('groups', kinds, (subject, kind, random) => {
  const changes = drawChanges(subject, kind === 'wrong', random);
  const group = random.below(subject.twin.groups.length);
  const [[key, value]] = Object.entries(given(subject, changes)) as [[string, unknown]];
  // There is no accessor for what is no option, and the object is sealed: the language refuses.
  if (!Object.hasOwn(defaultsOf(subject.entry.rule), key)) return;
  set(subject, changes, [group], () => {
    subject.optimizer.groups[group][key] = value;
  });
});

export const setsWithWrongSchedule = commandTo(
  'setWithWrongSchedule',
  fc.constantFrom<ScheduleFault>('throws', 'is out of range', 'calls back'),
  (subject, fault, random) => {
    const changes = drawChanges(subject, false, random);
    const groups = [...subject.twin.groups.keys()];
    subject.fault = fault;
    set(subject, changes, groups, () => subject.optimizer.set(given(subject, changes)));
    subject.fault = null;
  },
);
