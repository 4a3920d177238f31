/** Runs of commands, drawn by fast-check: after each, all optimizers have the bits of their twins. */
import fc from 'fast-check';
import { stepsApart, stepsApartWrongly } from './commands/apart.js';
import {
  deserializes,
  deserializesWrongly,
  loadsNothing,
  restores,
  savesAndLoads,
  serializes,
} from './commands/checkpoint.js';
import { constructs, constructsWrongly } from './commands/construct.js';
import { collects, disposes, drops } from './commands/life.js';
import { moves, movesWrongly, takesAway } from './commands/move.js';
import { setsAll, setsOne, setsWithWrongSchedule } from './commands/options.js';
import { loadsState, loadsWithWrongSchedule, loadsWrongState, savesState } from './commands/state.js';
import { closureThrows, steps, stepsWithWrongSchedule, stepsWrongly } from './commands/step.js';
import { calls } from './outcome.js';
import { World } from './world.js';

const often = <T>(times: number, one: T): T[] => Array.from({ length: times }, () => one);

/** What is drawn from often; more than once, to be drawn more often. */
const frequent = [
  ...often(5, constructs),
  constructsWrongly,
  ...often(9, steps),
  ...often(4, stepsWrongly),
  stepsWithWrongSchedule,
  closureThrows,
  ...often(3, stepsApart),
  stepsApartWrongly,
  ...often(4, moves),
  movesWrongly,
  takesAway,
  ...often(2, setsAll),
  setsOne,
  setsWithWrongSchedule,
  ...often(2, savesState),
  ...often(3, loadsState),
  loadsWrongState,
  loadsWithWrongSchedule,
  serializes,
  ...often(2, deserializes),
  restores,
  deserializesWrongly,
  disposes,
  drops,
];

/** All of it: what waits for a disk, or for the collector, is drawn seldom. */
const commands = [...often(4, frequent).flat(), savesAndLoads, loadsNothing, collects, collects];

/** Runs of commands, until there were so many calls. Throws with the shortest run that fails, and how to repeat it. */
export async function walk(
  wanted: number,
  seed: number,
  progress: (made: number) => void = () => {},
): Promise<void> {
  const end = calls.made + wanted;
  for (let round = 0; calls.made < end; round++) {
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async run => {
        const world = new World();
        try {
          await fc.asyncModelRun(() => ({ model: world, real: world }), run);
        } finally {
          world.end();
        }
      }),
      { seed: seed + round, numRuns: 25, endOnFailure: false },
    );
    progress(calls.made);
  }
}
