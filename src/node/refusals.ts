/** What a call of the file system ends with: whether it is essential, whose fault it is, and who is told. */
import { CheckpointError } from '../errors.js';

export const codeOf = (error: unknown): string | undefined =>
  (error as NodeJS.ErrnoException | null | undefined)?.code;

// What systems say where somebody may not do something, or where a file system has no such thing.
const refusals = new Set([
  'EACCES',
  'EPERM',
  'EINVAL',
  'EISDIR',
  'ENOSYS',
  'ENOTSUP',
  'ENOTTY',
  'EOPNOTSUPP',
]);

/**
 * Whether a call was refused, or is not there at all: by a system, a permission model or a stand-in for `fs`, which has errors
 * of its own. Everything else (EIO, ENOSPC, EDQUOT ...) is about the disk.
 */
export function isRefusal(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return refusals.has(code) || !/^E(?!RR_)[A-Z0-9]+$/.test(code);
}

/** What a call gives that can be done without; null where it is refused. What is about the disk is thrown. */
export async function tried<T>(call: () => Promise<T>): Promise<[T] | null> {
  try {
    return [await call()];
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return null;
  }
}

/** How a path is shown: all of it, since its end says most. */
export const shownPath = (path: string): string => JSON.stringify(path);

/** Runs calls of the file system alone, and not what is the user's: whatever they throw becomes a CheckpointError. */
export type Ask = <T>(call: () => Promise<T>) => Promise<T>;

export const asking =
  (what: 'save' | 'load', path: string): Ask =>
  async call => {
    try {
      return await call();
    } catch (cause) {
      if (cause instanceof CheckpointError) throw cause;
      const message = cause instanceof Error ? cause.message : String(cause);
      throw new CheckpointError('ERR_LANESTEP_FILE', `Expected to ${what} ${shownPath(path)}: ${message}`, {
        cause,
      });
    }
  };
