// Runs tests for many mutants in one process: each imports the test files anew while its number is chosen, and is judged by the
// first test that fails. What each one comes to is a line of the log; scripts/mutants/generated/run.mjs reads it.
import { appendFileSync, openSync, readFileSync, writeSync } from 'node:fs';
import { afterAll, afterEach, beforeEach, describe, vi } from 'vitest';

interface Task {
  readonly log: string;
  /**
   * With `text`, that is what tests read of `file`; with `only`, no others run than those whose name fits; `early` is what is
   * evaluated when its module is loaded, so that all modules are loaded anew. Those come last.
   */
  readonly mutants: readonly { id: number; file: string; text?: string; only?: string; early?: boolean }[];
  /** The test files, as absolute paths. */
  readonly tests: readonly string[];
}

const task = JSON.parse(readFileSync(process.env.LANESTEP_MUTANTS!, 'utf8')) as Task;
const say = (...words: unknown[]): void => appendFileSync(task.log, `${words.join('\t')}\n`);

// The number, for TypeScript, for WebAssembly and for C++.
const all = globalThis as unknown as { mutant: number; WebAssembly: Record<string, unknown> };
// biome-ignore lint/suspicious/noExplicitAny: the types of WebAssembly are not here
const wasm = (globalThis as any).WebAssembly;
const global = new wasm.Global({ value: 'i32', mutable: true }, 0);
wasm.Instance = new Proxy(wasm.Instance, {
  construct: (Instance, [module, imports]) =>
    new Instance(module, { ...imports, mutants: { chosen: global } }),
});
const shared = process.env.LANESTEP_MUTANT ? openSync(process.env.LANESTEP_MUTANT, 'r+') : null;

function choose(id: number): void {
  all.mutant = id;
  global.value = id;
  if (shared !== null) writeSync(shared, Int32Array.of(id), 0, 4, 0);
}

// A text that tests read, in place of the file's.
const replaced = vi.hoisted(() => ({ file: '', text: undefined as string | undefined }));
vi.mock('node:fs', async original => {
  const fs = await original<typeof import('node:fs')>();
  const readFile = (path: unknown, ...rest: never[]) =>
    replaced.text !== undefined && String(path).endsWith(replaced.file)
      ? replaced.text
      : (fs.readFileSync as (...given: unknown[]) => unknown)(path, ...rest);
  return { ...fs, readFileSync: readFile };
});

choose(0);
for (const { id, file, text, only, early } of task.mutants) {
  const fits = only === undefined ? null : new RegExp(only);
  let killer: string | null = null;
  let runs = false;
  const begin = () => {
    choose(id);
    Object.assign(replaced, { file, text });
  };
  describe(String(id), async () => {
    beforeEach(context => {
      if (killer !== null || (fits !== null && !fits.test(context.task.name))) context.skip();
      if (!runs) say('runs', id);
      runs = true;
      begin();
    });
    afterEach(({ task: { result, name, suite } }) => {
      if (result?.state === 'fail') killer ??= `${suite?.name ?? ''} ${name}`;
      const [error] = result?.errors ?? [];
      if (error?.name === 'ReferenceError') say('broken', id, error.message);
    });
    afterAll(() => say(killer === null ? 'alive' : 'killed', id, killer ?? ''));
    begin();
    say('begins', id);
    if (early) vi.resetModules();
    try {
      for (const test of task.tests) await import(/* @vite-ignore */ `${test}?${id}`);
    } catch (error) {
      killer = `it does not load: ${(error as Error).message.split('\n')[0]}`;
      say('killed', id, killer);
    }
  });
}
