/** State and checkpoints: what goes out of an optimizer's inside, and what comes into it. Who imports this has the methods work. */
import {
  deserialize,
  filingHere,
  type Landing,
  landing,
  readPartial,
  serialize,
  type Write,
} from './checkpoint/checkpoint.js';
import type { Contents, LoadOptions } from './checkpoint/contents.js';
import type { Match } from './checkpoint/read.js';
import { Writing, writtenOf } from './checkpoint/write.js';
import type { Inside } from './inside.js';
import { provideKeeper } from './persistent.js';
import type { Stateful } from './state/dict.js';
import { type Arrival, matchState } from './state/match.js';
import { writeState } from './state/write.js';

const statefulOf = ({
  rule,
  phases,
  clocks,
  tensors,
  options,
  steps,
  model,
}: Inside<object>): Stateful<object> => {
  return { rule, kernel: phases.kernel, clocks, tensors, groups: options, steps, model };
};

/** An optimizer as a checkpoint sees it. */
export function contentsOf(inside: Inside<object>): Contents<object> {
  const { registry, phases } = inside;
  return {
    ...statefulOf(inside),
    parameters: registry.parameters,
    sources: phases.moves.sources(),
    word: registry.words.params,
  };
}

const writing =
  (inside: Inside<object>): Write =>
  options =>
    new Writing([writtenOf(contentsOf(inside), options)], options);

/** Where a checkpoint of an optimizer is taken over. */
export function landingOf(inside: Inside<object>): Landing {
  return {
    contents: contentsOf(inside),
    turn: inside.turn,
    adopt({ arrival, params }: Match) {
      // A parameter that is loaded is where it was moved to.
      if (params.some(span => span !== null)) inside.phases.moves.settle();
      adopt(inside, arrival);
    },
  };
}

function adopt(inside: Inside<object>, arrival: Arrival): void {
  arrival.adopt();
  inside.steps = arrival.steps;
  inside.model = arrival.model;
}

// A part of a state leaves what is half loaded as it is.
const replaces = (options: LoadOptions): boolean => options?.partial !== true;

provideKeeper({
  stateDict(inside) {
    inside.turn.check();
    return writeState(statefulOf(inside));
  },

  loadStateDict(inside, state, options) {
    return inside.whole(() => {
      const arrival = matchState(state, statefulOf(inside), readPartial(options));
      inside.checkArrival();
      adopt(inside, arrival);
      return arrival.report;
    });
  },

  serialize: (inside, options) => inside.whole(() => serialize(writing(inside), options)),

  deserialize(inside, bytes, options) {
    return inside.whole(() => deserialize(landing(landingOf(inside)), bytes, options), replaces(options));
  },

  async save(inside, path, options) {
    inside.enter();
    try {
      await filingHere().save(writing(inside), path, options);
    } finally {
      inside.leave();
    }
  },

  async load(inside, path, options) {
    inside.enter(replaces(options));
    try {
      return await filingHere().load(landing(landingOf(inside)), path, options);
    } finally {
      inside.leave();
    }
  },
});
