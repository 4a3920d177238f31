/** A new file in the place of an old one: at no time may anybody do more with it than with the old one. */
import { constants } from 'node:fs';
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { warnOnce } from '../environment.js';
import { shownPath, tried } from './refusals.js';

/** Whose a file is, and who may do what with it. */
export interface Rights {
  readonly uid: number;
  readonly gid: number;
  /** The nine bits. */
  readonly mode: number;
}

/** A file that is being written, and whether each write waits for the disk by itself. */
export interface NewFile {
  readonly file: FileHandle;
  readonly waits: boolean;
}

/**
 * Makes a file. Where Node's permission model closes the sync of open files (26 and newer), one is opened whose every write is
 * on the disk when it is done, which comes to the same.
 */
async function make(path: string, mode: number): Promise<NewFile> {
  const file = await open(path, 'wx', mode);
  const { O_DSYNC, O_WRONLY, O_CREAT, O_EXCL } = constants;
  if (process.permission === undefined || O_DSYNC === undefined || (await tried(() => file.sync())) !== null)
    return { file, waits: false };
  await file.close();
  await unlink(path);
  const [waiting] = (await tried(() => open(path, O_WRONLY | O_CREAT | O_EXCL | O_DSYNC, mode))) ?? [];
  return waiting === undefined
    ? { file: await open(path, 'wx', mode), waits: false }
    : { file: waiting, waits: true };
}

async function discard({ file }: NewFile, path: string): Promise<void> {
  await file.close().catch(() => {});
  await unlink(path).catch(() => {});
}

/** The bits where the group is another: its members may have been anybody, and the old one's are anybody now. */
function narrowed(mode: number): number {
  const both = (mode >> 3) & mode & 7;
  return (mode & 0o700) | (both << 3) | both;
}

/** Gives a file the owner and the group of the old one, or the group alone; tells whether it has the group. */
async function inherit(file: FileHandle, mine: Rights, old: Rights): Promise<boolean> {
  if (mine.uid === old.uid && mine.gid === old.gid) return true;
  if ((await tried(() => file.chown(old.uid, old.gid))) !== null) return true;
  if (mine.gid === old.gid) return true;
  return (await tried(() => file.chown(mine.uid, old.gid))) !== null;
}

/** Makes the file that is to take the place of an old one, or of none. */
export async function heirOf(old: Rights | null, path: string, place: string): Promise<NewFile> {
  if (old === null) return make(path, 0o666);
  let made = await make(path, narrowed(old.mode));
  try {
    const [mine] = (await tried(() => made.file.stat())) ?? [];
    if (mine === undefined) return made;
    const mode = (await inherit(made.file, mine, old)) ? old.mode : narrowed(old.mode);
    let has = mine.mode & 0o777;
    if (has !== mode && (await tried(() => made.file.chmod(mode))) !== null) has = mode;
    if (has !== mode && mine.gid === old.gid) {
      // The permission model closes that too. Then a file has its rights from its first moment, less the umask.
      await discard(made, path);
      made = await make(path, mode);
      has = (await made.file.stat()).mode & 0o777;
    }
    if ((old.mode & ~has) !== 0) {
      const bits = (mode: number) => mode.toString(8).padStart(3, '0');
      warnOnce(
        `${shownPath(place)} had the rights ${bits(old.mode)} and has ${bits(has)} now: its owner, its group or its rights could not be ` +
          'given to the new file, and nobody is to read it who could not read the old one',
        'LANESTEP_RIGHTS',
      );
    }
    return made;
  } catch (error) {
    await discard(made, path);
    throw error;
  }
}
