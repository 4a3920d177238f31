/** Constructing optimizers, rightly and wrongly. */
import fc from 'fast-check';
import { defaultsOf } from '../../../src/rule.js';
import type { FloatArray } from '../../../src/types.js';
import { everyOptimizer } from '../../every-optimizer.js';
import { drawOptions } from '../../random/draw.js';
import type { Generator } from '../../random/generator.js';
import { option } from '../../random/scene.js';
import { type Options, Twin, zeros } from '../../random/twin.js';
import { fill, kinds } from '../../random/values.js';
import { command } from '../command.js';
import { held, memoryKinds, transfer } from '../memory.js';
import { must } from '../outcome.js';
import { type Any, type Shape, Subject } from '../subject.js';

const shapes: readonly Shape[] = ['list', 'record', 'groups'];

function drawArrays(count: number, random: Generator): FloatArray[] {
  const mixed = random.chance(0.3);
  const one = random.pick(['float32', 'float64'] as const);
  return Array.from({ length: count }, () => {
    const dtype = mixed ? random.pick(['float32', 'float64'] as const) : one;
    const array = zeros(dtype, random.chance(0.03) ? 0 : 1 + random.below(random.chance(0.1) ? 300 : 40));
    fill(array, random.weighted(kinds), random);
    return array;
  });
}

/** The dimensions of a tensor. By its length alone, so that what fits in length fits in shape: a matrix where that can be. */
function dimensionsOf({ length }: FloatArray): readonly number[] {
  for (let rows = Math.floor(Math.sqrt(length)); rows > 1; rows--) {
    if (length % rows === 0) return [rows, length / rows];
  }
  return [length];
}

/** The options of an optimizer out of those of its twin: every schedule may fail. */
function failing(subject: Subject, options: Options): Options {
  const wrapped = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(wrapped)
      : typeof value === 'function'
        ? subject.failing(value as (t: number) => number)
        : value;
  return Object.fromEntries(Object.entries(options).map(([key, value]) => [key, wrapped(value)]));
}

function drawSubject(random: Generator): { subject: Subject; options: Options[] } {
  const entry = random.pick(everyOptimizer);
  const shape = random.pick(shapes);
  const groups = shape === 'groups' ? 1 + random.below(2) : 1;
  // Few shapes, so that the states of one optimizer often fit another.
  const arrays = drawArrays(groups + random.below(2), random);
  const options = Array.from({ length: groups }, () =>
    Object.fromEntries(
      Object.entries(drawOptions(entry.rule, defaultsOf(entry.rule), 'float32', random)).map(
        ([key, planned]) => [key, option(planned)],
      ),
    ),
  );
  const tensors = arrays.map((p, i) => ({
    name: shape === 'list' ? String(i) : `t${i}`,
    group: Math.min(i, groups - 1),
    p,
    shape: dimensionsOf(p),
  }));
  const kind = random.weighted(memoryKinds);
  const params = held(arrays, kind, random);
  arrays.forEach((array, i) => {
    params[i]!.array.set(array);
  });
  const subject = new Subject(entry, shape, kind, new Twin(entry.rule, tensors, options), params);
  return { subject, options: options.map(own => failing(subject, own)) };
}

function construct(subject: Subject, options: readonly Options[], backend: string, change: Any = {}): Any {
  const { entry, params, shape } = subject;
  const arrays = params.map(({ array }) => array);
  const shapes = subject.shaped(arrays.map(dimensionsOf), null);
  if (shape !== 'groups')
    return entry.make(subject.shaped(arrays, null), { backend, shapes, ...options[0], ...change });
  const own = options.map((of, g) => ({ ...of, shapes: shapes[g] }));
  return entry.make(subject.shaped(arrays, own), { backend, ...change });
}

const backends = ['native', 'native', 'native', 'wasm'] as const;

export const constructs = command('construct', fc.constantFrom(...backends), (world, backend, random) => {
  const { subject, options } = drawSubject(random);
  subject.optimizer = must('new', null, () => construct(subject, options, backend));
  world.add(subject);
});

/** What may be wrong: the code, and a call that must be refused with it. */
const wrongs: Record<string, readonly [string, (backend: string, random: Generator) => void]> = {
  'unknown option': ['OPTION', attempt({ learningRate: 1 })],
  'option out of range': ['OPTION', attempt({ lr: Number.NaN })],
  'option of another type': ['OPTION', attempt({ lr: '1' })],
  'schedule that throws': ['mine', attemptFailing('throws')],
  'schedule out of range': ['OPTION', attemptFailing('is out of range')],
  'memory taken away': ['DETACHED', attemptWith(array => [gone(array)])],
  'same array twice': ['ALIAS', attemptWith(array => [array, array])],
  'arrays that overlap': ['ALIAS', attemptWith(array => [array, array.subarray(array.length - 1)])],
  'no float array': ['DTYPE', attemptWith(array => [array, new Int32Array(3)])],
  'resizable memory': [
    'RESIZABLE',
    attemptWith(() => [new Float32Array(new (ArrayBuffer as Any)(8, { maxByteLength: 16 }))]),
  ],
  'growable memory': [
    'RESIZABLE',
    attemptWith(() => [new Float32Array(new (SharedArrayBuffer as Any)(8, { maxByteLength: 16 }))]),
  ],
  nothing: ['SHAPE', attemptWith(() => [])],
  'one array for a list': ['SHAPE', attemptWith(array => array)],
};

function attempt(change: object): (backend: string, random: Generator) => void {
  return (backend, random) => {
    const { subject, options } = drawSubject(random);
    construct(subject, options, backend, change);
    // The options of a group go before those of the optimizer, which are then never looked at.
    if (subject.shape === 'groups') subject.entry.make([new Float32Array(1)], { backend, ...change });
  };
}

function attemptFailing(fault: Subject['fault']): (backend: string, random: Generator) => void {
  return (backend, random) => {
    const { subject } = drawSubject(random);
    subject.fault = fault;
    subject.entry.make([new Float32Array(1)], { backend, lr: subject.failing(() => 1) });
  };
}

function attemptWith(params: (array: Float32Array) => unknown): (backend: string, random: Generator) => void {
  return (backend, random) => {
    random.pick(everyOptimizer).make(params(new Float32Array(1 + random.below(9))), { backend });
  };
}

function gone(array: Float32Array): Float32Array {
  transfer(array);
  return array;
}

export const constructsWrongly = command(
  'constructWrongly',
  fc.tuple(fc.constantFrom(...Object.keys(wrongs)), fc.constantFrom(...backends)),
  (_, [name, backend], random) => {
    const [code, call] = wrongs[name]!;
    must(`new with ${name}`, code, () => call(backend, random));
  },
);
