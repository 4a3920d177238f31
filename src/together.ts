/** Several objects in one checkpoint: all are saved and loaded, or none. */

import { averagerOf } from './averages.js';
import {
  deserialize,
  filingHere,
  type Land,
  landAll,
  metadataOf,
  serialize,
  type Write,
} from './checkpoint/checkpoint.js';
import type { LoadOptions, SaveOptions } from './checkpoint/contents.js';
import { writePlain } from './checkpoint/json.js';
import { textOf } from './checkpoint/read.js';
import { Writing, writtenOf } from './checkpoint/write.js';
import { OptionError, StateError, show } from './errors.js';
import { isObject, isPlain } from './given.js';
import { type Inside, insideIn } from './inside.js';
import { contentsOf, landingOf } from './keeper.js';
import { Random, type RandomState } from './sampling/random.js';
import type { LoadReport } from './state/report.js';
import type { Path } from './types.js';

/** What has a state of plain JSON: a sampler, a `ReduceLROnPlateau`, an object of your own. */
export interface Remembering {
  stateDict(): unknown;
  /** Must take all of a state, or throw and change nothing. */
  // biome-ignore lint/suspicious/noExplicitAny: each object knows its own state
  loadStateDict(state: any): unknown;
}

/**
 * The objects of a checkpoint, by names without dots: optimizers, `MovingAverage`s, samplers, `ReduceLROnPlateau`s, `Random`s, and
 * whatever else has `stateDict()` and `loadStateDict()` of plain JSON.
 */
export type Together = Readonly<Record<string, Remembering | Random>>;

/** What came of `loadAll`. */
export interface LoadAllReport {
  /** What came of each optimizer and average, by its name. */
  readonly reports: Readonly<Record<string, LoadReport>>;
  /** Objects that the checkpoint has nothing for; they are as they were. None without `partial`. */
  readonly missing: readonly string[];
  /** Objects in the checkpoint that nobody asked for. None without `partial`. */
  readonly unexpected: readonly string[];
  /** What was saved as `metadata`. */
  readonly metadata?: unknown;
}

/** An optimizer, or what has a state of JSON; an average always has its values in a checkpoint. */
type Part = { readonly name: string } & (
  | { readonly inside: Inside<object>; readonly average: boolean }
  | { readonly inside: null; readonly plain: Remembering }
);

function partOf(name: string, value: unknown): Part {
  if (name === '' || /[.]|\p{Surrogate}/u.test(name))
    throw new OptionError(`Expected names without dots for the objects of a checkpoint, got ${show(name)}`);
  const averager = averagerOf(value);
  averager?.checkPresent();
  const inside = insideIn(averager ?? value);
  if (inside !== null) return { name, inside, average: averager !== null };
  if (value instanceof Random) {
    const plain: Remembering = {
      stateDict: () => value.state,
      loadStateDict: (state: RandomState) => {
        value.state = state;
      },
    };
    return { name, inside, plain };
  }
  const { stateDict, loadStateDict } = Object(value) as Partial<Remembering>;
  if (typeof stateDict !== 'function' || typeof loadStateDict !== 'function')
    throw new OptionError(`Expected ${name} to have stateDict() and loadStateDict(), got ${show(value)}`);
  return { name, inside, plain: value as Remembering };
}

function partsOf(objects: unknown): Part[] {
  if (!isObject(objects) || !isPlain(objects) || Object.keys(objects).length === 0)
    throw new OptionError(
      `Expected a record of the objects of a checkpoint, { model: optimizer }, got ${show(objects)}`,
    );
  const parts = Object.entries(objects).map(([name, value]) => partOf(name, value));
  const turns = parts.flatMap(({ inside }) => (inside === null ? [] : [inside.turn]));
  if (new Set(turns).size < turns.length)
    throw new OptionError('Expected each optimizer once among the objects of a checkpoint, got one twice');
  return parts;
}

/** Begins a piece of work with all optimizers, and gives what ends it. */
function enter(parts: readonly Part[], replaces: boolean): () => void {
  const entered: Inside<object>[] = [];
  const leave = () => {
    for (const { turn } of entered) turn.end();
  };
  try {
    for (const { inside } of parts) {
      inside?.turn.begin(replaces);
      if (inside) entered.push(inside);
    }
  } catch (error) {
    leave();
    throw error;
  }
  return leave;
}

const kindOf = ({ inside }: Part): string => (inside === null ? 'state' : 'optimizer');

const writing =
  (parts: readonly Part[]): Write =>
  options => {
    const kinds = Object.fromEntries(parts.map(part => [part.name, kindOf(part)]));
    const states = parts.flatMap(part => {
      if (part.inside !== null) return [];
      return [[`${part.name}.state`, writePlain(part.plain.stateDict(), part.name)]];
    });
    const written = parts.flatMap(part => {
      if (part.inside === null) return [];
      return [writtenOf(contentsOf(part.inside), part.average ? {} : options, `${part.name}.`)];
    });
    return new Writing(written, options, { objects: JSON.stringify(kinds), ...Object.fromEntries(states) });
  };

