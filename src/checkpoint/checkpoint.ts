/** Checkpoints in memory, of any optimizer. */
import { BackendError, CheckpointError, OptionError, show } from '../errors.js';
import { bufferOf, describe, isBytes, isShared, lengthOf, offsetOf } from '../memory.js';
import { readOptions } from '../options.js';
import type { LoadReport } from '../state/report.js';
import type { Turn } from '../turn.js';
import type { Path } from '../types.js';
import type { Contents, LoadOptions, SaveOptions } from './contents.js';
import type { Header } from './header.js';
import {
  type Asking,
  checkKind,
  checkTargets,
  copying,
  type Match,
  matching,
  opening,
  type Request,
  type Section,
  textOf,
} from './read.js';
import type { Writing } from './write.js';

/** Checkpoints in files (`files.ts`), where an entry knows of a file system. */
export interface Filing {
  save(write: Write, path: Path, options: SaveOptions): Promise<void>;
  load<T>(land: Land<T>, path: Path, options: LoadOptions): Promise<T>;
  /** Does work that asks for bytes of a file. */
  read<T>(path: Path, work: (bytes: number) => Asking<T>): Promise<T>;
}

let filing: Filing | null = null;

/** Makes them known. */
export function provideFiling(given: Filing): void {
  filing = given;
}

/** Them, or a CheckpointError where there are no files. */
export function filingHere(): Filing {
  if (filing !== null) return filing;
  throw new CheckpointError(
    'ERR_LANESTEP_FILE',
    'Expected a file system, which this entry of the package does not know; use serialize() and deserialize()',
  );
}

// Elements are written as they are in memory, and in a file the low byte comes first.
export function checkOrder(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return;
  throw new CheckpointError(
    'ERR_LANESTEP_CHECKPOINT',
    'Expected a processor whose numbers begin with their low byte',
  );
}

/** What a state dict is loaded with. Each getter is called once, and what it gave is what was checked. */
export function readPartial(options: Pick<LoadOptions, 'partial'>): Pick<LoadOptions, 'partial'> {
  const given = readOptions(options, 'loading a state', ['partial']) as Pick<LoadOptions, 'partial'>;
  checkFlags(given);
  return given;
}

function checkFlags({ params, partial }: LoadOptions): void {
  for (const [name, value] of Object.entries({ params, partial })) {
    if (value !== undefined && typeof value !== 'boolean')
      throw new OptionError(`Expected true or false for ${name}, got ${show(value)}`);
  }
}

/** What a checkpoint is saved or loaded with. Each getter is called once. */
export function checkedOptions<Given extends SaveOptions | LoadOptions>(
  options: Given,
  more: 'metadata' | 'partial',
): Given {
  const given = readOptions(options, 'a checkpoint', ['params', 'onProgress', more]) as Given;
  const { onProgress } = given;
  checkFlags(given);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new OptionError(`Expected a function for onProgress, got ${show(onProgress)}`);
  return given;
}

/** What is written: the whole of an optimizer, or of several objects. */
export type Write = (options: SaveOptions) => Writing;

/** Takes over what is in a file, and tells what came of it. */
export type Land<T> = (header: Header, options: LoadOptions) => Asking<T>;

/** So many bytes, or a BackendError. */
export function roomFor(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new BackendError(
      'ERR_LANESTEP_MEMORY',
      `No memory for a checkpoint of ${bytes} bytes; save() needs no more than a MiB of it at a time`,
      { cause },
    );
  }
}

/** The bytes of a checkpoint. */
export function serialize(write: Write, options: SaveOptions): Uint8Array {
  const given = checkedOptions(options, 'metadata');
  checkOrder();
  const writing = write(given);
  const bytes = roomFor(writing.bytes);
  for (const piece of writing.pieces()) bytes.set(piece.bytes, piece.position);
  return bytes;
}

/** What has to be done with an optimizer that takes over a checkpoint. */
export interface Landing<Options extends object = object> {
  readonly contents: Contents<Options>;
  readonly turn: Turn;
  /** Takes over what a match says, but for the arrays that are still in the checkpoint. Cannot fail. */
  adopt(match: Match): void;
}

