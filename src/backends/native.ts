/** The Backend that the addon makes. */
import { availableParallelism } from 'node:os';
import { disabledInstructionSets } from '../environment.js';
import { BackendError } from '../errors.js';
import type { MatrixProduct } from '../matrices/matrix-product.js';
import { lengthOf, newArray } from '../memory.js';
import { room } from '../room.js';
import type { FloatArray } from '../types.js';
import { type Backend, type Grids, type Kernel, maxSums, partsOf, row, sidesOf } from './backend.js';

/** Memory of the engine's with a plan of the addon's in it. Whoever could write to it, or transfer it, could do anything. */
type Plan = ArrayBuffer;

/** What native/addon.cc exports. */
export interface Addon {
  readonly instructionSets: readonly { readonly name: string; readonly supported: boolean }[];
  readonly variants: readonly string[];
  /** Of each variant, which stages its rows may ask for; a tensor whose row asks for more sits out. */
  readonly stages: readonly ('none' | 'all but decay' | 'all')[];
  readonly rowLength: number;
  readonly maxSlots: number;
  readonly maxSums: number;
  readonly blockLength: number;
  readonly maxThreads: number;
  prepare(
    set: number,
    params: readonly FloatArray[],
    kept: Uint8Array,
    rows: Float64Array,
    rowOf: Uint32Array,
    variantOf: Uint32Array,
    sums: Float64Array,
    allocate: (bytes: number) => ArrayBuffer,
    grids: Float64Array,
    rowSums: Float64Array,
    columnSums: Float64Array,
    whole?: boolean,
  ): Plan;
  run(plan: Plan): void;
  runAsync(plan: Plan, held: object, done: (happened: boolean) => void): void;
  address(array: FloatArray): number;
  readonly maxBound: number;
  bind(plan: Plan, first: number, ...gradients: readonly (FloatArray | null)[]): void;
  move(plan: Plan, params: readonly FloatArray[], sources: readonly (FloatArray | null)[]): void;
  read(plan: Plan, tensor: number, slot: number, into: FloatArray, from: number): void;
  write(plan: Plan, tensor: number, slot: number, values: FloatArray, at: number): void;
  multiply(
    set: number,
    left: Float64Array,
    right: Float64Array,
    out: Float64Array,
    rows: number,
    columns: number,
    depth: number,
    leftTurned: boolean,
    rightTurned: boolean,
    symmetric: boolean,
  ): void;
  release(plan: Plan): void;
  setThreads(threads: number, breakEven: number): void;
}

/**
 * Elements of a step from which on more than one thread works on it. Whether it pays to wake those that sleep, native/parallel.cc
 * finds out; this is from where it pays to share with those that are awake (`bench/tuning.ts`). A step of fewer has few claims.
 */
const breakEven = 65_536;

/** An instruction set's name and, where it cannot be used, why. */
export function shown({ name, supported }: Addon['instructionSets'][number]): string {
  if (supported) return name;
  return `${name} (${disabledInstructionSets().includes(name) ? 'disabled by LANESTEP_DISABLE_ISA' : 'not on this processor'})`;
}

const allocate = (bytes: number): ArrayBuffer => room("the optimizer's state", () => new ArrayBuffer(bytes));

class NativeKernel implements Kernel {
  readonly rows: Float64Array;
  readonly rowOf: Uint32Array;
  readonly variantOf: Uint32Array;
  readonly sums: Float64Array;
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
  readonly #addon: Addon;
  readonly #set: number;
  // By itself: the object of so many functions is slow to look in.
  readonly #run: Addon['run'];
  readonly #bind: Addon['bind'];
  readonly #plan: Plan;
  // The plan has their addresses.
  readonly #shared: object;

