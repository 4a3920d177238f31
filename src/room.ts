import { BackendError } from './errors.js';

/** What `make` allocates, or a BackendError (`ERR_LANESTEP_MEMORY`) where there is no memory for it. */
export function room<T>(what: string | (() => string), make: () => T): T {
  try {
    return make();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const named = typeof what === 'string' ? what : what();
    throw new BackendError(
      'ERR_LANESTEP_MEMORY',
      `No memory for ${named}: ${cause.message}; dispose() what is done with, or use smaller arrays`,
      { cause },
    );
  }
}
