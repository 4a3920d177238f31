/** A parameter that a state has under its name, and with another type, length or shape. */
export interface Mismatch {
  readonly name: string;
  /** `Float32Array(10)`, `Float32Array(64×32)`; `a matrix` where the state is that of a vector. */
  readonly expected: string;
  readonly got: string;
}

/** An option that goes on otherwise than it was saved. */
export interface DifferingOption {
  /** The place of the group in `optimizer.groups`. */
  readonly group: number;
  /** Its name as in a state dict: `lr`, `betas`. */
  readonly option: string;
  readonly saved: unknown;
  /** What it is now; of a function of the step, its value at the step that was saved. */
  readonly now: unknown;
}

/** What came of loading a state. Without `partial`, all parameters are loaded, and nothing is missing, unexpected or mismatched. */
export interface LoadReport {
  /** The parameters whose state is that of the checkpoint now, by name. */
  readonly loaded: readonly string[];
  /** Those that the checkpoint has nothing for. They are as they were. */
  readonly missing: readonly string[];
  /** Names of parameters in the checkpoint that the optimizer has no place for. */
  readonly unexpected: readonly string[];
  /** Those that have another type, length or shape there. They are as they were. */
  readonly mismatched: readonly Mismatch[];
  /**
   * Options that do not go on as they were saved: a function of the step that gave another value then, and a flag such as
   * `amsgrad` that was switched on since. All others were taken over.
   */
  readonly differing: readonly DifferingOption[];
  /** What was saved with the checkpoint as `metadata`; undefined where nothing was, and of a state dict. */
  readonly metadata?: unknown;
}
