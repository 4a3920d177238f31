/** The switches after a rule: they make another update of what it has done to the parameters. */
import { type Backend, row } from '../backends/backend.js';
import type { Demanding } from '../drive.js';
import type { Parts, Phases } from '../phases.js';
import type { FloatArray } from '../types.js';
import { aboutTensors } from './about.js';
import { cautious } from './cautious.js';
import { cautiousDecay } from './cautious-decay.js';
import { Sweeps } from './sweeps.js';
import { updateClip } from './update-clip.js';

/** They go over the parameters themselves, with a slot for where these were before. */
export class UpdateSwitches<Options extends object> {
  readonly #parts: Parts<Options>;
  readonly #phases: Phases<Options>;
  readonly #backend: Backend;
  #kept: readonly boolean[] = [];
  #sweeps: Sweeps | null = null;
  // By tensor: what cautious decay takes away of a parameter, at this step.
  #rates: readonly number[] = [];

  constructor(parts: Parts<Options>, phases: Phases<Options>, backend: Backend) {
    this.#parts = parts;
    this.#phases = phases;
    this.#backend = backend;
  }

  /** Makes room for what the options of now ask for, before a step changes anything. */
  prepare(): void {
    const kept = this.#parts.tensors.map(({ options }) => options.switches.updates);
    if (kept.every((keeps, i) => !keeps || this.#kept[i])) return;
    this.dispose();
    const arrays = this.#parts.registry.parameters.map(({ array }) => array);
    this.#sweeps = new Sweeps(
      this.#backend,
      arrays,
      arrays.map(() => null),
      i => kept[i]!,
    );
    this.#kept = kept;
  }

  /** When the kernel is prepared for the pass that moves the parameters, and before it runs: keeps where they are. */
  *begin(): Demanding {
    const sweeps = this.#sweeps;
    if (sweeps === null) return;
    const { kernel, tensors } = this.#parts;
    const { rowOf, rows } = kernel;
    const keepAt = (i: number) => rowOf[i]! * row.length + row.keep;
    const { present, options } = aboutTensors(this.#parts);
    const later = tensors.map((_, i) => present(i) && options(i).cautiousWeightDecay);
    this.#rates = later.map((decays, i) => (decays ? 1 - rows[keepAt(i)]! : 0));
    // What decays later does not decay there. Tensors may have a row in common, and then have the same options.
    later.forEach((decays, i) => {
      if (decays) rows[keepAt(i)] = 1;
    });
    const some = sweeps.at({
      kernel: 'origin',
      numbers: i => (present(i) && tensors[i]!.options.switches.updates ? [] : null),
      stages: i => [1, 0, rows[keepAt(i)]!],
    });
    if (!some) return;
    this.#place(this.#phases.moves.waiting());
    yield { kernel: sweeps.kernel };
  }

  /** After it: what the updates become. */
  *end(): Demanding {
    const sweeps = this.#sweeps;
    if (sweeps === null) return;
    const about = aboutTensors(this.#parts);
    this.#place(this.#parts.tensors.map(() => null));
    for (const sweeping of [updateClip(about), cautious(about), cautiousDecay(this.#rates)]) {
      for (let next = sweeping.next(); !next.done; next = sweeping.next(sweeps.sums))
        if (sweeps.at(next.value)) yield { kernel: sweeps.kernel };
    }
  }

  // The parameters where they are, or are on their way from; and the gradients that the rule was given.
  #place(sources: readonly (FloatArray | null)[]): void {
    const { kernel } = this.#sweeps!;
    kernel.move(
      this.#parts.registry.parameters.map(({ array }) => array),
      sources,
    );
    kernel.bind(this.#phases.read);
  }

  dispose(): void {
    this.#sweeps?.kernel.dispose();
    this.#sweeps = null;
    this.#kept = [];
  }
}
