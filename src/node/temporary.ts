/** Temporary files: their names say who writes them, so that what nobody writes any more can be told and removed. */
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, stat, unlink } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { codeOf } from './refusals.js';

/** A thread of the system: where its number means it, the number, and when it began. Numbers come again, the three do not. */
interface Writer {
  readonly space: string;
  readonly thread: number;
  readonly began: string;
}

/** Number and beginning of a thread, by Linux. */
function statOf(thread: number | 'self' | 'thread-self'): Pick<Writer, 'thread' | 'began'> {
  const text = readFileSync(`/proc/${thread}/stat`, 'latin1');
  // The name in brackets may have anything in it.
  const began = text.slice(text.lastIndexOf(')') + 2).split(' ')[19]!;
  return { thread: Number.parseInt(text, 10), began };
}

const linkOf = (name: string): string => {
  try {
    return readlinkSync(`/proc/self/ns/${name}`);
  } catch {
    return '';
  }
};

/**
 * This thread; null where the system does not say. A number means the same thread to those alone who have the same
 * namespace of the same start of the same machine: neither another container nor another machine, whatever they are called.
 */
function writerHere(): Writer | null {
  // Deno would ask its user whether /proc may be read.
  if (process.platform !== 'linux' || 'Deno' in globalThis) return null;
  try {
    // A /proc of an outer namespace has other numbers than kill.
    if (statOf('self').thread !== process.pid) return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1');
    const space = [boot, linkOf('pid'), linkOf('time')].join();
    return {
      space: createHash('sha256').update(space).digest('hex').slice(0, 16),
      ...statOf('thread-self'),
    };
  } catch {
    return null;
  }
}

let here: Writer | null | undefined;
const writer = (): Writer | null => {
  here ??= writerHere();
  return here;
};

/** Whether a thread of this namespace is still the one that began then. A worker's ends with it, not with its process. */
function lives({ thread, began }: Omit<Writer, 'space'>): boolean {
  try {
    return statOf(thread).began === began;
  } catch {
    // Gone, or hidden from us, as by hidepid.
  }
  try {
    process.kill(thread, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== 'ESRCH';
  }
}

// Cut, by bytes, so that a long name leaves room where 143 bytes are all (eCryptfs); who shares a beginning only sweeps for
// each other.
const beginningOf = (place: string): string => `.${Buffer.from(basename(place)).subarray(0, 72)}.`;
const nameEnds = /^(?:([0-9a-f]{16})-(\d{1,10})-(\d{1,20})|unknown)\.[0-9a-f]{16}\.tmp$/;

/** A name for a file that is to take this place. */
export function newName(place: string): string {
  const who = writer();
  const sign = who === null ? 'unknown' : `${who.space}-${who.thread}-${who.began}`;
  return `${beginningOf(place)}${sign}.${randomBytes(8).toString('hex')}.tmp`;
}

// A writer touches its file with every MiB. Who does not for so long does not live, or will not be missed.
const longAgo = 3_600_000;

/**
 * Removes what was left by those who ended while they saved this file. Of threads of this namespace the system says whether they
 * live; of all others only their files do, by when they were last written to.
 *
 * @param now what the clock says by which the folder's files are dated, in ms: on a network that is another machine's
 */
export async function sweep(place: string, now: number): Promise<void> {
  const folder = dirname(place);
  const beginning = beginningOf(place);
  const space = writer()?.space;
  // A folder may be there to be written to and not to be listed.
  for (const name of await readdir(folder).catch(() => [])) {
    const found = name.startsWith(beginning) ? nameEnds.exec(name.slice(beginning.length)) : null;
    if (found === null) continue;
    const [, where, thread, began] = found;
    const path = `${folder}/${name}`;
    try {
      const left =
        space !== undefined && where === space
          ? !lives({ thread: Number(thread), began: began! })
          : now - (await stat(path)).mtimeMs > longAgo;
      if (left) await unlink(path);
    } catch {
      // Somebody else sweeps too, or it may not be removed: it will be found again.
    }
  }
}
