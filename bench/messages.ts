/** Questions and answers between a run and the processes that it starts: one at a time, each a message. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

interface Question {
  readonly name: string;
  readonly args: readonly unknown[];
}

type Answer = { readonly answer: unknown } | { readonly error: string };

// biome-ignore lint/suspicious/noExplicitAny: functions of many argument types
type Answers = Readonly<Record<string, (...args: any[]) => unknown>>;

/** What a process can be asked for, as the type of what it answers with. */
export class Child<A extends Answers> {
  readonly #name: string;
  readonly #process: ChildProcess;

  /**
   * @param name what it is called in errors
   * @param script whose process it is
   * @param env what its environment has besides ours
   */
  constructor(name: string, script: URL, env: Readonly<Record<string, string>> = {}) {
    this.#name = name;
    this.#process = fork(fileURLToPath(script), {
      env: { ...process.env, ...env },
      execArgv: ['--expose-gc'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
  }

  ask<K extends keyof A & string>(name: K, ...args: Parameters<A[K]>): Promise<Awaited<ReturnType<A[K]>>> {
    const question: Question = { name, args };
    return new Promise((resolve, reject) => {
      const ended = (code: number | null, signal: string | null) =>
        reject(new Error(`${this.#name} ended with ${signal ?? code} when asked for ${name}`));
      this.#process.once('exit', ended);
      this.#process.once('message', (message: Answer) => {
        this.#process.off('exit', ended);
        if ('error' in message) reject(new Error(`${this.#name}: ${message.error}`));
        else resolve(message.answer as Awaited<ReturnType<A[K]>>);
      });
      this.#process.send(question);
    });
  }

  /** Lets it end. */
  quit(): void {
    this.#process.disconnect();
  }
}

/** Makes this process one that answers, until nobody can ask it any more. */
export function answering(answers: Answers): void {
  process.on('message', async ({ name, args }: Question) => {
    try {
      const answer = await answers[name]!(...args);
      process.send!({ answer } satisfies Answer);
    } catch (error) {
      process.send!({ error: (error as Error).stack ?? String(error) } satisfies Answer);
    }
  });
  process.on('disconnect', () => process.exit());
}

/** So that the next case need not pay for what this one left behind. */
export const collectGarbage = (): void => (globalThis as { gc?: () => void }).gc?.();
