/** Runs of the benchmark that never took place, on a machine that drifts like a real one. */
import {
  type CaseResult,
  type Entry,
  type Group,
  type Kind,
  type Machine,
  type Results,
  schema,
} from '../../bench/results.js';

/** mulberry32: numbers from 0 to 1 that repeat. */
export function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const machine: Machine = {
  cpu: 'Example(R) Processor @ 2.50GHz',
  processors: 2,
  caches: { l1d: 32 * 1024, l2: 1024 * 1024, l3: 36 * 1024 * 1024 },
  memory: 8 * 1024 ** 3,
  os: 'Linux 6.1.0 x64',
  virtual: 'KVM',
  node: 'v20.20.2',
  v8: '11.3.244.8-node.38',
  lanestep: '0.1.0',
  commit: '0123456789abcdef0123456789abcdef01234567',
  backend: 'native',
  instructionSet: 'avx512',
  threads: 2,
  load: [0.12, 0.3, 0.25],
};

interface Who {
  readonly contestant: string;
  readonly kind: Kind;
  readonly threads: number;
  /** Seconds: a call, an element that is computed, and whether the memory can be what limits it. */
  readonly call: number;
  readonly element: number;
}

const who = (contestant: string, kind: Kind, call: number, element: number, threads = 1): Who => ({
  contestant,
  kind,
  threads,
  call: call * 1e-9,
  element: element * 1e-9,
});

export const everyone: readonly Who[] = [
  who('native avx512 x1', 'native', 550, 0.62),
  who('native avx512 x2', 'native', 560, 0.31, 2),
  who('native sse2 x1', 'native', 550, 1.9),
  who('wasm', 'wasm', 640, 1.4),
  who('loop', 'loop', 20, 15.5),
  who('textbook', 'textbook', 90, 24),
  who('tfjs-cpu', 'tfjs-cpu', 90_000, 160),
  who('tfjs-wasm', 'tfjs-wasm', 70_000, 6.5),
  who('torch x1', 'torch', 21_000, 0.66),
  who('torch x2', 'torch', 24_000, 0.4, 2),
  who('roof x1', 'roof', 60, 0.05),
  who('roof x2', 'roof', 900, 0.03, 2),
];

/** Of some contestants of a case, by how much its samples are longer: 1.1 for a tenth. */
export type Slowdown = (id: string, contestant: string) => number;

export interface Making {
  seed?: number;
  rounds?: number;
  /** How much a sample differs by chance, as a share of it. */
  noise?: number;
  /** What the machine does to all alike: the k-th round of a case takes so many times as long. */
  drift?: (round: number, id: string) => number;
  slowdown?: Slowdown;
  who?: readonly Who[];
  cases?: readonly Shape[];
  machine?: Partial<Machine>;
}

/** What a case is made from. */
export interface Shape {
  readonly id: string;
  readonly group: Group;
  readonly name: string;
  readonly optimizer: string;
  readonly options?: Record<string, unknown>;
  readonly dtype?: 'float32' | 'float64';
  readonly tensors?: number;
  readonly length: number;
  /** Arrays that are written. */
  readonly written?: number;
  /** How many times as much there is to compute as for Adam. */
  readonly work?: number;
  readonly detail?: string;
  /** Only lanestep on its best instruction set and one thread, and on WebAssembly. */
  readonly ownOnly?: boolean;
}

const power = (n: number): string => `1e${Math.log10(n)}`;

export const adam = (length: number, dtype: 'float32' | 'float64' = 'float32'): Shape => ({
  id: `Adam/${dtype}/${power(length)}`,
  group: 'sizes',
  name: 'Adam',
  optimizer: 'Adam',
  dtype,
  length,
});

const other = (name: string, written: number, work: number, length: number): Shape => ({
  id: `${name.replace(' ', '+')}/float32/${power(length)}`,
  group: 'sizes',
  name,
  optimizer: name.split(' ')[0]!,
  ...(name.includes(' ') ? { options: { [name.split(' ')[1]!]: true } } : {}),
  length,
  written,
  work,
});

const tensors = (many: number, length: number): Shape => ({
  ...adam(length),
  id: `Adam/float32/${many}x${length}`,
  group: 'tensors',
  tensors: many,
});

const stage = (name: string, options: Record<string, unknown>, work: number): Shape => ({
  ...adam(1e6),
  id: `Adam/float32/1e6/${name}`,
  ownOnly: true,
  group: 'stages',
  detail: name,
  options,
  work,
});

