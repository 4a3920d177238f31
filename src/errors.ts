/**
 * Every stable `code` that an error of lanestep carries. `OptionError` has the first, `ShapeError` those from
 * `ERR_LANESTEP_SHAPE` to `ERR_LANESTEP_ALIAS`, `StateError` the next three, `BackendError` the three after those, and
 * `CheckpointError` the next two, and `GradientError` the last.
 */
export type ErrorCode =
  | 'ERR_LANESTEP_OPTION'
  | 'ERR_LANESTEP_SHAPE'
  | 'ERR_LANESTEP_NAME'
  | 'ERR_LANESTEP_DTYPE'
  | 'ERR_LANESTEP_LENGTH'
  | 'ERR_LANESTEP_DETACHED'
  | 'ERR_LANESTEP_RESIZABLE'
  | 'ERR_LANESTEP_PINNED'
  | 'ERR_LANESTEP_ALIAS'
  | 'ERR_LANESTEP_STATE'
  | 'ERR_LANESTEP_BUSY'
  | 'ERR_LANESTEP_DISPOSED'
  | 'ERR_LANESTEP_BACKEND'
  | 'ERR_LANESTEP_ENVIRONMENT'
  | 'ERR_LANESTEP_MEMORY'
  | 'ERR_LANESTEP_CHECKPOINT'
  | 'ERR_LANESTEP_FILE'
  | 'ERR_LANESTEP_NONFINITE';

/**
 * The base of every error that lanestep throws. Whoever catches one knows that nothing was changed; but for a large checkpoint that
 * became another while it was loaded, after which the optimizer takes nothing but a checkpoint (`Optimizer.load`).
 */
export class LanestepError extends Error {
  /** Stable over versions, unlike the message. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** An option or hyper-parameter that is unknown, of the wrong type or out of its range. */
export class OptionError extends LanestepError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_LANESTEP_OPTION', message, options);
  }
}

/** Parameters or gradients that do not fit: their names, types, lengths or memory. */
export class ShapeError extends LanestepError {}

/** A state dict that does not fit, or an optimizer that cannot be used in its present state. */
export class StateError extends LanestepError {}

/** A backend that was asked for and is not to be had, or that has no memory left. */
export class BackendError extends LanestepError {}

/**
 * A checkpoint that cannot be read or written: its bytes are not those that were saved, or could not be read again
 * (`ERR_LANESTEP_CHECKPOINT`); or the file system refuses (`ERR_LANESTEP_FILE`, with its error as `cause`).
 */
export class CheckpointError extends LanestepError {}

/** A gradient with a NaN or an infinity in it, where `nonFinite` is `throw`. */
export class GradientError extends LanestepError {
  constructor(message: string) {
    super('ERR_LANESTEP_NONFINITE', message);
  }
}

/** Names in an error message: as many as one can read, and how many more there are. */
export function listed(names: readonly PropertyKey[], most = 20): string {
  const shown = names.slice(0, most).map(String).join(', ');
  return names.length > most ? `${shown}, and ${names.length - most} more` : shown;
}

/** How a value is shown in an error message: short, never throwing, numbers and strings as they are written in code. */
export function show(value: unknown): string {
  try {
    return shown(value);
  } catch {
    // A Proxy: of a list whose length cannot be asked for, or one that was revoked.
    return 'an object';
  }
}

function shown(value: unknown): string {
  if (typeof value === 'string')
    return JSON.stringify(value.length > 60 ? `${value.slice(0, 57)}...` : value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return String(value).slice(0, 60);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Promise) return 'a promise';
  if (typeof value === 'object' && value !== null) return 'an object';
  return String(value);
}
