// `lanestep bench`: hands its options to the benchmark, which needs Benchmark.js and is packed beside the package's code.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { CommandError, exit, type Output } from './command.js';
import { home } from './package.js';

const help = `Usage: lanestep bench [options of the benchmark]

Times lanestep against other optimizers on this machine. It needs Benchmark.js, which is no dependency of lanestep:

  npx -p lanestep -p benchmark lanestep bench
`;

interface Bench {
  main(argv: readonly string[]): Promise<number>;
}

async function load(): Promise<Bench> {
  const file = join(home, 'out/bench/main.js');
  if (!existsSync(file)) {
    throw new CommandError(
      exit.usage,
      'the benchmark is not built here; in a clone of the repository `npm run build` builds it',
    );
  }
  try {
    createRequire(file).resolve('benchmark');
  } catch {
    throw new CommandError(
      exit.usage,
      'the benchmark needs Benchmark.js, which is not installed: ' +
        '`npx -p lanestep -p benchmark lanestep bench`, or `npm install benchmark` in the project',
    );
  }
  return import(pathToFileURL(file).href);
}

/** Runs the benchmark; its exit code. */
export async function bench(argv: readonly string[], output: Output): Promise<number> {
  let loaded: Bench;
  try {
    loaded = await load();
  } catch (error) {
    if (!(error instanceof CommandError) || !argv.includes('--help')) throw error;
    output.out(help);
    return exit.fine;
  }
  return loaded.main([...argv]);
}