  constructor(
    addon: Addon,
    set: number,
    params: readonly FloatArray[],
    kept: Uint8Array,
    grids: Grids,
    whole: boolean,
  ) {
    this.#addon = addon;
    this.#set = set;
    this.#run = addon.run;
    this.#bind = addon.bind;
    const places = (): Uint32Array =>
      room('the tensors of an optimizer', () => new Uint32Array(params.length));
    this.rows = newArray('float64', params.length * row.length) as Float64Array;
    this.rowOf = places();
    this.variantOf = places();
    const parts = params.reduce((sum, p, i) => sum + partsOf(lengthOf(p), grids[i] ?? null), 0);
    const sides = sidesOf(grids);
    this.sums = newArray('float64', parts * maxSums) as Float64Array;
    this.rowSums = newArray('float64', sides.rows) as Float64Array;
    this.columnSums = newArray('float64', sides.columns) as Float64Array;
    const { rows, rowOf, variantOf, sums, rowSums, columnSums } = this;
    const cuts = Float64Array.from(
      grids.flatMap(grid =>
        grid === null ? [0, 0, 0, 0] : [grid.matrices, grid.rows, grid.columns, grid.height],
      ),
    );
    this.#shared = [rows, rowOf, variantOf, sums, rowSums, columnSums];
    try {
      this.#plan = addon.prepare(
        set,
        params,
        kept,
        rows,
        rowOf,
        variantOf,
        sums,
        allocate,
        cuts,
        rowSums,
        columnSums,
        whole,
      );
    } catch (cause) {
      if (cause instanceof BackendError) throw cause;
      const { message } = cause as Error;
      const memory = /memory|bad_alloc/i.test(message);
      const what = memory
        ? "No memory for the optimizer's state"
        : 'The native backend refused the parameters';
      throw new BackendError(memory ? 'ERR_LANESTEP_MEMORY' : 'ERR_LANESTEP_BACKEND', `${what}: ${message}`, {
        cause,
      });
    }
  }

  run(): void {
    this.#run(this.#plan);
  }

  runAsync(held: object): Promise<void> {
    return new Promise((resolve, reject) => {
      const refuse = (message: string, cause?: unknown) =>
        reject(new BackendError('ERR_LANESTEP_BACKEND', message, { cause }));
      try {
        this.#addon.runAsync(this.#plan, [this.#shared, held], happened => {
          if (happened) resolve();
          else refuse('The step was cancelled');
        });
      } catch (cause) {
        refuse((cause as Error).message, cause);
      }
    });
  }

  multiply(product: MatrixProduct): void {
    const { left, right, out, rows, columns, depth } = product;
    const { leftTurned = false, rightTurned = false, symmetric = false } = product;
    const set = this.#set;
    try {
      this.#addon.multiply(set, left, right, out, rows, columns, depth, leftTurned, rightTurned, symmetric);
    } catch (cause) {
      const { message } = cause as Error;
      throw new BackendError('ERR_LANESTEP_MEMORY', `No memory for a product of matrices: ${message}`, {
        cause,
      });
    }
  }

  bind(gradients: readonly (FloatArray | null)[]): void {
    const g = gradients as FloatArray[];
    const bind = this.#bind;
    const plan = this.#plan;
    // So many at once as the addon takes. Arguments that are written out go to it by a shorter way than those out of a list.
    let i = 0;
    for (; i + 8 <= g.length; i += 8)
      bind(plan, i, g[i]!, g[i + 1]!, g[i + 2]!, g[i + 3]!, g[i + 4]!, g[i + 5]!, g[i + 6]!, g[i + 7]!);
    for (; i + 2 <= g.length; i += 2) bind(plan, i, g[i]!, g[i + 1]!);
    if (i < g.length) bind(plan, i, g[i]!);
  }

  move(params: readonly FloatArray[], sources: readonly (FloatArray | null)[]): void {
    this.#addon.move(this.#plan, params, sources);
  }

  read(tensor: number, slot: number, into: FloatArray, from: number): void {
    this.#addon.read(this.#plan, tensor, slot, into, from);
  }

  write(tensor: number, slot: number, values: FloatArray, at: number): void {
    this.#addon.write(this.#plan, tensor, slot, values, at);
  }

  dispose(): void {
    this.#addon.release(this.#plan);
  }
}

/** The addon with one of its instruction sets. */
export class NativeBackend implements Backend {
  readonly name = 'native';
  readonly instructionSet: string;
  readonly variants: readonly string[];
  readonly #addon: Addon;
  readonly #set: number;
  #threads = 1;

  /** The best instruction set of this processor, or the one of this name. */
  constructor(addon: Addon, instructionSet?: string) {
    const sets = addon.instructionSets;
    this.#addon = addon;
    this.#set = sets.findIndex(set =>
      instructionSet === undefined ? set.supported : set.name === instructionSet,
    );
    const set = sets[this.#set];
    if (!set?.supported) {
      const known = sets.map(shown).join(', ');
      throw new BackendError(
        'ERR_LANESTEP_BACKEND',
        instructionSet === undefined
          ? `the native addon has no instruction set to use: ${known}`
          : `Expected an instruction set out of ${known}, got ${instructionSet}`,
      );
    }
    this.instructionSet = set.name;
    this.variants = addon.variants;
    this.setThreads(Math.min(availableParallelism(), addon.maxThreads));
  }

  readonly addressOf = (array: FloatArray): number => this.#addon.address(array);

  get threads(): number {
    return this.#threads;
  }

  /**
   * At most so many threads a step, in this thread of JavaScript; steps of fewer elements than `from` use one. From 0 on all are woken,
   * whatever that takes.
   */
  setThreads(threads: number, from = breakEven): void {
    this.#addon.setThreads(threads, from);
    this.#threads = threads;
  }

  prepare(params: readonly FloatArray[], kept: Uint8Array, grids: Grids = [], whole = false): Kernel {
    return new NativeKernel(this.#addon, this.#set, params, kept, grids, whole);
  }
}
