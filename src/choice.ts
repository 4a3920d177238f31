/** Which kernel each tensor of an optimizer is updated with. */
import { type Kernel, skipped } from './backends/backend.js';
import { BackendError } from './errors.js';
import type { GroupOptions } from './options.js';
import type { Rule } from './rules/rule.js';

/** A tensor as far as its kernel is concerned. */
interface Chosen<Options extends object> {
  readonly options: GroupOptions<Options>;
}

/** The kernels of a rule's tensors: by their groups' flags, and by the numbers of a step where the rule has a shorter one. */
export class Choice<Options extends object> {
  readonly #rule: Rule<Options>;
  readonly #names: readonly string[];
  readonly #tensors: readonly Chosen<Options>[];
  readonly #usual: readonly number[];
  readonly #settled: readonly number[] | null;
  // By row of the step: whether the shorter kernel does.
  readonly #settles: boolean[] = [];

  /**
   * @param names the backend's kernels
   * @throws BackendError where it lacks one
   */
  constructor(rule: Rule<Options>, names: readonly string[], tensors: readonly Chosen<Options>[]) {
    this.#rule = rule;
    this.#names = names;
    this.#tensors = tensors;
    this.#usual = this.#with();
    this.#settled = rule.settled ? this.#with('settled') : null;
  }

  // The kernels of the groups' flags, and more.
  #with(...more: string[]): number[] {
    return this.#tensors.map(({ options }) => {
      const name = [this.#rule.name, ...options.flags, ...more].join('.');
      const index = this.#names.indexOf(name);
      if (index >= 0) return index;
      throw new BackendError(
        'ERR_LANESTEP_BACKEND',
        `Expected the backend to have ${name}; \`npx lanestep build\` compiles this version's`,
      );
    });
  }

  /** The usual ones, or those of one more flag. */
  use({ ruleOf }: Kernel, flag?: string): void {
    ruleOf.set(flag === undefined ? this.#usual : this.#with(flag));
  }

  /** Takes note of the coefficients of a row. */
  see(row: number, coefficients: readonly number[]): void {
    if (this.#settled !== null) this.#settles[row] = this.#rule.settled!(coefficients);
  }

  /** The shorter ones for tensors whose row lets that do, once all rows of the step were seen. */
  useShorter({ rowOf, ruleOf }: Kernel): void {
    const [usual, settled] = [this.#usual, this.#settled];
    if (settled === null) return;
    for (let i = 0; i < rowOf.length; i++) {
      const row = rowOf[i]!;
      if (row !== skipped) ruleOf[i] = (this.#settles[row] ? settled : usual)[i]!;
    }
  }
}
