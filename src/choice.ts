/** Which kernel each tensor of an optimizer is updated with. */
import { type Kernel, newtonSchulz, skipped } from './backends/backend.js';
import { BackendError } from './errors.js';
import { commonKernels } from './kernels.generated.js';
import type { KernelModules, Rule } from './rule.js';
import { factored } from './slots.js';

/** A tensor as far as its kernel is concerned. */
interface Chosen {
  readonly flags: readonly string[];
}

/**
 * A kernel's number among those of a backend.
 *
 * @throws BackendError where it lacks one
 */
export function variantNamed(names: readonly string[], name: string): number {
  const index = names.indexOf(name);
  if (index >= 0) return index;
  throw new BackendError(
    'ERR_LANESTEP_BACKEND',
    `Expected the backend to have ${name}; \`npx lanestep build\` compiles this version's`,
  );
}

/** The kernels of a rule's tensors: by their groups' flags, and by the numbers of a step where the rule has a shorter one. */
export class Choice<Options extends object> {
  readonly #rule: Rule<Options>;
  readonly #names: readonly string[];
  readonly #tensors: readonly Chosen[];
  readonly #usual: readonly number[];
  // Null where none is shorter.
  readonly #shorter: readonly number[] | null;
  readonly #ofPass = new Map<string, readonly number[]>();
  // By row of the step: whether the shorter kernel is to be used. And whether there is such a row, now and at the step before.
  readonly #holds: boolean[] = [];
  #some = false;
  #before = false;

  /**
   * @param names the backend's kernels
   * @throws BackendError where it lacks one
   */
  constructor(rule: Rule<Options>, names: readonly string[], tensors: readonly Chosen[]) {
    this.#rule = rule;
    this.#names = names;
    this.#tensors = tensors;
    this.#usual = this.#of(flags => flags);
    const shorter = rule.shorter ? this.#of(rule.shorter.flags) : this.#usual;
    this.#shorter = shorter.some((kernel, i) => kernel !== this.#usual[i]) ? shorter : null;
  }

  // The kernels of the flags that are made of the groups'.
  #of(flagsOf: (flags: readonly string[]) => readonly string[]): number[] {
    const { name, unnamed = [] } = this.#rule;
    return this.#tensors.map(({ flags }) => {
      const named = unnamed === 'all' ? [] : flags.filter(flag => !unnamed.includes(flag));
      return this.#indexOf([name, ...flagsOf(named)].join('.'));
    });
  }

  #indexOf(name: string): number {
    const { kernels, label } = this.#rule;
    // Found by another optimizer's, it would be missing where there is no other.
    const has = ({ names }: KernelModules): boolean => names.includes(name);
    if (name !== newtonSchulz && !kernels.some(has) && !commonKernels.some(has))
      throw new Error(`Expected ${name} among the kernels of ${label}`);
    return variantNamed(this.#names, name);
  }

  /** The usual ones, or, for a pass, those of one more flag; which only those that are walked row by row have, where it is over them. */
  use({ variantOf }: Kernel, flag = '', overGrids = false): void {
    const more = (flags: readonly string[]) =>
      overGrids && !flags.includes(factored) ? flags : [...flags, flag];
    const known = this.#ofPass.get(flag) ?? (flag === '' ? this.#usual : this.#of(more));
    this.#ofPass.set(flag, known);
    variantOf.set(known);
  }

  /** One kernel for all, by its whole name, or another for those that are walked row by row. */
  useAlone({ variantOf }: Kernel, name: string, ofGrids = name): void {
    variantOf.fill(this.#indexOf(name));
    if (ofGrids === name) return;
    const index = this.#indexOf(ofGrids);
    this.#tensors.forEach(({ flags }, i) => {
      if (flags.includes(factored)) variantOf[i] = index;
    });
  }

  /** Whether there are shorter ones, so that rows have to be seen. */
  get shortens(): boolean {
    return this.#shorter !== null;
  }

  /** Takes note of the coefficients of a row, and of the step that its tensors take. */
  see(row: number, coefficients: readonly number[], t: number): void {
    if (this.#shorter === null) return;
    this.#holds[row] = this.#rule.shorter!.holds(coefficients, t);
    this.#some ||= this.#holds[row];
  }

  /** The shorter ones for tensors whose row lets that do, once all rows of the step were seen. */
  useShorter({ rowOf, variantOf }: Kernel): void {
    const usual = this.#usual;
    const shorter = this.#shorter;
    if (shorter === null || !(this.#some || this.#before)) return;
    for (let i = 0; i < rowOf.length; i++) {
      const row = rowOf[i]!;
      // The usual one for a tensor without a gradient, too: at its next step this loop may not run.
      variantOf[i] = (row !== skipped && this.#holds[row] ? shorter : usual)[i]!;
    }
    this.#before = this.#some;
    this.#some = false;
  }
}
