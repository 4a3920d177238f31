/** What both programs have in common on the command line. */
import { parseArgs } from 'node:util';
import { type BackendName, backendNames } from './backend.js';

/** The options of either: texts with their defaults. */
export type Defaults = Readonly<Record<string, string>>;

/** Ends the program because of a command line that cannot be meant. */
export function refuse(message: string, usage: string): never {
  console.error(`${message}\n\n${usage}`);
  process.exit(2);
}

/** Reads the command line; `--help` shows the usage and ends. */
export function read<D extends Defaults>(defaults: D, usage: string): { [K in keyof D]: string } {
  const options = Object.fromEntries(
    Object.entries(defaults).map(([name, text]) => [name, { type: 'string' as const, default: text }]),
  );
  try {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean', default: false } } });
    if (values.help) {
      console.log(usage);
      process.exit(0);
    }
    return values as { [K in keyof D]: string };
  } catch (error) {
    return refuse((error as Error).message, usage);
  }
}

/** A whole number between two bounds. */
export function whole(text: string, name: string, [least, most]: [number, number], usage: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && value <= most) return value;
  return refuse(`--${name} takes a whole number, ${least} to ${most}`, usage);
}

/** One of TensorFlow.js' backends. */
export const backendOf = (text: string, usage: string): BackendName =>
  backendNames.find(name => name === text) ?? refuse(`There is no backend ${text}`, usage);
