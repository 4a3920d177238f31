import { StateError } from './errors.js';

/** Whose turn it is with an optimizer: one piece of work at a time, and none once it was disposed. */
export class Turn {
  #busy = false;
  #disposed = false;
  // Why the state is not to be used: it is half that of a checkpoint.
  #spoilt: string | null = null;
  // Why it is not to be used for now.
  #held: string | null = null;

  /**
   * Throws unless the optimizer can be used now.
   *
   * @param replaces whether all of its state is replaced, so that it does not matter what it is
   */
  check(replaces = false): void {
    if (this.#disposed || this.#busy || this.#held !== null || this.#spoilt !== null) this.#refuse(replaces);
  }

  #refuse(replaces: boolean): void {
    if (this.#disposed)
      throw new StateError(
        'ERR_LANESTEP_DISPOSED',
        'Expected a live optimizer, got one after dispose(); construct a new one',
      );
    if (this.#busy) {
      throw new StateError(
        'ERR_LANESTEP_BUSY',
        'Expected the optimizer between steps, got a call from within one (a schedule, getter or closure) or before the ' +
          'promise of stepAsync, save or load was settled; await that first',
      );
    }
    if (this.#held !== null) throw new StateError('ERR_LANESTEP_STATE', this.#held);
    if (this.#spoilt !== null && !replaces) {
      throw new StateError(
        'ERR_LANESTEP_STATE',
        `${this.#spoilt}; the state is half loaded: load one before anything else`,
      );
    }
  }

  /**
   * Until `mend`, or for good where that is not reached, only a piece of work that replaces the state can begin.
   *
   * @param why what was expected, for the message
   */
  spoil(why: string): void {
    this.#spoilt = why;
  }

  /**
   * Until it is called with null, no piece of work can begin.
   *
   * @param why what was expected, for the message
   */
  hold(why: string | null): void {
    this.#held = why;
  }

  /** The state is whole again. */
  mend(): void {
    this.#spoilt = null;
  }

  /** Begins a piece of work, within which no other may begin: by a schedule, a getter, a closure, or meanwhile. */
  begin(replaces = false): void {
    this.check(replaces);
    this.#busy = true;
  }

  /** Ends the piece of work, whether it happened or not. */
  end(): void {
    this.#busy = false;
  }

  /** Whether it is over. */
  get isDisposed(): boolean {
    return this.#disposed;
  }

  /** Ends it all. Returns true the first time. */
  dispose(): boolean {
    if (this.#busy)
      throw new StateError('ERR_LANESTEP_BUSY', 'Expected dispose() between steps, got it within one');
    const first = !this.#disposed;
    this.#disposed = true;
    return first;
  }
}