/** An optimizer, and what of a file is for it. */
export interface Place {
  readonly into: Landing;
  readonly section: Section;
  readonly options: LoadOptions;
}

/**
 * Takes over what is for these optimizers. Between what is checked last and what is changed first, nobody else's turn comes.
 *
 * @param before what is changed first, and how that is taken back
 */
export function* landAll(
  header: Header,
  places: readonly Place[],
  before: () => () => void,
): Asking<LoadReport[]> {
  const matched: { contents: Contents<object>; match: Match; into: Landing }[] = [];
  for (const { into, section, options } of places) {
    const { contents } = into;
    checkKind(section, contents);
    matched.push({ into, contents, match: yield* matching(section, contents, options) });
  }
  const back = before();
  try {
    // Asks for nothing, which fails where there is nothing to be asked any more; nobody's turn comes after it.
    yield { position: header.dataAt, bytes: 0 };
    for (const { contents, match } of matched) checkTargets(contents, match);
  } catch (error) {
    back();
    throw error;
  }
  for (const { into, match } of matched) {
    into.turn.spoil('Expected the checkpoint to stay as it was while it was loaded');
    into.adopt(match);
  }
  yield* copying(header, matched);
  for (const { into } of matched) into.turn.mend();
  return matched.map(({ match }) => match.arrival.report);
}

/** What was saved as `metadata`, to be laid beside a report. */
export const metadataOf = (header: Header): { metadata?: unknown } =>
  header.metadata.has('metadata') ? { metadata: textOf({ header, prefix: '' }, 'metadata') } : {};

/** Takes over a file that is one optimizer's. */
export const landing = (into: Landing): Land<LoadReport> =>
  function* (header, options) {
    // Read before anything is changed, since it may be no JSON.
    const metadata = metadataOf(header);
    const [report] = yield* landAll(
      header,
      [{ into, section: { header, prefix: '' }, options }],
      () => () => {},
    );
    return { ...report!, ...metadata };
  };

/** Reads and checks a file, and takes over what is in it. */
export function* reading<T>(land: Land<T>, bytes: number, options: LoadOptions): Asking<T> {
  const header = yield* opening(bytes, options.onProgress);
  return yield* land(header, options);
}

/** Takes over a checkpoint that is in memory. */
export function deserialize<T>(land: Land<T>, given: Uint8Array, options: LoadOptions): T {
  const wanted = checkedOptions(options, 'partial');
  checkOrder();
  return fromMemory(given, bytes => reading(land, bytes, wanted));
}

/** Does work that asks for bytes of memory. */
export function fromMemory<T>(given: Uint8Array, work: (bytes: number) => Asking<T>): T {
  if (!isBytes(given)) throw new OptionError(`Expected bytes to be a Uint8Array, got ${describe(given)}`);
  const [buffer, offset, length] = [bufferOf(given), offsetOf(given), lengthOf(given)];
  // What another thread may write to is copied, so that what is taken over is what was summed up.
  const lasts = !isShared(buffer);
  const answer = ({ position, bytes }: Request): Uint8Array => {
    const at = offset + position;
    try {
      const asked = new Uint8Array(buffer, at, bytes);
      return lasts && at % 8 === 0 ? asked : asked.slice();
    } catch (cause) {
      throw new CheckpointError(
        'ERR_LANESTEP_CHECKPOINT',
        'Expected bytes to keep their memory, but it was detached or resized',
        { cause },
      );
    }
  };
  const asking = work(length);
  for (let next = asking.next(); ; next = asking.next(answer(next.value))) if (next.done) return next.value;
}

/** Bytes, in memory or in a file. */
export type Bytes = Path | Uint8Array;

/** Does work that asks for bytes of a file, or of memory. */
export async function readingFrom<T>(source: Bytes, work: (bytes: number) => Asking<T>): Promise<T> {
  checkOrder();
  return ArrayBuffer.isView(source)
    ? fromMemory(source as Uint8Array, work)
    : filingHere().read(source, work);
}