const call = (id: string, detail: string, shape: Shape, work: number): Shape => ({
  ...shape,
  id: `${shape.id}/${id}`,
  ownOnly: true,
  group: 'calls',
  detail,
  work,
});

export const wholeRun: readonly Shape[] = [
  ...[1e2, 1e3, 1e4, 1e5, 1e6, 1e7].flatMap(n => [adam(n), adam(n, 'float64')]),
  ...[1e2, 1e4, 1e6].flatMap(n => [
    other('SGD', 1, 0.2, n),
    other('SGD momentum', 2, 0.3, n),
    other('RMSprop', 2, 0.8, n),
    other('Adagrad', 2, 0.7, n),
    other('Adadelta', 3, 1.3, n),
    other('Adam amsgrad', 4, 1.1, n),
    other('AdamW', 3, 1, n),
    other('Rprop', 2, 0.4, n),
  ]),
  tensors(1000, 100),
  tensors(300, 1e4),
  stage('plain', {}, 1),
  stage('weightDecay', { weightDecay: 0.01 }, 1.08),
  stage('gradientScale', { gradientScale: 0.5 }, 1.05),
  stage('maximize', { maximize: true }, 1.04),
  call('one', 'one element', adam(1), 1),
  call('same', 'the same gradient arrays', tensors(1000, 100), 1),
  call('first', 'first step after creation', tensors(1000, 100), 3),
  call('new', 'new gradient arrays at each step', tensors(1000, 100), 1.3),
];

// Bytes a second out of each memory, for one thread.
const bandwidth = (bytes: number): number =>
  bytes < 32e3 ? 150e9 : bytes < 1e6 ? 70e9 : bytes < 36e6 ? 30e9 : 13e9;

function caseOf(shape: Shape, making: Making, chance: () => number): CaseResult {
  const { noise = 0.01, rounds = 9, drift = () => 1, slowdown = () => 1 } = making;
  const dtype = shape.dtype ?? 'float32';
  const width = dtype === 'float32' ? 4 : 8;
  const many = shape.tensors ?? 1;
  const elements = many * shape.length;
  const bytes = elements * width * (2 * (shape.written ?? 3) + 1);
  const entry = ({ contestant, kind, threads, call, element }: Who): Entry => {
    const moving = bytes / (bandwidth(bytes / 2) * (1 + 0.9 * (threads - 1)));
    const perTensor = kind === 'native' ? 10e-9 : kind === 'roof' ? 4e-9 : call / 4;
    const computing =
      elements * element * (width / 4) * (kind === 'roof' ? 1 : (shape.work ?? 1)) +
      call +
      (many - 1) * perTensor;
    const seconds = Math.max(computing, moving) * slowdown(shape.id, contestant);
    return {
      contestant,
      kind,
      threads,
      samples: Array.from(
        { length: rounds },
        (_, k) =>
          seconds * drift(k, shape.id) * (1 + noise * (chance() + chance() + chance() + chance() - 1.2)),
      ),
      steps: 1000,
      checked: kind === 'roof' ? 'nothing' : /tfjs|torch|textbook/.test(kind) ? 'numbers' : 'bits',
      ulps: kind === 'roof' ? null : kind === 'tfjs-wasm' ? 5321 : kind === 'loop' ? 1.5 : 2.25,
    };
  };
  const length = shape.length.toLocaleString('en');
  const list = many > 1 ? `${many} tensors of ${length}` : `one tensor of ${length}`;
  return {
    id: shape.id,
    group: shape.group,
    title: [shape.name, dtype, list, ...(shape.detail ? [shape.detail] : [])].join(', '),
    optimizer: shape.optimizer,
    options: shape.options ?? {},
    dtype,
    tensors: many,
    elements,
    bytes,
    entries: (making.who ?? everyone)
      .filter(({ contestant }) => !shape.ownOnly || /^(native avx512 x1|wasm)$/.test(contestant))
      .filter(({ kind }) => dtype === 'float32' || !kind.startsWith('tfjs'))
      .filter(({ kind }) => shape.name !== 'Rprop' || !/tfjs|torch/.test(kind))
      .map(entry),
  };
}

/** A whole run, the same for the same seed. */
export function results(making: Making = {}): Results {
  const chance = random(making.seed ?? 1);
  return {
    schema: schema.name,
    version: schema.version,
    date: '2026-11-22T17:10:00.000Z',
    quick: false,
    machine: { ...machine, ...making.machine },
    absent: [{ contestant: 'neon', reason: 'the processor is not an Arm' }],
    cases: (making.cases ?? wholeRun).map(shape => caseOf(shape, making, chance)),
  };
}
