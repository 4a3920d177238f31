// What a command is made of: where it writes, how it refuses, how it reads its options.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Where a command writes: what was asked for, and what is said about it. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Exit codes: all is well, something is wrong here, the command line is wrong or something is not installed. */
export const exit = { fine: 0, wrong: 1, usage: 2 } as const;

/** Ends a command with a message for its user. */
export class CommandError extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/**
 * The options of a command, each of which is a flag; `--help` is always one.
 *
 * @throws CommandError for anything unknown, naming what is known
 */
export function flagsOf(
  command: string,
  argv: readonly string[],
  known: readonly string[],
): Record<string, boolean> {
  const names = [...known, 'help'];
  const options: NonNullable<ParseArgsConfig['options']> = Object.fromEntries(
    names.map(name => [name, { type: 'boolean' }]),
  );
  try {
    const { values } = parseArgs({ args: [...argv], options, strict: true, allowPositionals: false });
    return Object.fromEntries(names.map(name => [name, values[name] === true]));
  } catch (error) {
    // Node's own advice after the first sentence is about positional arguments, which there are none of.
    const what = (error as Error).message.split('. ')[0];
    const list = names.map(name => `--${name}`).join(', ');
    throw new CommandError(exit.usage, `${command}: ${what}. Known: ${list}`);
  }
}
