/** The files that a run leaves behind: looked at before anything is raced, written when all is done. */
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { replaceBetween } from './report/markdown.js';
import { UsageError } from './usage.js';

/** A file, and what is to be in it. */
export interface Destination {
  readonly option: string;
  readonly file: string;
  readonly text: () => string;
}

/** Opens a file for writing, and leaves it as it was. */
function tryToOpen(file: string): void {
  const there = existsSync(file);
  // To open a pipe would wait for its reader.
  if (there && !statSync(file).isFile() && !statSync(file).isDirectory()) return;
  closeSync(openSync(file, 'a'));
  if (!there) rmSync(file);
}

/** Runs a piece of work on a file that was named on the command line. */
export function named<T>(option: string, file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(`--${option} ${file}: ${(error as Error).message}`);
  }
}

/**
 * Throws where what a run will leave could not be written, as long as nobody has waited for it.
 *
 * @param marks where tables stand in the file of `--readme`
 */
export function requireWritable(
  {
    json,
    html,
    readme,
  }: { json?: string | undefined; html?: string | undefined; readme?: string | undefined },
  marks: readonly [begin: string, end: string],
): void {
  for (const [option, file] of Object.entries({ json, html, readme })) {
    if (file === undefined) continue;
    named(option, file, () => {
      if (option === 'readme') replaceBetween(readFileSync(file, 'utf8'), ...marks, '');
      tryToOpen(file);
    });
  }
}

/** Writes what can be written; a line for each that could not be, which must not keep the others. */
export function write(destinations: readonly Destination[]): string[] {
  return destinations.flatMap(({ option, file, text }) => {
    try {
      writeFileSync(file, text());
      return [];
    } catch (error) {
      return [`--${option} ${file} was not written: ${(error as Error).message}`];
    }
  });
}
