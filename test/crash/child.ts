/**
 * A process of its own for a program that may take its process down. How it ended is all that a test looks at: it must end
 * by itself, with the code that was expected, have said what it did, and have said nothing on stderr that was not expected.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

/** The Node whose crashes are looked for; scripts/crash.sh names others than the one that runs the tests. */
export const node = process.env.LANESTEP_CRASH_NODE || process.execPath;

/** What is run, and how it has to end. */
export interface Program {
  /** A file of this folder; its arguments follow. */
  readonly run: readonly [file: string, ...args: (string | number)[]];
  /** Flags of Node. */
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A command and its arguments, which Node's command line is appended to. */
  readonly under?: readonly string[];
  /** The exit code; 0 where it is not given. */
  readonly code?: number;
  /** What it has to say at the end: a program whose event loop ran dry halfway ends with 0, too. */
  readonly says: RegExp;
  /** What stderr has to be; empty where it is not given. */
  readonly complains?: RegExp;
}

/** How a process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

// Whoever hangs has crashed, too. Much longer than it takes, for machines that are busy with other things.
const longest = (): number => 120_000 + 20_000 * Number(process.env.LANESTEP_CRASH_TIMES || 1);

/** Runs a command in surroundings that have nothing of ours in them, and waits for its end. */
export function endOf(
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(command[0]!, command.slice(1), {
      cwd: fileURLToPath(new URL('.', import.meta.url)),
      env: { PATH: process.env.PATH, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: longest(),
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', text => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

/** Why the program says that it cannot do here what it is for; null where it did it. */
const skippedIn = ({ stdout }: Ended): string | null => /^skipped: (.*)$/m.exec(stdout)?.[1] ?? null;

/** Runs a program and looks at its end. Gives the reason where it could not be run here. */
export async function survive(program: Program): Promise<string | null> {
  const { run, flags = [], env = {}, under = [], code = 0, says, complains = /^$/ } = program;
  const [file, ...args] = run;
  const script = fileURLToPath(new URL(file, import.meta.url));
  const ended = await endOf([...under, node, ...flags, script, ...args.map(String)], env);
  const all = `${ended.stdout}\n${ended.stderr}`.slice(-4000);
  expect({ code: ended.code, signal: ended.signal }, all).toEqual({ code, signal: null });
  expect(ended.stderr.trim()).toMatch(complains);
  const skipped = skippedIn(ended);
  if (skipped === null) expect(ended.stdout).toMatch(says);
  return skipped;
}
