/** Schedules that depend on more than the step, and what they remember. */
import type { Schedule } from '../types.js';

/** What a schedule remembers: state that has to be saved and loaded with the optimizer that it steers. */
export interface Memory {
  /** What is to be kept, which JSON keeps exactly. */
  read(): unknown;
  /** Checks what `read` gave once, and gives what takes it over, which cannot fail. Throws a StateError. */
  match(kept: unknown): () => void;
  /** What lets the schedule go on from a number that it gave once, where nothing else was kept; null where that cannot be. */
  begin(value: number): (() => void) | null;
}

const memories = new WeakMap<Schedule, readonly Memory[]>();

/** Lets it be known that a schedule has a memory. */
export function remember(schedule: Schedule, memory: Memory): void {
  memories.set(schedule, [memory]);
}

/** A schedule that is made of others remembers what they do. What it gave does not say what they gave. */
export function remembering(parts: readonly Schedule[], schedule: Schedule): Schedule {
  const all = parts.flatMap(memoriesOf).map(memory => ({ ...memory, begin: () => null }));
  if (all.length > 0) memories.set(schedule, all);
  return schedule;
}

/** The memories of a schedule, in order; none where it depends on the step alone. */
export const memoriesOf = (schedule: Schedule): readonly Memory[] => memories.get(schedule) ?? [];
