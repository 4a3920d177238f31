// The environment variables of lanestep, as they stand, and what is wrong with them.
import {
  disabledInstructionSets,
  variable,
  variablesBeginning,
  wantedBackend,
  wantedThreads,
} from '../../environment.js';
import type { Machine } from './machine.js';
import type { Native } from './native.js';

/** A variable as it is seen. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  /** Why it is not valid; null where it is. */
  readonly problem: string | null;
  /** What it holds lanestep back from; null where it holds back nothing. */
  readonly note: string | null;
}

interface Seen {
  readonly problem?: string;
  readonly note?: string;
}

const complaint = (read: () => unknown): Seen => {
  try {
    read();
    return {};
  } catch (error) {
    return { problem: (error as Error).message };
  }
};

function instructionSet(value: string, { instructionSets }: Native): Seen {
  if (variable('LANESTEP_BACKEND') === 'wasm')
    return { problem: 'it cannot be had with LANESTEP_BACKEND=wasm, which has one instruction set' };
  if (instructionSets.length === 0) return { problem: 'there is no native addon to have it' };
  const supported = instructionSets.filter(set => set.supported).map(({ name }) => name);
  if (!supported.includes(value))
    return { problem: `expected one that is supported here, ${supported.join(' or ')}` };
  return value === supported[0] ? {} : { note: `${supported[0]} is supported too, and is the best here` };
}

const known: Record<string, (value: string, native: Native, machine: Machine) => Seen> = {
  LANESTEP_BACKEND: (value, { loaded }) => ({
    ...complaint(wantedBackend),
    ...(value === 'wasm' && loaded ? { note: 'the native backend loads, and is not used' } : {}),
    ...(value === 'native' && !loaded
      ? { problem: 'the native backend does not load; an optimizer throws' }
      : {}),
  }),
  LANESTEP_ISA: instructionSet,
  LANESTEP_DISABLE_ISA: () => ({
    note: 'the native backend does not use them',
    ...complaint(disabledInstructionSets),
  }),
  LANESTEP_NUM_THREADS: (value, _, { usable }) => ({
    ...complaint(wantedThreads),
    ...(Number(value) < usable ? { note: `${usable} processors could be used` } : {}),
  }),
};

/** Looks at the variables that begin with LANESTEP_. */
export function variables(native: Native, machine: Machine): Variable[] {
  return variablesBeginning('LANESTEP_').map(name => {
    const value = variable(name)!;
    const { problem = null, note = null } = Object.hasOwn(known, name)
      ? known[name]!(value, native, machine)
      : { note: `lanestep does not know it; it knows ${Object.keys(known).join(', ')}` };
    return { name, value, problem, note: problem === null ? note : null };
  });
}
