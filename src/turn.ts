import { StateError } from './errors.js';

/** Whose turn it is with an optimizer: one piece of work at a time, and none once it was disposed. */
export class Turn {
  #busy = false;
  #disposed = false;

  /** Throws unless the optimizer can be used now. */
  check(): void {
    if (this.#disposed)
      throw new StateError('ERR_LANESTEP_DISPOSED', 'Expected a live optimizer, got one after dispose()');
    if (this.#busy) {
      throw new StateError(
        'ERR_LANESTEP_BUSY',
        'Expected the optimizer between steps, got a call from within one (a schedule, getter or closure) or before the ' +
          'promise of stepAsync, save or load was settled',
      );
    }
  }

  /** Begins a piece of work, within which no other may begin: by a schedule, a getter, a closure, or meanwhile. */
  begin(): void {
    this.check();
    this.#busy = true;
  }

  /** Ends the piece of work, whether it happened or not. */
  end(): void {
    this.#busy = false;
  }

  /** Ends it all; tells whether it had not been ended before. */
  dispose(): boolean {
    if (this.#busy)
      throw new StateError('ERR_LANESTEP_BUSY', 'Expected dispose() between steps, got it within one');
    const first = !this.#disposed;
    this.#disposed = true;
    return first;
  }
}
