// Runs a command line in this process, and keeps what it writes.
import type { Output } from '../../src/cli/command.js';

/** What a command wrote, and its exit code. */
export interface Captured {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command with an output that is kept. */
export async function captured(run: (output: Output) => Promise<number>): Promise<Captured> {
  const written = { out: '', err: '' };
  const code = await run({
    out: text => {
      written.out += text;
    },
    err: text => {
      written.err += text;
    },
  });
  return { code, ...written };
}
