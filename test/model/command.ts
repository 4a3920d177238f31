/** What fast-check draws, runs and shrinks. */
import fc from 'fast-check';
import { Generator } from '../random/generator.js';
import type { Subject } from './subject.js';
import type { World } from './world.js';

/** The model and the real thing are in one world: each optimizer has its twin beside it. */
export type Command = fc.AsyncCommand<World, World>;

/** A command, drawn: what to do, to which optimizer, and a seed for whatever else is to be chosen. */
export function command<Choice>(
  title: string,
  choices: fc.Arbitrary<Choice>,
  work: (world: World, choice: Choice, random: Generator) => void | Promise<void>,
  needs: (world: World) => boolean = () => true,
): fc.Arbitrary<Command> {
  return fc.tuple(choices, fc.nat()).map(
    ([choice, seed]): Command => ({
      check: needs,
      toString: () => `${title}(${JSON.stringify(choice)}, ${seed})`,
      run: async world => {
        await work(world, choice, new Generator(seed));
        world.check();
      },
    }),
  );
}

/** A command to one of the optimizers that there are. */
export function commandTo<Choice>(
  title: string,
  choices: fc.Arbitrary<Choice>,
  work: (subject: Subject, choice: Choice, random: Generator, world: World) => void | Promise<void>,
): fc.Arbitrary<Command> {
  return command(
    title,
    fc.tuple(fc.nat(2), choices),
    (world, [which, choice], random) => work(world.subject(which)!, choice, random, world),
    world => world.subjects.length > 0,
  );
}
