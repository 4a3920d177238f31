/**
 * A race: the contestants take turns, round by round, so that what the machine does meanwhile befalls them all; and each is
 * held to have computed what it was timed for.
 */
import type { Case } from './cases.js';
import type { Racer } from './racer.js';
import { Reference, ulps } from './reference.js';
import type { CaseResult, Entry } from './results.js';
import type { Seen } from './seen.js';

/** How long to race. */
export interface Pace {
  readonly rounds: number;
  /** Of one turn. */
  readonly seconds: number;
  /** Of the turn before the first: the engine compiles, the caches fill, and the length of a call is found. */
  readonly warm: number;
}

/** Steps before the first turn, after which everyone is compared with float64; fewer where they take long. */
const stepsToCheck = ({ elements }: Case): number => (elements > 4e6 ? 5 : 20);

/** Someone's part in a case. */
interface Run {
  readonly racer: Racer;
  readonly samples: number[];
  steps: number;
  checked: Entry['checked'];
  ulps: number | null;
}

const isOurs = ({ racer }: Run): boolean => ['native', 'wasm'].includes(racer.contestant.kind);

/** Compares what was seen with the reference's parameters: in bits. */
function compareBits({ racer }: Run, { id }: Case, seen: Seen, { p, steps }: Reference): void {
  if (!seen.uniform)
    throw new Error(
      `${racer.contestant.name} in ${id}: equal elements came out unequal after ${steps} steps`,
    );
  for (let i = 0; i < p.length; i++) {
    if (!Object.is(seen.values[i], p[i]))
      throw new Error(
        `${racer.contestant.name} in ${id}: element ${i} is ${seen.values[i]} after ${steps} steps, not ${p[i]}`,
      );
  }
}

/** The first steps of everyone, compared with float64, and with the reference's bits or within a tolerance. */
async function checkFirst(race: Case, runs: readonly Run[]): Promise<void> {
  const { raced, task } = race;
  const [exact, same] = [true, false].map(wide => {
    const reference = new Reference(raced, task, wide);
    for (let i = 0; i < stepsToCheck(race); i++) reference.step();
    return reference;
  }) as [Reference, Reference];
  for (const run of runs) {
    const seen = await run.racer.step(stepsToCheck(race));
    if (seen === null) continue;
    const errors = seen.values.map((x, i) => ulps(x, exact.p[i]!, task.dtype));
    run.ulps = Math.max(...errors);
    if (isOurs(run)) {
      compareBits(run, race, seen, same);
      run.checked = 'bits';
      continue;
    }
    const allowed = await run.racer.ulpsAllowed(task);
    if (allowed === null) continue;
    if (!seen.uniform || !(run.ulps <= allowed)) {
      throw new Error(
        `${run.racer.contestant.name} in ${race.id}: ${run.ulps} ulps from float64, expected ${allowed} at most`,
      );
    }
    run.checked = 'numbers';
  }
}

/** After all turns: as many steps as were timed, on the reference. */
async function checkLast(race: Case, runs: readonly Run[]): Promise<void> {
  const reference = new Reference(race.raced, race.task, false);
  for (const run of runs.filter(isOurs).sort((a, b) => a.steps - b.steps)) {
    const seen = await run.racer.look();
    if (seen === null) continue;
    while (reference.steps < stepsToCheck(race) + run.steps) reference.step();
    compareBits(run, race, seen, reference);
  }
}

/**
 * @param absent is told who cannot take part, and why
 * @throws Error where a result is wrong: a time for something else than the steps is worth nothing
 */
export async function race(
  entrant: Case,
  racers: readonly Racer[],
  { rounds, seconds, warm }: Pace,
  absent: (contestant: string, reason: string) => void,
): Promise<CaseResult> {
  const { id, group, title, raced, options, task, elements, bytes, work } = entrant;
  const runs: Run[] = [];
  for (const racer of racers) {
    if (!entrant.asks(racer.contestant)) continue;
    const reason = await racer.prepare(task);
    if (reason === null) runs.push({ racer, samples: [], steps: 0, checked: 'nothing', ulps: null });
    else absent(racer.contestant.name, reason);
  }
  try {
    if (!task.first) await checkFirst(entrant, runs);
    const take = async (run: Run, length: number): Promise<number> => {
      const { seconds, calls } = await run.racer.turn(length);
      run.steps += calls;
      return seconds;
    };
    for (const run of runs) {
      await take(run, seconds);
      if (warm > 0) await take(run, warm);
    }
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < runs.length; i++) {
        // Who begins changes, so that nobody always follows the same one.
        const run = runs[(i + round) % runs.length]!;
        run.samples.push(await take(run, seconds));
      }
    }
    if (!task.first) await checkLast(entrant, runs);
  } finally {
    for (const { racer } of runs) await racer.dispose();
  }
  return {
    id,
    group,
    title,
    optimizer: raced.optimizer,
    options,
    dtype: task.dtype,
    tensors: task.lengths.length,
    elements,
    bytes,
    work,
    entries: runs.map(({ racer: { contestant }, samples, steps, checked, ulps }) => ({
      contestant: contestant.name,
      kind: contestant.kind,
      threads: contestant.threads,
      samples,
      steps,
      checked,
      ulps,
    })),
  };
}
