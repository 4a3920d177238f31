/** State and checkpoints: what goes out of an optimizer's inside, and what comes into it. */
import {
  deserialize,
  type Landing,
  landing,
  load,
  readPartial,
  save,
  serialize,
  type Write,
} from './checkpoint/checkpoint.js';
import type { Contents, LoadOptions, SaveOptions } from './checkpoint/contents.js';
import type { Match } from './checkpoint/read.js';
import { Writing, writtenOf } from './checkpoint/write.js';
import { type Inside, insideOf } from './inside.js';
import type { StateDict, Stateful } from './state/dict.js';
import { type Arrival, matchState } from './state/match.js';
import type { LoadReport } from './state/report.js';
import { writeState } from './state/write.js';
import type { Path } from './types.js';

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

/** What has the state of an optimizer: it can be read and replaced, saved and loaded. */
export abstract class Persistent {
  /**
   * A copy of the optimizer's state under PyTorch's names: `state` by parameter, `param_groups`, and `steps`. Functions
   * of the step stand in it with their value of the last step.
   */
  stateDict(): StateDict {
    const inside = insideOf(this);
    inside.turn.check();
    return writeState(statefulOf(inside));
  }

  /**
   * Takes over a state that `stateDict()` gave, on this or another backend; training goes on with the same bits. Parameters of
   * a record and their groups are found by their names, in any order; those of a list by their places. Options of the state
   * replace the optimizer's; a function of the step stays in its place, and what a `ReduceLROnPlateau` remembers comes back.
   * Slots that the optimizer needs and the state was made without, since `amsgrad`, `centered` or a momentum was switched on,
   * begin as they can in mid-training.
   *
   * PyTorch's own `state_dict()` does too, with arrays or lists of numbers for tensors; and so does a state that went through JSON,
   * which turns -0 into 0 and refuses NaN and infinities.
   *
   * @param options `partial: true` takes over the parameters whose names are on both sides, with their lengths and shapes
   * @returns what was taken over
   * @throws StateError where it does not fit, and nothing is changed
   */
  loadStateDict(state: StateDict, options: Pick<LoadOptions, 'partial'> = {}): LoadReport {
    const inside = insideOf(this);
    return inside.whole(() => {
      const arrival = matchState(state, statefulOf(inside), readPartial(options));
      inside.checkArrival();
      adopt(inside, arrival);
      return arrival.report;
    });
  }

  /**
   * A checkpoint in memory, in the format of safetensors: the state under PyTorch's flattened names (`state.w.exp_avg`), the
   * parameters under theirs, options and groups as JSON in the header, and checksums. `save` writes the same to a file.
   *
   * @throws StateError where the name of a parameter is that of something else in the file or no whole Unicode text,
   * CheckpointError where names and groups take more than the 100 MB that a header of safetensors may have
   */
  serialize(options: SaveOptions = {}): Uint8Array {
    const inside = insideOf(this);
    return inside.whole(() => serialize(writing(inside), options));
  }

  /**
   * Takes over a checkpoint that `serialize` or `save` made, on this or another backend; training goes on with the same bits. It is
   * matched as by `loadStateDict`.
   *
   * @returns what was taken over, and the `metadata` that were saved
   * @throws CheckpointError where its bytes are not those that were saved, StateError where it does not fit; nothing is changed
   */
  deserialize(bytes: Uint8Array, options: LoadOptions = {}): LoadReport {
    const inside = insideOf(this);
    return inside.whole(() => deserialize(landing(landingOf(inside)), bytes, options), replaces(options));
  }

  /**
   * Saves a checkpoint in a file, which is there wholly or not at all: whatever happens, the file is the old one or the new.
   * It is written beside it, under a name of its own, in pieces, so that no second copy of the state is in memory. Until the
   * promise is settled the optimizer is busy, and the parameters must be left alone.
   *
   * The bytes are on the disk before the file gets its name. Where no call of the file system says so, a warning
   * (`LANESTEP_UNSYNCED`) tells. A file that is replaced keeps its owner, group and mode where this process may give them; else
   * the new one is readable by fewer, never by others (`LANESTEP_RIGHTS`). Access control lists are not kept.
   *
   * @param path where; a file that is there is replaced
   * @throws by rejecting: CheckpointError (`ERR_LANESTEP_FILE`, with the system's error as `cause`) where the file cannot be
   * written, StateError and CheckpointError as `serialize`
   */
  async save(path: Path, options: SaveOptions = {}): Promise<void> {
    const inside = insideOf(this);
    inside.enter();
    try {
      await save(writing(inside), path, options);
    } finally {
      inside.leave();
    }
  }

  /**
   * Takes over a checkpoint from a file. All of it is read, checked and matched before anything is changed. One of more than
   * 64 MiB is then read again, to be copied; where that fails, the optimizer refuses everything but another checkpoint.
   *
   * @returns what was taken over, and the `metadata` that were saved
   * @throws by rejecting: CheckpointError where the file cannot be read or is not whole, StateError where it does not fit; both
   * name the file
   */
  async load(path: Path, options: LoadOptions = {}): Promise<LoadReport> {
    const inside = insideOf(this);
    inside.enter(replaces(options));
    try {
      return await load(landing(landingOf(inside)), path, options);
    } finally {
      inside.leave();
    }
  }
}