function refuse(message: string): never {
  throw new StateError('ERR_LANESTEP_STATE', message);
}

const landing = (parts: readonly Part[]): Land<LoadAllReport> =>
  function* (header, options) {
    if (!header.metadata.has('objects'))
      refuse(
        "Expected a checkpoint of several objects, got one of an optimizer alone; use the optimizer's load()",
      );
    const kinds = textOf({ header, prefix: '' }, 'objects');
    if (!isObject(kinds))
      return refuse(`Expected the objects of a checkpoint to be an object, got ${show(kinds)}`);
    const names = parts.map(({ name }) => name);
    const missing = names.filter(name => !Object.hasOwn(kinds, name));
    const unexpected = Object.keys(kinds).filter(name => !names.includes(name));
    if ((missing.length > 0 || unexpected.length > 0) && !options.partial)
      refuse(
        `Expected a checkpoint of ${names.join(', ')}, got one of ${Object.keys(kinds).join(', ')}; ` +
          'partial: true loads what is on both sides',
      );
    const metadata = metadataOf(header);
    const present = parts.filter(({ name }) => !missing.includes(name));
    if (present.length === 0)
      refuse(`Expected a checkpoint of some of ${names.join(', ')}, got none of them`);
    for (const part of present)
      if (kinds[part.name] !== kindOf(part))
        refuse(
          `Expected ${part.name} of the checkpoint to be of the kind ${kindOf(part)}, got ${show(kinds[part.name])}`,
        );
    const states = present.flatMap(part =>
      part.inside === null
        ? [[part.plain, textOf({ header, prefix: `${part.name}.` }, 'state')] as const]
        : [],
    );
    const places = present.flatMap(part => {
      if (part.inside === null) return [];
      const own = part.average ? { ...options, params: true } : options;
      return [
        {
          name: part.name,
          into: landingOf(part.inside),
          section: { header, prefix: `${part.name}.` },
          options: own,
        },
      ];
    });
    const reports = yield* landAll(header, places, () => takeOver(states));
    const named = places.map(({ name }, i) => [name, reports[i]!] as const);
    return { reports: Object.fromEntries(named), missing, unexpected, ...metadata };
  };

/** Loads states one after the other; gives what takes them back, and takes back those before one that is refused. */
function takeOver(states: readonly (readonly [Remembering, unknown])[]): () => void {
  const done: [Remembering, unknown][] = [];
  const back = () => {
    for (const [of, before] of done.reverse()) of.loadStateDict(before);
  };
  try {
    for (const [of, state] of states) {
      const before = of.stateDict();
      of.loadStateDict(state);
      done.push([of, before]);
    }
  } catch (error) {
    back();
    throw error;
  }
  return back;
}

/**
 * Saves several objects in one file, which is there wholly or not at all:
 *
 *     await saveAll('run.safetensors', { model: optimizer, average, sampler, plateau }, { metadata: { epoch } });
 *     const { metadata } = await loadAll('run.safetensors', { model: optimizer, average, sampler, plateau });
 *
 * The file is one of safetensors, in which `model.w` and `model.state.w.exp_avg` are what `save` calls `w` and `state.w.exp_avg`; the
 * other states are JSON in its header. Until the promise is settled the optimizers and averages are busy.
 *
 * @throws by rejecting: OptionError where an object has no state or one that is no plain JSON, and what `Optimizer.save` throws
 */
export async function saveAll(path: Path, objects: Together, options: SaveOptions = {}): Promise<void> {
  const parts = partsOf(objects);
  const leave = enter(parts, false);
  try {
    await filingHere().save(writing(parts), path, options);
  } finally {
    leave();
  }
}

/** The same in memory. */
export function serializeAll(objects: Together, options: SaveOptions = {}): Uint8Array {
  const parts = partsOf(objects);
  const leave = enter(parts, false);
  try {
    return serialize(writing(parts), options);
  } finally {
    leave();
  }
}

/**
 * Takes over what `saveAll` saved, by name; all of it, or nothing is changed. A file of more than 64 MiB that cannot be read a second
 * time leaves its optimizers refusing everything but another checkpoint, as `Optimizer.load` does.
 *
 * @param options `partial: true` loads the objects and the parameters that are on both sides
 * @returns what was taken over, and the `metadata` that were saved
 * @throws by rejecting: what `Optimizer.load` and the `loadStateDict` of an object throw
 */
export async function loadAll(
  path: Path,
  objects: Together,
  options: LoadOptions = {},
): Promise<LoadAllReport> {
  const parts = partsOf(objects);
  const leave = enter(parts, options?.partial !== true);
  try {
    return await filingHere().load(landing(parts), path, options);
  } finally {
    leave();
  }
}

/** The same in memory. */
export function deserializeAll(
  bytes: Uint8Array,
  objects: Together,
  options: LoadOptions = {},
): LoadAllReport {
  const parts = partsOf(objects);
  const leave = enter(parts, options?.partial !== true);
  try {
    return deserialize(landing(parts), bytes, options);
  } finally {
    leave();
  }
}
