/** What a process has of memory, threads and files, looked at again and again; and whether it stays that. */
import { existsSync, readdirSync, readlinkSync } from 'node:fs';

/** Whether there is something to look at: /proc is Linux's. */
export const canWatch: boolean = existsSync('/proc/self/task') && existsSync('/proc/self/fd');

/** A look. */
export interface Look {
  /** Bytes. */
  readonly rss: number;
  readonly threads: number;
  readonly files: number;
}

export function look(): Look {
  return {
    rss: process.memoryUsage.rss(),
    threads: canWatch ? readdirSync('/proc/self/task').length : 0,
    files: canWatch ? readdirSync('/proc/self/fd').length : 0,
  };
}

/** What the open files are, for when they are too many. */
export function filesOpen(): string {
  const counts = new Map<string, number>();
  for (const fd of canWatch ? readdirSync('/proc/self/fd') : []) {
    let name = 'closed meanwhile';
    try {
      name = readlinkSync(`/proc/self/fd/${fd}`).replace(/[\d-]+/g, '#');
    } catch {
      // It was the one that lists them.
    }
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The looks of some time as one. */
export const medianOf = (looks: readonly Look[]): Look => ({
  rss: median(looks.map(({ rss }) => rss)),
  threads: median(looks.map(({ threads }) => threads)),
  files: median(looks.map(({ files }) => files)),
});

export const text = ({ rss, threads, files }: Look): string =>
  `${(rss / 2 ** 20).toFixed(0)} MiB, ${threads} threads, ${files} files`;

/**
 * What grew too much between two times, of which the first was warm already; or null.
 *
 * @param unclosed files that may have been left open by another
 */
export function growth(early: Look, late: Look, unclosed: number): string | null {
  // Memory goes up and down by what the collectors have not come to yet. What leaks comes to more than this in minutes.
  const most: Look = {
    rss: early.rss * 1.2 + 48 * 2 ** 20,
    threads: early.threads + 2,
    files: early.files + unclosed + 4,
  };
  const grown = (['rss', 'threads', 'files'] as const).filter(what => late[what] > most[what]);
  return grown.length === 0
    ? null
    : `${grown.join(', ')} grew: ${text(early)} after warming up, ${text(late)} in the end`;
}
