/** A whole run: who takes part in what, batch by batch. */
import { loadAddon } from '#lanestep/node/addon.js';
import { type Case, cases } from './cases.js';
import { type Contestant, everyone } from './contestants/index.js';
import { plainAdam } from './optimizers.js';
import { Progress } from './progress.js';
import { type Pace, race } from './race.js';
import { type Racer, start } from './racer.js';
import { type CaseResult, type Machine, type Results, schema } from './results.js';

/** The instruction sets that can be run here, best first; none where there is no addon. */
function instructionSets(): string[] {
  try {
    return loadAddon()
      .instructionSets.filter(({ supported }) => supported)
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Two, four, eight … and all of them; quickly only all of them. */
function threadCounts(processors: number, quick: boolean): number[] {
  const counts: number[] = [];
  for (let n = 2; n < processors && !quick; n *= 2) counts.push(n);
  return processors > 1 ? [...counts, Math.min(processors, 256)] : counts;
}

/** What of it all is wanted. */
export interface Wanted {
  readonly quick: boolean;
  /** Parts of ids; all cases where there are none. */
  readonly filters: readonly string[];
  readonly contestants: readonly string[];
}

/** Who is to take part, and in which cases. */
export interface Plan {
  readonly contestants: readonly Contestant[];
  readonly cases: readonly Case[];
}

/** What is left of everything. */
export function planned({ processors }: Machine, { quick, filters, contestants }: Wanted): Plan {
  const sets = instructionSets();
  const threads = threadCounts(processors, quick);
  const best = sets[0] === undefined ? null : `native ${sets[0]} x1`;
  return {
    contestants: everyone(sets, threads).filter(
      ({ name, kind }) =>
        contestants.length === 0 || kind === 'roof' || contestants.some(text => name.startsWith(text)),
    ),
    cases: cases(quick, best, threads.at(-1) ?? 1).filter(
      ({ id }) => filters.length === 0 || filters.some(text => id.includes(text)),
    ),
  };
}

/** The shorter the calls, the longer the turns: what an engine does besides is then the larger part. */
function paceOf({ elements, raced }: Case, quick: boolean): Pace {
  const short = elements < 1e6;
  if (quick) return { rounds: 9, seconds: short ? 0.01 : 0.004, warm: short ? 0.05 : 0 };
  const long = elements > 4e6;
  if (raced === plainAdam)
    return { rounds: long ? 7 : 11, seconds: short ? 0.015 : 0.01, warm: short ? 0.06 : 0 };
  return { rounds: long ? 5 : 9, seconds: 0.004, warm: short ? 0.02 : 0 };
}

/** Cases that follow one another and can share the contestants' processes: those of one optimizer and type. */
function batches(wanted: readonly Case[]): Case[][] {
  const groups = new Map<string, Case[]>();
  for (const one of wanted) {
    const key = `${one.raced.name} ${one.task.dtype}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()];
}

/** The racers of a run: started anew for each batch of cases, but for those who last. */
class Field {
  /** Who cannot take part, and why. */
  readonly absent = new Map<string, string>();
  readonly #anew: Racer[] = [];
  readonly #kept = new Map<string, Racer>();

  async enter(contestants: readonly Contestant[]): Promise<Racer[]> {
    const entered = contestants.filter(({ name }) => !this.absent.has(name));
    const started = await Promise.all(entered.map(one => this.#kept.get(one.name) ?? start(one)));
    return started.flatMap((racer, i) => {
      const { name, lasting } = entered[i]!;
      if (typeof racer === 'string') {
        this.absent.set(name, racer);
        return [];
      }
      if (lasting) this.#kept.set(name, racer);
      else this.#anew.push(racer);
      return [racer];
    });
  }

  /** Ends a batch. */
  async leave(): Promise<void> {
    for (const racer of this.#anew.splice(0)) await racer.quit();
  }

  /** Ends a run, whether it came to its end or not. */
  async close(): Promise<void> {
    await this.leave();
    for (const racer of this.#kept.values()) await racer.quit();
  }
}

/** Races everything that is planned. */
export async function run(
  machine: Machine,
  { contestants, cases: list }: Plan,
  quick: boolean,
): Promise<Results> {
  const date = new Date().toISOString();
  const done = new Map<string, CaseResult>();
  const progress = new Progress(list.length);
  const field = new Field();
  try {
    for (const batch of batches(list)) {
      // Processes of their own for each optimizer and type: nobody's call sites have seen another's shapes.
      const racers = await field.enter(
        contestants.filter(contestant => batch.some(({ asks }) => asks(contestant))),
      );
      for (const entrant of batch) {
        progress.show(done.size, entrant.title);
        const result = await race(entrant, racers, paceOf(entrant, quick), (name, reason) => {
          const key = `${name} in ${entrant.raced.name}, ${entrant.task.dtype}`;
          if (!field.absent.has(key)) field.absent.set(key, reason);
        });
        done.set(entrant.id, result);
      }
      await field.leave();
    }
  } finally {
    await field.close();
    progress.end();
  }
  return {
    schema: schema.name,
    version: schema.version,
    date,
    quick,
    machine,
    absent: [...field.absent].map(([contestant, reason]) => ({ contestant, reason })),
    cases: list.map(({ id }) => done.get(id)!),
  };
}
