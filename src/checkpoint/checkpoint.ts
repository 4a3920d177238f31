/** Checkpoints in memory and in files, of any optimizer. */
import { BackendError, CheckpointError, OptionError, show } from '../errors.js';
import { bufferOf, describe, isBytes, isShared, lengthOf, offsetOf } from '../memory.js';
import { readOptions } from '../options.js';
import type { Turn } from '../turn.js';
import type { Path } from '../types.js';
import type { Contents, LoadOptions, SaveOptions } from './contents.js';
import { copying, type Match, matching, type Request } from './read.js';
import { type Piece, Writing } from './write.js';

/** A file that is being read. */
export interface ReadableFile {
  readonly bytes: number;
  /** So many bytes from a position on, which last until the next are read. */
  read(request: Request): Promise<Uint8Array>;
}

/** The file system. */
export interface Files {
  /** Files up to so many bytes are read once, into memory, so that nothing about them can change any more. */
  readonly mostAtOnce: number;
  /** Puts a file made of these pieces in the place of what is there; wholly, or not at all. */
  replace(path: Path, pieces: Iterable<Piece>): Promise<void>;
  /** Opens a file for a piece of work. */
  open<T>(path: Path, work: (file: ReadableFile) => Promise<T>): Promise<T>;
}

let files: Files | null = null;

/** Makes the file system known. The entry for Node calls it. */
export function provideFiles(given: Files): void {
  files = given;
}

function filesHere(): Files {
  if (files === null) {
    throw new CheckpointError(
      'ERR_LANESTEP_FILE',
      'Expected a file system, which this entry of the package does not know; use serialize() and deserialize()',
    );
  }
  return files;
}

// Elements are written as they are in memory, and in a file the low byte comes first.
function checkOrder(): void {
  if (new Uint8Array(Uint16Array.of(1).buffer)[0] === 1) return;
  throw new CheckpointError(
    'ERR_LANESTEP_CHECKPOINT',
    'Expected a processor whose numbers begin with their low byte',
  );
}

function checkPath(path: unknown): void {
  const text = typeof path === 'object' && path !== null ? (path as { href?: unknown }).href : path;
  if (typeof text !== 'string' || text === '' || text.includes('\0'))
    throw new OptionError(`Expected path to be a string or a URL, got ${show(path)}`);
}

// Each getter is called once, and what it gave is what was checked.
function checkedOptions<Given extends SaveOptions | LoadOptions>(options: Given): Given {
  const given = readOptions(options, 'a checkpoint', ['params', 'onProgress']) as Given;
  const { params, onProgress } = given;
  if (params !== undefined && typeof params !== 'boolean')
    throw new OptionError(`Expected true or false for params, got ${show(params)}`);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new OptionError(`Expected a function for onProgress, got ${show(onProgress)}`);
  return given;
}

function roomFor(bytes: number): Uint8Array {
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
export function serialize<Options extends object>(
  contents: Contents<Options>,
  options: SaveOptions,
): Uint8Array {
  const given = checkedOptions(options);
  checkOrder();
  const writing = new Writing(contents, given);
  const bytes = roomFor(writing.bytes);
  for (const piece of writing.pieces()) bytes.set(piece.bytes, piece.position);
  return bytes;
}

/** Writes a checkpoint to a file. */
export async function save<Options extends object>(
  contents: Contents<Options>,
  path: Path,
  options: SaveOptions,
): Promise<void> {
  checkPath(path);
  const given = checkedOptions(options);
  checkOrder();
  await filesHere().replace(path, new Writing(contents, given).pieces());
}

/** What has to be done with an optimizer that takes over a checkpoint. */
export interface Landing<Options extends object> {
  readonly contents: Contents<Options>;
  readonly turn: Turn;
  /** Takes over what a match says, but for the arrays that are still in the checkpoint. Cannot fail. */
  adopt(match: Match): void;
}

/** Takes over a checkpoint. Between what is checked last and what is changed first, nobody else's turn comes. */
function* landing<Options extends object>(
  { contents, turn, adopt }: Landing<Options>,
  bytes: number,
  options: LoadOptions,
): Generator<Request, void, Uint8Array> {
  const match = yield* matching(contents, bytes, options);
  turn.spoil('Expected the checkpoint to stay as it was while it was loaded');
  adopt(match);
  yield* copying(contents, match);
  turn.mend();
}

/** Takes over a checkpoint that is in memory. */
export function deserialize<Options extends object>(
  into: Landing<Options>,
  given: Uint8Array,
  options: LoadOptions,
): void {
  const wanted = checkedOptions(options);
  checkOrder();
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
  const asking = landing(into, length, wanted);
  for (let next = asking.next(); !next.done; ) next = asking.next(answer(next.value));
}

/** Takes over a checkpoint that is in a file. */
export async function load<Options extends object>(
  into: Landing<Options>,
  path: Path,
  options: LoadOptions,
): Promise<void> {
  checkPath(path);
  const wanted = checkedOptions(options);
  checkOrder();
  const here = filesHere();
  await here.open(path, async file => {
    if (file.bytes <= here.mostAtOnce) {
      deserialize(into, await file.read({ position: 0, bytes: file.bytes }), wanted);
      return;
    }
    const asking = landing(into, file.bytes, wanted);
    for (let next = asking.next(); !next.done; ) next = asking.next(await file.read(next.value));
  });
}
