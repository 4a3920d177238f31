/** The kernels of a module over a memory: its exports by the names that they have everywhere, and what each of them uses. */
import { BackendError } from '../../errors.js';
import { commonKernels } from '../../kernels.generated.js';
import { sizeOf } from '../../memory.js';
import type { KernelModules } from '../../rule.js';
import type { Dtype } from '../../types.js';
import { maxSlots, maxSums } from '../backend.js';
import { engine } from './engine.js';
import { compile } from './modules.js';
import { places, type Tiles } from './tiles.js';

/** Bytes of a vector; no more than a vector's worth lies behind what a kernel is given that it may write, too. */
export const vectorBytes = 16;

/** Takes the bytes of a run, and the addresses of coefficients, parameter and gradient, of its slots, and of its sums. */
export type Export = (
  bytes: number,
  coefficients: number,
  p: number,
  g: number,
  ...slotsAndSums: number[]
) => number | undefined;

const stageNames = ['scale', 'decay', 'shrink'] as const;
const productNames = ['product', 'combine'] as const;
const noVariants: readonly string[] = [...stageNames, ...productNames];

/** A product of blocks of matrices (assembly/products.ts): addresses, and distances between rows, in bytes. */
export type ProductExport = (
  rows: number,
  columns: number,
  depth: number,
  a: number,
  aRow: number,
  b: number,
  bRow: number,
  out: number,
  outRow: number,
  goesOn: number,
) => void;
/** out = c alpha + out beta, for so many bytes. */
export type CombineExport = (bytes: number, out: number, c: number, alpha: number, beta: number) => void;

/** What a kernel uses. Letter 0 is the parameter, 1 the gradient, those from 2 on are the slots. */
export interface Variant {
  readonly run: Export;
  /** A bit for each letter. */
  readonly reads: number;
  readonly writes: number;
  /** How many sums it has, and a bit for each that is a largest number. */
  readonly sums: number;
  readonly largest: number;
  /** Whether it also adds up by columns; and whether its first slot is one number, a row's. */
  readonly columns: boolean;
  readonly rowFirst: boolean;
  /** The addresses that it takes after the gradient's: those of its slots, so many, then of its sums, then of the columns. */
  readonly slots: number;
  readonly at: readonly number[];
}

/** The most addresses after the gradient's. */
export const mostAddresses = maxSlots + maxSums;

/** The bits of letters. */
export const letter = { p: 1, g: 2, slot: (k: number): number => 4 << k } as const;

/** Asks an export what it uses (assembly/uses.ts). */
function variantOf(run: Export): Variant {
  const taken = run.length - 4;
  const every = letter.slot(taken) - 1;
  // Without an answer: all that it takes.
  const answer = run(0, 0, 0, 0) ?? every | ((every & ~letter.g) << 8);
  const [reads, writes] = [answer & 255, (answer >> 8) & 255];
  const slots = places.slots.filter((_, k) => (reads | writes) & letter.slot(k));
  const sums = (answer >> 16) & 15;
  const [columns, rowFirst] = [(answer & (1 << 24)) !== 0, (answer & (1 << 25)) !== 0];
  const at = [...slots, ...places.sums.slice(0, sums), ...(columns ? [places.columns] : [])];
  const missing = mostAddresses - at.length;
  return {
    run,
    reads,
    writes,
    sums,
    largest: (answer >> 20) & 15,
    columns,
    rowFirst,
    slots: slots.length,
    at: [...at, ...new Array<number>(missing).fill(0)],
  };
}

// An export has a name of letters: the kernel `tfjs-rmsprop.centered` is `tfjs$rmsprop_centered`.
const exportName = (name: string) => name.replaceAll('.', '_').replaceAll('-', '$');

/** The names of the variants in modules. */
export const variantsOf = ({ names }: KernelModules): string[] =>
  names.filter(name => !noVariants.includes(name));

type Exports = Readonly<Record<string, unknown>>;

/** The kernels for one element type. Each module is compiled when it is first wanted. */
export class Kernels {
  readonly scale: Export;
  readonly decay: Export;
  readonly shrink: Export;
  readonly #dtype: Dtype;
  readonly #tiles: Tiles;
  readonly #names: readonly string[];
  readonly #known: readonly (KernelModules | null)[];
  readonly #linked = new Map<KernelModules, Exports>();
  readonly #variants: Variant[] = [];

  /**
   * @param names the variants, by their numbers
   * @param known the modules that have them
   * @throws BackendError for a module that is not lanestep's, or is the other type's
   */
  constructor(
    dtype: Dtype,
    tiles: Tiles,
    names: readonly string[],
    known: readonly (KernelModules | null)[],
  ) {
    this.#dtype = dtype;
    this.#tiles = tiles;
    this.#names = names;
    this.#known = known;
    const common = this.link(commonKernels[0]!);
    [this.scale, this.decay, this.shrink] = stageNames.map(name => common[name]) as [Export, Export, Export];
    // The modules of the two types have the same exports; only what they compute tells them apart.
    const { coefficients, p, g } = places;
    const lanes = tiles.lanes[dtype];
    const size = sizeOf(dtype);
    lanes[coefficients / size] = 2;
    lanes[g / size] = 3;
    this.scale(vectorBytes, coefficients, p, g);
    if (lanes[g / size] !== 6) throw foreign(new Error(`they are not those for ${dtype}`));
  }

  /**
   * The exports of a module, which has all that it should have.
   *
   * @throws BackendError for one that is not lanestep's, or does not compile
   */
  link(modules: KernelModules): Exports {
    const known = this.#linked.get(modules);
    if (known !== undefined) return known;
    const module = compile(modules, this.#dtype);
    try {
      const { exports } = new (engine().Instance)(module, { env: { memory: this.#tiles.memory } });
      for (const name of modules.names)
        if (typeof exports[exportName(name)] !== 'function') throw new Error(`no ${name}`);
      this.#linked.set(modules, exports);
      return exports;
    } catch (cause) {
      throw foreign(cause);
    }
  }

  /** A variant by its number. What it uses is asked when it is first wanted: only then is it compiled. */
  variant(index: number): Variant {
    this.#variants[index] ??= variantOf(
      this.link(this.#known[index]!)[exportName(this.#names[index]!)] as Export,
    );
    return this.#variants[index]!;
  }
}

const foreign = (cause: unknown): BackendError =>
  new BackendError(
    'ERR_LANESTEP_BACKEND',
    `The WebAssembly kernels are not lanestep's: ${(cause as Error).message}`,
    { cause },
  );
