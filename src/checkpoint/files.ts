/** Checkpoints in files. The entries for Node bring this along; elsewhere there are no files. */
import { OptionError, show } from '../errors.js';
import type { Path } from '../types.js';
import { checkedOptions, checkOrder, type Filing, fromMemory, provideFiling, reading } from './checkpoint.js';
import type { Request } from './read.js';
import type { Piece } from './write.js';

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

function checkPath(path: unknown): void {
  const text = typeof path === 'object' && path !== null ? (path as { href?: unknown }).href : path;
  if (typeof text !== 'string' || text === '' || text.includes('\0'))
    throw new OptionError(`Expected path to be a string or a URL, got ${show(path)}`);
}

/** Makes a file system known. */
export function provideFiles({ mostAtOnce, replace, open }: Files): void {
  const read: Filing['read'] = async (path, work) => {
    checkPath(path);
    return open(path, async file => {
      if (file.bytes <= mostAtOnce)
        return fromMemory(await file.read({ position: 0, bytes: file.bytes }), work);
      const asking = work(file.bytes);
      for (let next = asking.next(); ; next = asking.next(await file.read(next.value)))
        if (next.done) return next.value;
    });
  };
  provideFiling({
    read,
    async save(write, path, options) {
      checkPath(path);
      const given = checkedOptions(options, 'metadata');
      checkOrder();
      await replace(path, write(given).pieces());
    },
    async load(land, path, options) {
      checkPath(path);
      const wanted = checkedOptions(options, 'partial');
      checkOrder();
      return read(path, bytes => reading(land, bytes, wanted));
    },
  });
}
