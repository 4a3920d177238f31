/** What of an optimizer stands in a checkpoint, and under which names: those of PyTorch's flattened state. */
import { StateError, show } from '../errors.js';
import type { Parameter } from '../params.js';
import type { Stateful } from '../state/dict.js';
import { lasting } from '../state/write.js';
import type { FloatArray } from '../types.js';

/** An optimizer as a checkpoint sees it. */
export interface Contents<Options extends object> extends Stateful<Options> {
  readonly parameters: readonly Parameter[];
  /** Where each parameter is read: not always where it is written, if it was moved. */
  readonly sources: readonly FloatArray[];
  /** What parameters are called in messages. */
  readonly word: string;
}

/** The format of our own within safetensors. */
export const version = '1';

/** What a checkpoint calls its optimizer. */
export const titleOf = <Options extends object>({ rule }: Contents<Options>): string =>
  rule.title ?? rule.name;

/** How far saving or loading has come. */
export interface Progress {
  /** Bytes of data that are done. */
  readonly bytes: number;
  /** Bytes of data in all. */
  readonly total: number;
}

/** What is saved, and who hears of it. */
export interface SaveOptions {
  /**
   * Whether the parameters are in it too, under their names; so that training can go on from the checkpoint alone. Default
   * true.
   */
  params?: boolean;
  /** Called after each piece of a MiB. What it throws ends the saving, and no file is changed. */
  onProgress?: (progress: Progress) => void;
  /**
   * Anything of your own that JSON can hold: the epoch, a configuration. It is in the file's header, and `load` gives it back.
   */
  metadata?: unknown;
}

/** What is loaded, and who hears of it. */
export interface LoadOptions {
  /**
   * Whether the parameters are loaded: true wants them to be in the checkpoint, false leaves those of the optimizer as they are.
   * By default they are loaded if they are there.
   */
  params?: boolean;
  /**
   * Called after each piece of a MiB that was read to be checked; nothing has been changed then, and nothing is if it throws.
   */
  onProgress?: (progress: Progress) => void;
  /**
   * Whether parameters may be missing, on either side, or have another type, length or shape: those are left as they are, and the report
   * names them. A group takes the options of the group that its loaded parameters come from, if it is one. Default false: all must fit.
   */
  partial?: boolean;
}

/** What the keys of state begin with. */
export const statePrefix = 'state.';

/** The key of a slot, the step count or a scalar of a tensor. */
export const stateKey = (name: string, what: string): string => `${statePrefix}${name}.${what}`;

/** The names of what belongs to the state of each tensor, in order. */
export function wordsOf<Options extends object>({ rule, tensors }: Stateful<Options>): string[][] {
  return tensors.map(({ slots, options }) => [
    'step',
    ...Object.keys(rule.scalars?.(options.numbers) ?? {}),
    ...lasting(rule, slots).map(([slot]) => slot),
  ]);
}

/** Throws where the names of parameters can be taken for something else in a file. */
export function checkNames<Options extends object>(contents: Contents<Options>): void {
  const words = wordsOf(contents);
  const taken = new Set(['__metadata__']);
  contents.tensors.forEach(({ name }, i) => {
    for (const word of words[i]!) taken.add(stateKey(name, word));
  });
  const wrong = contents.tensors.find(({ name }) => taken.has(name));
  if (wrong === undefined) return;
  throw new StateError(
    'ERR_LANESTEP_STATE',
    `Expected ${contents.word} to have names that a checkpoint has no other use for, got ${show(wrong.name)}; save with ` +
      'params: false, or name it otherwise',
  );
}
