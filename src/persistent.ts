/** State and checkpoints, as methods; what does the work is known to those entries that have it (`keeper.ts`). */
import type { LoadOptions, SaveOptions } from './checkpoint/contents.js';
import { StateError } from './errors.js';
import { type Inside, insideOf } from './inside.js';
import type { StateDict } from './state/dict.js';
import type { LoadReport } from './state/report.js';
import type { Path } from './types.js';

/** What takes states and checkpoints out of an optimizer's inside, and into it. */
export interface Keeper {
  stateDict(inside: Inside<object>): StateDict;
  loadStateDict(inside: Inside<object>, state: StateDict, options: Pick<LoadOptions, 'partial'>): LoadReport;
  serialize(inside: Inside<object>, options: SaveOptions): Uint8Array;
  deserialize(inside: Inside<object>, bytes: Uint8Array, options: LoadOptions): LoadReport;
  save(inside: Inside<object>, path: Path, options: SaveOptions): Promise<void>;
  load(inside: Inside<object>, path: Path, options: LoadOptions): Promise<LoadReport>;
}

let keeper: Keeper | null = null;

/** Makes it known. */
export function provideKeeper(given: Keeper): void {
  keeper = given;
}

function keeperHere(): Keeper {
  if (keeper !== null) return keeper;
  throw new StateError(
    'ERR_LANESTEP_STATE',
    'Expected an entry of the package that has states and checkpoints, which lanestep/lean leaves out; import lanestep/wasm',
  );
}

/** What has the state of an optimizer: it can be read and replaced, saved and loaded. */
export abstract class Persistent {
  /**
   * A copy of the optimizer's state under PyTorch's names: `state` by parameter, `param_groups`, and `steps`. Functions
   * of the step stand in it with their value of the last step.
   */
  stateDict(): StateDict {
    return keeperHere().stateDict(insideOf(this));
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
    return keeperHere().loadStateDict(insideOf(this), state, options);
  }

  /**
   * A checkpoint in memory, in the format of safetensors: the state under PyTorch's flattened names (`state.w.exp_avg`), the
   * parameters under theirs, options and groups as JSON in the header, and checksums. `save` writes the same to a file.
   *
   * @throws StateError where the name of a parameter is that of something else in the file or no whole Unicode text,
   * CheckpointError where names and groups take more than the 100 MB that a header of safetensors may have
   */
  serialize(options: SaveOptions = {}): Uint8Array {
    return keeperHere().serialize(insideOf(this), options);
  }

  /**
   * Takes over a checkpoint that `serialize` or `save` made, on this or another backend; training goes on with the same bits. It is
   * matched as by `loadStateDict`.
   *
   * @returns what was taken over, and the `metadata` that were saved
   * @throws CheckpointError where its bytes are not those that were saved, StateError where it does not fit; nothing is changed
   */
  deserialize(bytes: Uint8Array, options: LoadOptions = {}): LoadReport {
    return keeperHere().deserialize(insideOf(this), bytes, options);
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
    await keeperHere().save(insideOf(this), path, options);
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
    return keeperHere().load(insideOf(this), path, options);
  }
}
