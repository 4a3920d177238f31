/** Where parameters are read that are on their way to other arrays. */
import type { Kernel } from './backends/backend.js';
import { copyOf, detached, isThere, lengthOf, viewOf } from './memory.js';
import type { Registry } from './registry.js';
import type { FloatArray } from './types.js';

/** The arrays that parameters are read from at their next step, where it is not where they are updated. */
export class Moves {
  readonly #registry: Registry;
  readonly #kernel: Kernel;
  #sources: (FloatArray | null)[] | null = null;
  // What a run that can be taken back has ended: the sources, and what was in the arrays that it wrote over.
  #kept: { sources: (FloatArray | null)[]; contents: (FloatArray | null)[] } | null = null;

  constructor(registry: Registry, kernel: Kernel) {
    this.#registry = registry;
    this.#kernel = kernel;
  }

  /** Moves the parameters, as `Optimizer.rebind` says. */
  move(params: unknown, from: unknown): void {
    const { arrays, sources } = this.#read(params, from);
    // No code of the user's runs from here on.
    const territory = this.#registry.checkMove(arrays, sources);
    this.#kernel.move(arrays, sources);
    this.#registry.move(arrays, territory);
    this.#begin(sources);
  }

  // Reads where parameters are moved to and from; runs the user's getters. What is not spoken of stays where it is, and on
  // its way from an earlier move.
  #read(params: unknown, from: unknown): { arrays: FloatArray[]; sources: (FloatArray | null)[] } {
    const { parameters, words } = this.#registry;
    const moved = parameters.map((): FloatArray | null => null);
    const sources = [...moved];
    this.#registry.gather(params, moved, words.params);
    if (from !== undefined) this.#registry.gather(from, sources, 'from');
    const arrays = parameters.map(({ array }, i) => moved[i] ?? array);
    arrays.forEach((array, i) => {
      if (sources[i] === null && moved[i] === null) sources[i] = this.sourceOf(i);
      if (sources[i] === array) sources[i] = null;
    });
    return { arrays, sources };
  }

  #begin(sources: (FloatArray | null)[]): void {
    this.#sources = sources.some(source => source !== null) ? sources : null;
  }

  /** Whether there is one. */
  get some(): boolean {
    return this.#sources !== null;
  }

  /** Throws unless all still have their memory. */
  check(): void {
    this.#sources?.forEach((source, i) => {
      const { length, path } = this.#registry.parameters[i]!;
      if (source !== null && lengthOf(source) !== length) throw detached(`from${path}`);
    });
  }

  /** Where a parameter is read at its next step, if not where it is updated. */
  sourceOf(parameter: number): FloatArray | null {
    return this.#sources?.[parameter] ?? null;
  }

  /** That of each; null for those that are not on their way. */
  waiting(): (FloatArray | null)[] {
    return this.#registry.parameters.map((_, i) => this.sourceOf(i));
  }

  /** Where all are read then. */
  sources(): FloatArray[] {
    return this.#registry.parameters.map(({ array }, i) => this.sourceOf(i) ?? array);
  }

  /** Lets parameters be on their way from these places; there may be more parameters than of them. */
  wait(sources: readonly (FloatArray | null)[]): void {
    const { parameters } = this.#registry;
    const all = parameters.map((_, i) => sources[i] ?? null);
    this.#kernel.move(
      parameters.map(({ array }) => array),
      all,
    );
    this.#begin(all);
  }

  /** All parameters are where they were moved to. */
  settle(): void {
    this.wait([]);
  }

  /** After a run: what took part in it is where it was moved to. */
  arrive(tookPart: readonly unknown[]): void {
    if (this.#sources === null) return;
    this.#begin(this.#sources.map((source, i) => (tookPart[i] === null ? source : null)));
  }

  /** Before a run that may have to be taken back: keeps what it will write over. */
  keep(): void {
    const { parameters } = this.#registry;
    const sources = this.#sources;
    this.#kept = sources && {
      sources,
      contents: sources.map((source, i) => (source === null ? null : copyOf(parameters[i]!.array))),
    };
  }

  /**
   * Takes that run back, as far as it was on the way from one array to another: what it wrote over is there again, and is to
   * be read from its source.
   */
  takeBack(): void {
    const kept = this.#kept;
    if (kept === null) return;
    const { parameters } = this.#registry;
    parameters.forEach(({ array, dtype, length }, i) => {
      const content = kept.contents[i]!;
      if (content !== null && length > 0 && lengthOf(array) === length)
        viewOf(array, dtype, 0, length).set(content);
    });
    const { sources } = kept;
    this.#sources = sources;
    this.#kept = null;
    const arrays = parameters.map(({ array }) => array);
    const isLeft = (array: FloatArray | null, i: number) =>
      array === null || isThere(array, parameters[i]!.length);
    // Where memory was taken away meanwhile, no step comes before a move, which tells the kernel all of it.
    if (arrays.every(isLeft) && sources.every(isLeft)) this.#kernel.move(arrays, sources);
  }

  /** That run stands, or did not happen. */
  forget(): void {
    this.#kept = null;
  }

  /** Lets go of all. */
  clear(): void {
    this.#sources = null;
  }
}
