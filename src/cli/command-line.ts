// `lanestep <command>`: which commands there are. Each is loaded when it is asked for, so that none depends on another.
import { didYouMean } from '../did-you-mean.js';
import { LanestepError } from '../errors.js';
import { CommandError, exit, type Output } from './command.js';
import { version } from './package.js';

interface Command {
  readonly summary: string;
  readonly run: (argv: readonly string[], output: Output) => Promise<number>;
}

const commands: Readonly<Record<string, Command>> = {
  doctor: {
    summary: 'what lanestep runs on here, whether its results are right, and what to do where they are not',
    run: async (argv, output) => (await import('./doctor.js')).doctor(argv, output),
  },
  optimizers: {
    summary: 'which optimizers there are, what a step of each costs, and what each computes',
    run: async (argv, output) => (await import('./optimizers.js')).optimizers(argv, output),
  },
  build: {
    summary: 'compile the native addon where the package has none for this platform',
    run: async (argv, output) => (await import('./build.js')).build(argv, output),
  },
  bench: {
    summary: 'time it against other optimizers; takes the options of the benchmark',
    run: async (argv, output) => (await import('./bench.js')).bench(argv, output),
  },
};

const names = Object.keys(commands);

const help = `Usage: lanestep <command> [options]

${names.map(name => `  ${name.padEnd(12)}${commands[name]!.summary}`).join('\n')}

  lanestep <command> --help    the command's options
  lanestep --version

Exit codes: 0 fine, 1 something is wrong, 2 the command line is, or something is not installed.
`;

async function dispatch([first, ...rest]: readonly string[], output: Output): Promise<number> {
  if (first === '--help' || first === '-h' || first === 'help') {
    output.out(help);
    return exit.fine;
  }
  if (first === '--version' || first === '-v') {
    output.out(`${version()}\n`);
    return exit.fine;
  }
  if (first === undefined) {
    output.err(help);
    return exit.usage;
  }
  if (!Object.hasOwn(commands, first)) {
    const what = first.startsWith('-') ? `option '${first}'` : `command '${first}'`;
    throw new CommandError(
      exit.usage,
      `Unknown ${what}. Known: ${names.join(', ')}, --help, --version${didYouMean(first, names)}`,
    );
  }
  return commands[first]!.run(rest, output);
}

/** Runs a command line, and gives the exit code. It throws nothing that a command is expected to. */
export async function commandLine(
  argv: readonly string[],
  output: Output = {
    out: text => process.stdout.write(text),
    err: text => process.stderr.write(text),
  },
): Promise<number> {
  try {
    return await dispatch(argv, output);
  } catch (error) {
    // The engine's own refuse to be loaded where Node is too old.
    if (!(error instanceof CommandError || error instanceof LanestepError)) throw error;
    output.err(`lanestep: ${error.message}\n`);
    return error instanceof CommandError ? error.exitCode : exit.wrong;
  }
}
