/** Files that are replaced wholly or not at all. */
import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Files, ReadableFile } from '../checkpoint/files.js';
import type { Piece } from '../checkpoint/write.js';
import { warnOnce } from '../environment.js';
import { CheckpointError, StateError, show } from '../errors.js';
import type { Path } from '../types.js';
import { heirOf, type NewFile, type Rights } from './heir.js';
import { type Ask, asking, codeOf, isRefusal, shownPath, tried } from './refusals.js';
import { newName, sweep } from './temporary.js';

function pathOf(path: Path): string {
  if (typeof path === 'string') return path;
  try {
    return fileURLToPath(path.href);
  } catch (cause) {
    throw new CheckpointError(
      'ERR_LANESTEP_FILE',
      `Expected path to be a file: URL, got ${show(path.href)}`,
      { cause },
    );
  }
}

// Not `join`, which takes away `..` together with what stands before it, though that may be a link.
const within = (folder: string, name: string): string =>
  folder.endsWith(sep) ? folder + name : folder + sep + name;
const absolute = (path: string): string => (isAbsolute(path) ? path : within(process.cwd(), path));

function noFile(path: string): never {
  throw new CheckpointError('ERR_LANESTEP_FILE', `Expected ${shownPath(path)} to be a file, and it is none`);
}

/**
 * Where a file is, or will be, that its path names: no link, and under the folder's own name, wherever the process goes. And
 * whose it is, where it is there already.
 */
async function placeOf(path: string, links = 0): Promise<{ place: string; old: Rights | null }> {
  let place: string;
  let missing = false;
  try {
    place = await realpath(path);
  } catch (error) {
    missing = codeOf(error) === 'ENOENT';
    // Some cannot say where a path leads, though it does.
    if (missing ? path.endsWith('/') || path.endsWith(sep) : !isRefusal(error) || links > 40) throw error;
    const [folder = absolute(dirname(path))] = (await tried(() => realpath(dirname(path)))) ?? [];
    place = within(folder, basename(path));
    // A link to what is not there yet stays a link.
    const target = await readlink(place).catch(() => null);
    if (target !== null) return placeOf(isAbsolute(target) ? target : within(folder, target), links + 1);
  }
  if (missing) return { place, old: null };
  try {
    const about = await stat(place);
    if (!about.isFile()) noFile(path);
    return { place, old: { uid: about.uid, gid: about.gid, mode: about.mode & 0o777 } };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { place, old: null };
    if (!isRefusal(error) || error instanceof CheckpointError) throw error;
    // Who may read it is not to be learnt; so nobody else may.
    return { place, old: { uid: -1, gid: -1, mode: 0o600 } };
  }
}

async function writeAll(file: FileHandle, { position, bytes }: Piece): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/** Sees to it that what was written is on the disk, or says that it may not be. */
async function settle({ file, waits }: NewFile, place: string): Promise<void> {
  if (waits || (await tried(() => file.sync())) !== null || (await tried(() => file.datasync())) !== null)
    return;
  warnOnce(
    `${shownPath(place)} and others are saved, but nothing here can tell whether their bytes are on the disk: if the power fails, they ` +
      'may be damaged (which load() finds). Save to a file system that knows fsync, and keep the checkpoint before',
    'LANESTEP_UNSYNCED',
  );
}

// On Windows whoever has a file open (a scanner of viruses, an indexer) keeps it from being replaced, mostly for a moment.
const pauses = [10, 20, 40, 80, 160, 320, 640, 1280, 2560];

async function putInPlace(temporary: string, place: string): Promise<void> {
  for (const pause of process.platform === 'win32' ? pauses : []) {
    try {
      return await rename(temporary, place);
    } catch (error) {
      if (!['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error)!)) throw error;
    }
    await setTimeout(pause);
  }
  await rename(temporary, place);
}

/**
 * So that the new name lasts. Windows opens no folders, some may not be read, and some file systems have nothing to sync;
 * the new file is in its place all the same.
 */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const [handle] = (await tried(() => open(folder, 'r'))) ?? [];
  try {
    await tried(async () => handle?.sync());
  } finally {
    await tried(async () => handle?.close());
  }
}

async function replace(path: string, pieces: Iterable<Piece>): Promise<void> {
  const ask = asking('save', path);
  const { place, old } = await ask(() => placeOf(path));
  const temporary = within(dirname(place), newName(place));
  const made = await ask(() => heirOf(old, temporary, place));
  const { file } = made;
  try {
    const [about] = (await ask(() => tried(() => file.stat()))) ?? [];
    if (about !== undefined) await sweep(place, about.mtimeMs);
    // What fails between the calls is the user's, and comes through as it is.
    for (const piece of pieces) await ask(() => writeAll(file, piece));
    await ask(() => settle(made, place));
    await ask(() => file.close());
    await ask(() => putInPlace(temporary, place));
  } catch (error) {
    await file.close().catch(() => {});
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await ask(() => syncFolder(dirname(place)));
}

/** A file whose bytes come in one buffer, over and over. */
class Reading implements ReadableFile {
  readonly bytes: number;
  readonly #file: FileHandle;
  readonly #ask: Ask;
  #buffer = new Uint8Array(0);

  constructor(file: FileHandle, bytes: number, ask: Ask) {
    this.#file = file;
    this.bytes = bytes;
    this.#ask = ask;
  }

  async read({ position, bytes }: { position: number; bytes: number }): Promise<Uint8Array> {
    if (this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes);
    for (let done = 0; done < bytes; ) {
      const { bytesRead } = await this.#ask(() =>
        this.#file.read(this.#buffer, done, bytes - done, position + done),
      );
      if (bytesRead === 0) {
        throw new CheckpointError(
          'ERR_LANESTEP_CHECKPOINT',
          `Expected the file to keep its ${this.bytes} bytes, but it was cut while it was read`,
        );
      }
      done += bytesRead;
    }
    return this.#buffer.subarray(0, bytes);
  }
}

/** What is wrong with a checkpoint, with the name of its file. */
function named(error: unknown, path: string): unknown {
  const options = { cause: error };
  if (error instanceof CheckpointError && error.code === 'ERR_LANESTEP_CHECKPOINT')
    return new CheckpointError(error.code, `${shownPath(path)}: ${error.message}`, options);
  if (error instanceof StateError && error.code === 'ERR_LANESTEP_STATE')
    return new StateError(error.code, `${shownPath(path)}: ${error.message}`, options);
  return error;
}

async function reading<T>(path: string, work: (file: ReadableFile) => Promise<T>): Promise<T> {
  const ask = asking('load', path);
  // A pipe would be waited for until somebody writes into it, and the process with it.
  const file = await ask(() => open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)));
  try {
    const about = await ask(() => file.stat());
    if (!about.isFile()) noFile(path);
    return await work(new Reading(file, about.size, ask));
  } catch (error) {
    throw named(error, path);
  } finally {
    // All was read, or something else is told.
    await file.close().catch(() => {});
  }
}

/** Node's file system. */
export const nodeFiles: Files = {
  mostAtOnce: 64 << 20,
  replace: async (path, pieces) => replace(pathOf(path), pieces),
  open: async (path, work) => reading(pathOf(path), work),
};
