/** Files that are replaced wholly or not at all. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, readdir, readlink, realpath, rename, stat, unlink } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Files, ReadableFile } from '../checkpoint/checkpoint.js';
import type { Piece } from '../checkpoint/write.js';
import { CheckpointError, LanestepError, show } from '../errors.js';
import type { Path } from '../types.js';

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException | undefined)?.code;

/** Whether an error came from the file system, and not from what the file is made of. */
const isOfSystem = (error: unknown): boolean =>
  !(error instanceof LanestepError) && (error as NodeJS.ErrnoException | undefined)?.syscall !== undefined;

/** Runs a piece of work; what the system refuses becomes a CheckpointError. */
async function asking<T>(what: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!isOfSystem(cause)) throw cause;
    throw new CheckpointError(
      'ERR_LANESTEP_FILE',
      `Expected to ${what} ${show(path)}: ${(cause as Error).message}`,
      {
        cause,
      },
    );
  }
}

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

/**
 * Where a file is, or will be, that its path names: no link, and under the folder's own name, wherever the process goes. And
 * who may read and write it, where it is there already.
 */
async function placeOf(path: string): Promise<{ place: string; mode: number | null }> {
  let place: string;
  try {
    place = await realpath(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' || path.endsWith('/') || path.endsWith(sep)) throw error;
    const folder = await realpath(dirname(path));
    const there = join(folder, basename(path));
    // A link to what is not there yet stays a link.
    const target = await readlink(there).catch(() => null);
    return target === null ? { place: there, mode: null } : placeOf(resolve(folder, target));
  }
  const about = await stat(place);
  if (about.isFile()) return { place, mode: about.mode & 0o777 };
  throw new CheckpointError('ERR_LANESTEP_FILE', `Expected ${show(path)} to be a file, and it is none`);
}

// Temporary files say who writes them: another process on this machine or another, or one that is gone.
const host = hostname()
  .slice(0, 64)
  .replace(/[^\w-]/g, '_');
// Cut, by bytes, so that what is added to a long name leaves room; who shares a beginning only sweeps for each other.
const beginningOf = (place: string): string => `.${Buffer.from(basename(place)).subarray(0, 100)}.${host}.`;
const newName = (place: string): string => `${beginningOf(place)}${process.pid}.${randomUUID()}.tmp`;
const nameEnds = /^(\d+)\.[0-9a-f-]{36}\.tmp$/;

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

/** Removes what was left by processes that ended while they saved this file. */
async function sweep(place: string): Promise<void> {
  const folder = dirname(place);
  const beginning = beginningOf(place);
  // A folder may be there to be written to and not to be listed.
  for (const name of await readdir(folder).catch(() => [])) {
    const pid = name.startsWith(beginning) ? nameEnds.exec(name.slice(beginning.length))?.[1] : undefined;
    if (pid === undefined) continue;
    const path = join(folder, name);
    try {
      // A number comes again, above all in containers: what is older than this process is not its own.
      const began = Date.now() - process.uptime() * 1000;
      const stale =
        Number(pid) === process.pid ? (await stat(path)).mtimeMs < began - 1000 : !isRunning(Number(pid));
      if (stale) await unlink(path);
    } catch {
      // Somebody else sweeps too, or it may not be removed: it will be found again.
    }
  }
}

async function writeAll(file: FileHandle, { position, bytes }: Piece): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}

/**
 * So that the new name lasts. Windows opens no folders, some may not be read, and some file systems have nothing to sync;
 * the new file is in its place all the same.
 */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  let handle: FileHandle | undefined;
  try {
    handle = await open(folder, 'r');
    await handle.sync();
  } catch (error) {
    if (!['EACCES', 'EPERM', 'EINVAL', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error)!)) throw error;
  } finally {
    await handle?.close();
  }
}

async function replace(path: string, pieces: Iterable<Piece>): Promise<void> {
  const { place, mode } = await placeOf(path);
  const folder = dirname(place);
  await sweep(place);
  const temporary = join(folder, newName(place));
  // At no time is it open to more than the file whose place it takes.
  const file = await open(temporary, 'wx', mode ?? 0o666);
  try {
    try {
      if (mode !== null) await file.chmod(mode);
      for (const piece of pieces) await writeAll(file, piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, place);
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

/** A file whose bytes come in one buffer, over and over. */
class Reading implements ReadableFile {
  readonly bytes: number;
  readonly #file: FileHandle;
  readonly #path: string;
  #buffer = new Uint8Array(0);

  constructor(file: FileHandle, bytes: number, path: string) {
    this.#file = file;
    this.bytes = bytes;
    this.#path = path;
  }

  async read({ position, bytes }: { position: number; bytes: number }): Promise<Uint8Array> {
    if (this.#buffer.length < bytes) this.#buffer = new Uint8Array(bytes);
    for (let done = 0; done < bytes; ) {
      const { bytesRead } = await this.#file.read(this.#buffer, done, bytes - done, position + done);
      if (bytesRead === 0) {
        throw new CheckpointError(
          'ERR_LANESTEP_CHECKPOINT',
          `Expected ${show(this.#path)} to keep its ${this.bytes} bytes, but it was cut while it was read`,
        );
      }
      done += bytesRead;
    }
    return this.#buffer.subarray(0, bytes);
  }
}

async function reading<T>(path: string, work: (file: ReadableFile) => Promise<T>): Promise<T> {
  // A pipe would be waited for until somebody writes into it, and the process with it.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const about = await file.stat();
    if (!about.isFile())
      throw new CheckpointError('ERR_LANESTEP_FILE', `Expected ${show(path)} to be a file, and it is none`);
    return await work(new Reading(file, about.size, path));
  } finally {
    await file.close();
  }
}

/** Node's file system. */
export const nodeFiles: Files = {
  mostAtOnce: 64 << 20,
  replace: async (given, pieces) => {
    const path = pathOf(given);
    await asking('save', path, () => replace(path, pieces));
  },
  open: async (given, work) => {
    const path = pathOf(given);
    return asking('load', path, () => reading(path, work));
  },
};
