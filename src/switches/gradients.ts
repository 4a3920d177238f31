/** The switches before a rule: they make the gradients that it is given, of those that came in. */
import type { Backend } from '../backends/backend.js';
import type { Demanding } from '../drive.js';
import { newArray } from '../memory.js';
import type { Parts, Phases } from '../phases.js';
import { fold, gridOf } from '../shape.js';
import type { Switched } from '../switch-options.js';
import type { FloatArray } from '../types.js';
import { aboutTensors } from './about.js';
import { agc } from './agc.js';
import { centralize, centralizes } from './centralize.js';
import { orthograd } from './orthograd.js';
import { Sweeps } from './sweeps.js';

/** How a tensor's gradient is gone through: not at all, as it is, or row by row. */
type Way = 'none' | 'plain' | 'rows';

/**
 * A gradient is never written, so they write into arrays of their own, as long as the gradients. They read the parameters, too: to the
 * kernel these are where its own parameters, the new gradients, come from.
 */
export class GradientSwitches<Options extends object> {
  readonly #parts: Parts<Options>;
  readonly #phases: Phases<Options>;
  readonly #backend: Backend;
  #made: readonly FloatArray[] = [];
  #ways: readonly Way[] = [];
  #sweeps: Sweeps | null = null;

  constructor(parts: Parts<Options>, phases: Phases<Options>, backend: Backend) {
    this.#parts = parts;
    this.#phases = phases;
    this.#backend = backend;
  }

  /** Makes room for what the options of now ask for, before a step changes anything. */
  prepare(): void {
    const { registry, tensors } = this.#parts;
    const { parameters } = registry;
    const ways = tensors.map(({ options }, i): Way => {
      const numbers = options.numbers as unknown as Switched;
      if (numbers.agc !== null || centralizes(numbers, parameters[i]!.shape)) return 'rows';
      return numbers.orthograd ? 'plain' : 'none';
    });
    if (ways.every((way, i) => way === 'none' || way === this.#ways[i])) return;
    this.dispose();
    this.#made = parameters.map(({ array, dtype, length }, i) =>
      // In the place of one that never takes part.
      ways[i] === 'none' ? array : newArray(dtype, length),
    );
    const grids = parameters.map(({ shape }, i) =>
      ways[i] === 'rows' ? gridOf({ matrices: 1, ...fold(shape, 'first') }) : null,
    );
    this.#sweeps = new Sweeps(this.#backend, this.#made, grids, () => false);
    this.#ways = ways;
  }

  /** Makes them, of a step whose tensors are known. */
  *change(): Demanding {
    const sweeps = this.#sweeps;
    if (sweeps === null) return;
    const about = aboutTensors(this.#parts);
    // What one switch has made the next one reads.
    const now = this.#phases.incoming.slice();
    for (const sweeping of [centralize(about, sweeps), agc(about), orthograd(about)]) {
      for (let next = sweeping.next(); !next.done; next = sweeping.next(sweeps.sums)) {
        if (!sweeps.at(next.value)) continue;
        sweeps.kernel.bind(now);
        sweeps.kernel.move(this.#made, this.#phases.moves.sources());
        yield { kernel: sweeps.kernel };
        for (let i = 0; next.value.moves && i < now.length; i++)
          if (sweeps.takesPart(i)) now[i] = this.#made[i]!;
      }
    }
    this.#phases.readInstead(now);
  }

  dispose(): void {
    this.#sweeps?.kernel.dispose();
    this.#sweeps = null;
    this.#made = [];
    this.#ways = [];
  }
}
