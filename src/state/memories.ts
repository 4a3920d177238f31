/** What schedules remember, in a state and out of it. */
import type { GroupOptions } from '../options.js';
import { memoriesOf } from '../schedules/memory.js';
import type { Schedule } from '../types.js';
import { listedNames, record, refuse } from './checks.js';
import { snake } from './dict.js';

/** By option (`lr`, `betas[0]`): the states of its schedules that have one. */
export type Kept = Record<string, readonly unknown[]>;

/** An option that is a function of the step. */
export interface Dynamic {
  /** Its key, and its place in a pair. */
  readonly key: string;
  readonly at: number | null;
  /** `lr`, `betas[0]`; and the same in a state dict. */
  readonly name: string;
  readonly keptName: string;
  readonly schedule: Schedule;
}

/** The options of a group that are functions of the step. */
export function dynamicOf<Options extends object>(group: GroupOptions<Options>): Dynamic[] {
  return group.entries().flatMap(([key, value]) => {
    const parts: readonly unknown[] = Array.isArray(value) ? value : [value];
    return parts.flatMap((schedule, i) => {
      if (typeof schedule !== 'function') return [];
      const end = Array.isArray(value) ? `[${i}]` : '';
      const at = Array.isArray(value) ? i : null;
      return [{ key, at, name: key + end, keptName: snake(key) + end, schedule: schedule as Schedule }];
    });
  });
}

/** What the schedules of each group remember; null where none remembers anything. */
export function keptBy<Options extends object>(groups: readonly GroupOptions<Options>[]): Kept[] | null {
  const kept = groups.map(group =>
    Object.fromEntries(
      dynamicOf(group)
        .map(
          ({ keptName, schedule }) => [keptName, memoriesOf(schedule).map(memory => memory.read())] as const,
        )
        .filter(([, states]) => states.length > 0),
    ),
  );
  return kept.some(each => Object.keys(each).length > 0) ? kept : null;
}

/** Reads what `keptBy` gave, for so many groups. */
export function readKept(given: unknown, count: number): Record<string, unknown>[] | null {
  if (given === undefined || given === null) return null;
  if (!Array.isArray(given) || given.length !== count)
    refuse(`Expected schedules to be a list of ${count} like param_groups`);
  return Array.from(given, (one, i) => record(one, `schedules[${i}]`));
}

/** What is to be done with the memories of a schedule. */
export interface Remembered {
  readonly adopt: readonly (() => void)[];
  /** Whether the schedule stands then where it stood when the state was saved. */
  readonly whole: boolean;
}

/** Matches what was kept of a schedule, or else the number that it gave last. */
export function matchKept(
  { keptName, schedule }: Dynamic,
  kept: Readonly<Record<string, unknown>> | null,
  index: number,
  last: unknown,
): Remembered {
  const memories = memoriesOf(schedule);
  if (memories.length === 0) return { adopt: [], whole: false };
  if (kept === null || !Object.hasOwn(kept, keptName)) {
    const adopt = typeof last === 'number' ? memories.map(memory => memory.begin(last)) : [null];
    const whole = adopt.every(one => one !== null);
    return { adopt: whole ? (adopt as (() => void)[]) : [], whole };
  }
  const states = kept[keptName];
  if (!Array.isArray(states) || states.length !== memories.length) {
    refuse(
      `Expected schedules[${index}].${keptName} to be the states of ${memories.length}, got ${listedNames(Object.keys(Object(states)))}`,
    );
  }
  return { adopt: memories.map((memory, i) => memory.match(states[i])), whole: true };
}
