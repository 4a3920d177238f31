/** `npm run train`: a language identifier, trained in Node with lanestep. README.md tells what it shows. */
import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OptionError, setThreads } from 'lanestep';
import { runComparison } from './compare.js';
import { inWordsOfTheCommandLine, LanestepUpdater } from './optimizers.js';
import { type Options, parseOptions, UsageError } from './options.js';
import { runTraining } from './run.js';
import { hint, usage } from './usage.js';

/** What can be known to be wrong before the first second of work. */
function check(options: Options): void {
  if (options.threads !== undefined) setThreads(options.threads);
  const tiny = { embedding: new Float32Array(1), weights: new Float32Array(1), bias: new Float32Array(1) };
  try {
    new LanestepUpdater(tiny, {
      name: options.optimizer,
      hypers: options.hypers,
      backend: options.backend,
    }).dispose();
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new UsageError(inWordsOfTheCommandLine(error.message));
  }
  const file = resolve(options.report);
  try {
    accessSync(dirname(file), constants.W_OK);
  } catch {
    throw new UsageError(
      `Expected a file in a folder that can be written to for --report, got "${options.report}"`,
    );
  }
  if (statSync(file, { throwIfNoEntry: false })?.isDirectory()) {
    throw new UsageError(`Expected a file for --report, got the folder "${options.report}"`);
  }
}

function isUsersMistake(error: unknown): error is Error {
  const code = (error as { code?: unknown }).code;
  return error instanceof UsageError || (typeof code === 'string' && code.startsWith('ERR_LANESTEP_'));
}

function main(): number {
  let options: Options | null;
  try {
    options = parseOptions(process.argv.slice(2));
    if (options !== null) check(options);
  } catch (error) {
    if (!isUsersMistake(error)) throw error;
    process.stderr.write(`error: ${error.message}\n${hint}\n`);
    return 2;
  }
  if (options === null) {
    process.stdout.write(usage());
    return 0;
  }
  const { html, failed } = options.compare ? runComparison(options) : runTraining(options);
  writeFileSync(options.report, html);
  console.log(`\nReport: ${resolve(options.report)}`);
  return failed ? 1 : 0;
}

process.exitCode = main();
