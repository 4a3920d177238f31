/** Everyone who may take part, and in which process. */
import type { Kind } from '../results.js';

/** Someone who takes part throughout a run. */
export interface Contestant {
  /** `native avx512 x1`, `wasm`, `loop`, `roof x2`. */
  readonly name: string;
  readonly kind: Kind;
  readonly threads: number;
  /** The instruction set of a native one. */
  readonly instructionSet?: string;
  /** Its file in this folder; null for the one that is a program of its own. */
  readonly file: string | null;
  /** Whether its process may serve a whole run: it is no JavaScript, or its own code sees the same at every optimizer. */
  readonly lasting: boolean;
  /** The environment that its process needs. */
  readonly env: Readonly<Record<string, string>>;
}

// Those whose call sites would see the objects of one optimizer after another's.
const fresh: readonly Kind[] = ['native', 'wasm', 'loop', 'textbook'];

const one = (kind: Kind, file: string | null = kind, env: Record<string, string> = {}): Contestant => ({
  name: kind,
  kind,
  threads: 1,
  file,
  lasting: !fresh.includes(kind),
  env,
});

const threaded = (contestant: Contestant, threads: number): Contestant => ({
  ...contestant,
  name: `${contestant.name} x${threads}`,
  threads,
});

/**
 * @param instructionSets those that the processor and the addon have, best first; none where there is no addon
 * @param threads how many threads to try beside one, ascending
 */
export function everyone(instructionSets: readonly string[], threads: readonly number[]): Contestant[] {
  const native = (set: string): Contestant => ({
    ...one('native', 'lanestep', { LANESTEP_BACKEND: 'native', LANESTEP_ISA: set }),
    name: `native ${set}`,
    instructionSet: set,
  });
  const all = [1, ...threads];
  return [
    ...instructionSets.flatMap((set, i) => (i === 0 ? all : [1]).map(n => threaded(native(set), n))),
    one('wasm', 'lanestep', { LANESTEP_BACKEND: 'wasm', LANESTEP_ISA: '' }),
    one('loop'),
    one('textbook'),
    one('tfjs-cpu'),
    one('tfjs-wasm'),
    ...all.map(n => threaded(one('torch', null), n)),
    ...all.map(n => threaded(one('roof'), n)),
  ];
}
