/** Checkpoints that are damaged, or another optimizer's; paths that lead nowhere; and options and bytes that are none. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import vm from 'node:vm';
import { afterAll } from 'vitest';
import { crc32 } from '../../src/checkpoint/crc32.js';
import { type Entry, Heading } from '../../src/checkpoint/header.js';
import { Adam, MovingAverage, SGD } from '../../src/index.js';
import { detach, f32, f64 } from './arrays.js';
import {
  type Backend,
  type Case,
  type Chapter,
  chapter,
  raise,
  type Scene,
  type Wrong,
  yielding,
} from './case.js';
import { newGrads, newParams, type Training, training } from './scenes.js';

/** A checkpoint taken apart: what its header says, and the data. */
interface Parts {
  readonly metadata: Record<string, string>;
  readonly entries: Entry[];
  data: Uint8Array;
}

function apart(bytes: Uint8Array): Parts {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { __metadata__: metadata, ...fields } = JSON.parse(
    new TextDecoder().decode(bytes.subarray(8, 8 + length)),
  );
  delete metadata.data_crc32;
  delete metadata.header_crc32;
  const entries = Object.entries<Wrong>(fields).map(
    ([
      name,
      {
        dtype,
        shape,
        data_offsets: [begin, end],
      },
    ]) => ({
      name,
      dtype,
      shape,
      begin,
      end,
    }),
  );
  return { metadata, entries, data: bytes.slice(8 + length) };
}

/** The same with something changed, whole again: only what it says is wrong. */
function changed(
  change: (parts: Wrong, entry: (name: string) => Wrong) => unknown,
): (bytes: Uint8Array) => Uint8Array {
  return bytes => {
    const parts = apart(bytes);
    change(parts, name => parts.entries.find(entry => entry.name === name)!);
    const header = new Heading(parts.entries, parts.metadata).sealed(crc32(parts.data));
    return Uint8Array.from([...header, ...parts.data]);
  };
}

const turned = (at: (bytes: Uint8Array) => number) => (bytes: Uint8Array) => {
  bytes[at(bytes)]! ^= 16;
  return bytes;
};
const dataAt = (bytes: Uint8Array) => 8 + Number(new DataView(bytes.buffer).getBigUint64(0, true));
const text = (of: string) => new TextEncoder().encode(of);
const groupsOf = (parts: Parts, change: (groups: Wrong) => unknown) => {
  const groups = JSON.parse(parts.metadata['param_groups']!);
  change(groups);
  parts.metadata['param_groups'] = JSON.stringify(groups);
};

type Row = readonly [
  title: string,
  outcome: 'CHECKPOINT' | 'STATE',
  make: (bytes: Uint8Array, scene: Training) => Uint8Array,
  ...says: string[],
];

const files: readonly Row[] = [
  ['nothing', 'CHECKPOINT', () => new Uint8Array(0), 'a whole checkpoint', 'it has 0 bytes'],
  ['seven bytes', 'CHECKPOINT', bytes => bytes.slice(0, 7), 'it has 7 bytes'],
  ['the length of a header alone', 'CHECKPOINT', bytes => bytes.slice(0, 8), 'its header should have'],
  ['half a header', 'CHECKPOINT', bytes => bytes.slice(0, dataAt(bytes) / 2), 'its header should have'],
  ['a header alone', 'CHECKPOINT', bytes => bytes.slice(0, dataAt(bytes)), 'it has 0 bytes of data'],
  ['all but the last byte', 'CHECKPOINT', bytes => bytes.slice(0, -1), 'bytes of data in place of'],
  ['a byte too many', 'CHECKPOINT', bytes => Uint8Array.from([...bytes, 0]), 'bytes of data in place of'],
  ['a header of 2^63 bytes', 'CHECKPOINT', turned(() => 7), 'its header should have'],
  ['a header that is a byte off', 'CHECKPOINT', turned(() => 0), 'a whole checkpoint'],
  ['a bit of the header turned', 'CHECKPOINT', turned(bytes => dataAt(bytes) - 40), 'a whole checkpoint'],
  ['the first bit of the data turned', 'CHECKPOINT', turned(dataAt), 'data of the checksum'],
  [
    'the last bit of the data turned',
    'CHECKPOINT',
    turned(({ length }) => length - 1),
    'data of the checksum',
  ],
  [
    'a text',
    'CHECKPOINT',
    () => text('these are not the numbers that you are looking for'),
    'its header should have',
  ],
  [
    'a state as JSON',
    'CHECKPOINT',
    (_, { optimizer }) => text(JSON.stringify(optimizer.stateDict())),
    'its header',
  ],
  [
    'a safetensors file of somebody else',
    'CHECKPOINT',
    () => {
      const json = text('{"w":{"dtype":"F32","shape":[5],"data_offsets":[0,20]}}');
      const bytes = new Uint8Array(8 + json.length + 20);
      new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
      bytes.set(json, 8);
      return bytes;
    },
    'no checksums of lanestep',
  ],
  [
    'another format',
    'CHECKPOINT',
    changed(({ metadata }) => (metadata.lanestep = '2')),
    'a checkpoint of format 1',
    '"2"',
  ],
  ['no format', 'CHECKPOINT', changed(({ metadata }) => delete metadata.lanestep), 'format 1', 'undefined'],
  ['no groups', 'CHECKPOINT', changed(({ metadata }) => delete metadata.param_groups), 'param_groups'],
  [
    'groups that are no JSON',
    'CHECKPOINT',
    changed(({ metadata }) => (metadata.param_groups = '[')),
    'param_groups',
  ],
  ['steps that are no JSON', 'CHECKPOINT', changed(({ metadata }) => (metadata.steps = 'two')), 'steps'],
  ['a gap in the data', 'CHECKPOINT', changed(({ entries }) => entries.shift()), 'begins at'],
  [
    'two arrays over the same data',
    'CHECKPOINT',
    changed((_, entry) =>
      Object.assign(entry('w'), { begin: entry('w').begin - 4, end: entry('w').end - 4 }),
    ),
    'begins at',
  ],
  [
    'a shape that is not that of its bytes',
    'CHECKPOINT',
    changed((_, entry) => (entry('w').shape = [6])),
    '"w"',
    'in place of 24',
  ],
  ['a type of nobody', 'CHECKPOINT', changed((_, entry) => (entry('w').dtype = 'F31')), '"w"', 'dtype'],
  [
    "another optimizer's",
    'STATE',
    (_, { backend }) => {
      const other = new SGD(newParams(), { backend });
      other.step(newGrads());
      return other.serialize();
    },
    'a checkpoint of adam',
    '"sgd"',
  ],
  [
    "a moving average's",
    'STATE',
    (_, { backend }) => new MovingAverage(newParams(), { backend }).serialize(),
    'a checkpoint of adam',
    '"average"',
  ],
  ['nobody knows whose', 'STATE', changed(({ metadata }) => delete metadata.optimizer), 'undefined'],
  [
    'that of other names',
    'STATE',
    (_, { backend }) => {
      const { w, b } = newParams();
      return new Adam({ u: w, v: b }, { backend, amsgrad: true }).serialize();
    },
    '"v"',
  ],
  [
    'that of other lengths',
    'STATE',
    (_, { backend }) => new Adam({ w: f32(1), b: f64(1, 2, 3) }, { backend, amsgrad: true }).serialize(),
    'params.w',
    'Float32Array(5)',
  ],
  [
    'that of other types',
    'STATE',
    (_, { backend }) =>
      new Adam({ w: f64(1, 2, 3, 4, 5), b: f64(1, 2, 3) }, { backend, amsgrad: true }).serialize(),
    'params.w',
    'Float32Array(5)',
  ],
  [
    'that of some of the parameters',
    'STATE',
    (_, { backend }) => new Adam({ w: newParams().w }, { backend, amsgrad: true }).serialize(),
    'params.b',
    'got none',
    'params: false',
  ],
  ['an array too many', 'STATE', changed((_, entry) => (entry('w').name = 'c')), '"c" in it'],
  [
    'a slot under another name',
    'STATE',
    changed((_, entry) => (entry('state.w.exp_avg').name = 'state.w.exp_inf')),
    '"state.w.exp_inf"',
  ],
  ['no step count', 'STATE', changed((_, entry) => (entry('state.w.step').name = 'c')), '"c" in it'],
  [
    'a step count of two',
    'STATE',
    changed((_, entry) => Object.assign(entry('state.w.step'), { dtype: 'F32', shape: [2] })),
    'state.w.step',
    'one number',
  ],
  [
    'half a step',
    'STATE',
    changed(({ data }, entry) =>
      new DataView(data.buffer).setFloat64(entry('state.w.step').begin, 1.5, true),
    ),
    'state["w"].step',
    '1.5',
  ],
  ['negative steps', 'STATE', changed(({ metadata }) => (metadata.steps = '-1')), 'steps', '-1'],
  ['steps that are a list', 'STATE', changed(({ metadata }) => (metadata.steps = '[2]')), 'steps'],
  [
    'groups that are an object',
    'STATE',
    changed(({ metadata }) => (metadata.param_groups = '{}')),
    'param_groups',
  ],
  ['two groups', 'STATE', changed(parts => groupsOf(parts, groups => groups.push(groups[0]))), 'a list of 1'],
  [
    'an option out of range',
    'STATE',
    changed(parts => groupsOf(parts, ([group]) => (group.eps = -1))),
    'param_groups[0]',
    'eps',
  ],
  [
    'an unknown option',
    'STATE',
    changed(parts => groupsOf(parts, ([group]) => (group.momentum = 0))),
    'param_groups[0]',
    '"momentum"',
  ],
  [
    'a name of the language among the options',
    'STATE',
    changed(
      ({ metadata }) =>
        (metadata.param_groups = metadata.param_groups.replace('{', '{"__proto__":{"lr":9},')),
    ),
    'param_groups[0]',
    '"__proto__"',
  ],
];

/** An optimizer, and a folder with an old file in it: both are to stay as they are. */
interface Shelf extends Training {
  readonly folder: string;
  readonly file: string;
}

const folders: string[] = [];
// Whoever runs the tests ends their processes by a signal, so there is no exit to wait for.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function shelf(backend: Backend, waits = false): Shelf {
  const scene = training(backend, { waits });
  const folder = mkdtempSync(join(tmpdir(), 'lanestep-bad-'));
  folders.push(folder);
  const file = join(folder, 'old');
  writeFileSync(file, scene.optimizer.serialize({ params: false }));
  mkdirSync(join(folder, 'sub'));
  const tell = () => [scene.tell(), readdirSync(folder).sort(), readFileSync(file)];
  return { ...scene, folder, file, tell };
}

/** A checkpoint of an optimizer that is further: nothing of it must be taken. */
function goodBytes({ backend }: Training): Uint8Array {
  const params = newParams();
  const other = new Adam(params, { backend, amsgrad: true, lr: 0.5, eps: 0.125 });
  for (let t = 0; t < 5; t++) other.step(newGrads());
  const bytes = other.serialize();
  other.dispose();
  return bytes;
}

/** A file of the scene with these bytes. */
const written = ({ folder }: Shelf, bytes: Uint8Array): string => {
  const path = join(folder, 'sub', 'given');
  writeFileSync(path, bytes);
  return path;
};

const damaged = (['deserialize', 'load'] as const).flatMap(way =>
  files.map(
    ([title, outcome, make, ...says]): Case<Shelf> => ({
      title: `${title}, by ${way}`,
      outcome,
      says,
      attempt: scene => {
        const bytes = make(goodBytes(scene), scene);
        if (way === 'deserialize') return () => scene.optimizer.deserialize(bytes);
        const path = written(scene, bytes);
        return () => scene.optimizer.load(path);
      },
    }),
  ),
);

const wanting: Case<Shelf>[] = (['deserialize', 'load'] as const).map(way => ({
  title: `parameters that are wanted and not there, by ${way}`,
  outcome: 'STATE',
  says: ['params.w', 'got none'],
  attempt: scene => {
    const bytes = scene.optimizer.serialize({ params: false });
    const path = written(scene, bytes);
    return () =>
      way === 'load'
        ? scene.optimizer.load(path, { params: true })
        : scene.optimizer.deserialize(bytes, { params: true });
  },
}));

const noBytes: Case<Shelf>[] = (
  [
    ['nothing', () => undefined, 'got undefined'],
    ['null', () => null, 'got null'],
    ['a text', () => 'checkpoint', 'got "checkpoint"'],
    ['an ArrayBuffer', bytes => bytes.buffer, 'got an object'],
    ['a DataView', bytes => new DataView(bytes.buffer), 'got an object'],
    ['a list', bytes => [...bytes], 'got an array of'],
    ['floats', () => f32(1, 2), 'got Float32Array(2)'],
    ['clamped bytes', bytes => new Uint8ClampedArray(bytes), 'got Uint8ClampedArray'],
    ['a Proxy', bytes => new Proxy(bytes, {}), 'got an object'],
    ['a promise', async bytes => bytes, 'got a promise'],
    ['a state', () => ({ state: {}, param_groups: [] }), 'got an object'],
  ] as [string, (bytes: Uint8Array) => unknown, string][]
).map(([title, make, got]) => ({
  title: `${title} for bytes`,
  outcome: 'OPTION',
  says: ['Expected bytes to be a Uint8Array', got],
  attempt: scene => {
    const wrong = make(goodBytes(scene));
    return () => scene.optimizer.deserialize(wrong);
  },
}));

const goneBytes: Case<Shelf>[] = [
  {
    title: 'bytes whose memory is gone',
    outcome: 'CHECKPOINT',
    says: ['Expected bytes to keep their memory'],
    attempt: scene => {
      const bytes = goodBytes(scene);
      detach(bytes);
      return () => scene.optimizer.deserialize(bytes);
    },
  },
  {
    title: 'bytes of another realm whose memory is gone, with a false length',
    outcome: 'CHECKPOINT',
    says: ['Expected bytes to keep their memory'],
    attempt: scene => {
      const bytes = vm.runInNewContext('new Uint8Array(99)');
      Object.defineProperty(bytes, 'length', { value: 99 });
      detach(bytes);
      return () => scene.optimizer.deserialize(bytes);
    },
  },
  {
    title: 'bytes that are taken by who is told how far it is',
    outcome: 'CHECKPOINT',
    says: ['bytes', 'keep their memory'],
    attempt: scene => {
      const bytes = goodBytes(scene);
      return () => scene.optimizer.deserialize(bytes, { onProgress: () => bytes.length && detach(bytes) });
    },
  },
  {
    title: 'bytes that are taken by a schedule',
    outcome: 'CHECKPOINT',
    says: ['bytes', 'keep their memory'],
    attempt: scene => {
      const bytes = goodBytes(scene);
      return () => {
        scene.schedule.now = t => yielding(0.1 / t, () => bytes.length && detach(bytes));
        try {
          scene.optimizer.deserialize(bytes);
        } finally {
          scene.schedule.now = null;
        }
      };
    },
  },
  ...(['deserialize', 'load'] as const).map(
    (way): Case<Shelf> => ({
      title: `a parameter that is taken by who is told how far ${way} is`,
      outcome: 'DETACHED',
      says: ['params.w', 'live arrays'],
      loses: ['params.w'],
      attempt: scene => {
        const bytes = goodBytes(scene);
        const path = written(scene, bytes);
        const { w } = scene.params;
        const options = { onProgress: () => w.length && detach(w) };
        return () => scene.optimizer[way](way === 'load' ? path : bytes, options);
      },
    }),
  ),
  ...(['serialize', 'save'] as const).map(
    (way): Case<Shelf> => ({
      title: `a parameter that was taken before ${way}`,
      outcome: 'DETACHED',
      says: ['params.b', 'live arrays'],
      loses: ['params.b'],
      attempt: scene => {
        detach(scene.params.b);
        return () => (way === 'save' ? scene.optimizer.save(scene.file) : scene.optimizer.serialize());
      },
    }),
  ),
];

/** All four, with options; where they save it is to the old file. */
const four: Record<string, (scene: Shelf, bytes: Uint8Array, options: unknown) => unknown> = {
  serialize: ({ optimizer }, _, options) => optimizer.serialize(options),
  deserialize: ({ optimizer }, bytes, options) => optimizer.deserialize(bytes, options),
  save: ({ optimizer, file }, _, options) => optimizer.save(file, options),
  load: (scene, bytes, options) => scene.optimizer.load(written(scene, bytes), options),
};

const wrongOptions: [string, unknown, ...string[]][] = [
  ['null', null, 'options', 'got null'],
  ['a number', 1, 'options', 'got 1'],
  ['true', true, 'options', 'got true'],
  ['a function', () => {}, 'options', 'got a function'],
  ['a list', [], 'options', 'an array of 0'],
  ['a Map', new Map([['params', false]]), 'options', 'an object'],
  ['a promise', Promise.resolve({ params: false }), 'options', 'a promise'],
  ['an unknown name', { param: true }, 'params, onProgress', '"param"'],
  ['__proto__', JSON.parse('{"__proto__": 1}'), 'params, onProgress', '"__proto__"'],
  ['a number for params', { params: 1 }, 'true or false for params', 'got 1'],
  ['null for params', { params: null }, 'true or false for params', 'got null'],
  ['a list for params', { params: ['w'] }, 'true or false for params', 'an array of 1'],
  ['a text for onProgress', { onProgress: 'log' }, 'a function for onProgress', '"log"'],
  ['null for onProgress', { onProgress: null }, 'a function for onProgress', 'got null'],
];

const options: Case<Shelf>[] = Object.entries(four).flatMap(([way, run]) => [
  ...wrongOptions.map(
    ([title, wrong, ...says]): Case<Shelf> => ({
      title: `${title}, by ${way}`,
      outcome: 'OPTION',
      says,
      attempt: scene => {
        const bytes = goodBytes(scene);
        return () => run(scene, bytes, wrong);
      },
    }),
  ),
  {
    title: `an onProgress that throws, by ${way}`,
    outcome: 'mine' as const,
    says: [],
    attempt: (scene: Shelf) => {
      const bytes = goodBytes(scene);
      return () => run(scene, bytes, { onProgress: raise });
    },
  },
  {
    title: `a getter of the options that throws, by ${way}`,
    outcome: 'mine' as const,
    says: [],
    attempt: (scene: Shelf) => {
      const bytes = goodBytes(scene);
      return () =>
        run(scene, bytes, {
          get params() {
            return raise();
          },
        });
    },
  },
]);

const noPaths: [string, (scene: Shelf) => unknown, 'OPTION' | 'FILE', ...string[]][] = [
  ['nothing', () => undefined, 'OPTION', 'path', 'got undefined'],
  ['null', () => null, 'OPTION', 'path', 'got null'],
  ['a number', () => 3, 'OPTION', 'path', 'got 3'],
  ['an empty text', () => '', 'OPTION', 'path', 'got ""'],
  ['a text with a zero in it', ({ folder }) => `${folder}/a\0b`, 'OPTION', 'path'],
  ['a list', ({ file }) => [file], 'OPTION', 'path', 'an array of 1'],
  ['a Buffer', ({ file }) => Buffer.from(file), 'OPTION', 'path', 'an object'],
  ['an object like a URL', ({ file }) => ({ ...pathToFileURL(file) }), 'OPTION', 'path', 'an object'],
  ['a promise', async ({ file }) => file, 'OPTION', 'path', 'a promise'],
  ['a URL of the web', () => new URL('https://example.org/checkpoint'), 'FILE', 'file: URL', 'example.org'],
  ['a URL of data', () => new URL('data:,checkpoint'), 'FILE', 'file: URL'],
  ['a folder', ({ folder }) => join(folder, 'sub'), 'FILE', 'to be a file, and it is none'],
  ['a URL of a folder', ({ folder }) => pathToFileURL(join(folder, 'sub')), 'FILE', 'to be a file'],
  ['a file within a file', ({ file }) => join(file, 'new'), 'FILE', 'ENOTDIR'],
  ['a file in a folder that is not there', ({ folder }) => join(folder, 'none', 'new'), 'FILE', 'ENOENT'],
  ['a name that is too long', ({ folder }) => join(folder, 'n'.repeat(300)), 'FILE', 'ENAMETOOLONG'],
];

const places: Case<Shelf>[] = (['save', 'load'] as const).flatMap(way => [
  ...noPaths.map(
    ([title, make, outcome, ...says]): Case<Shelf> => ({
      title: `${title}, by ${way}`,
      outcome,
      says,
      attempt: scene => {
        const path = make(scene);
        return () => scene.optimizer[way](path);
      },
    }),
  ),
]);

const absent: Case<Shelf> = {
  title: 'a file that is not there, by load',
  outcome: 'FILE',
  says: ['Expected to load', 'ENOENT'],
  attempt:
    ({ optimizer, folder }) =>
    () =>
      optimizer.load(join(folder, 'new')),
};

/** What a schedule does while a checkpoint is read: it stays in its place, and is asked. */
const scheduled: Case<Shelf>[] = (['deserialize', 'load'] as const).flatMap(way => {
  const reading =
    (now: () => unknown): Case<Shelf>['attempt'] =>
    scene => {
      const bytes = goodBytes(scene);
      const path = written(scene, bytes);
      return async () => {
        scene.schedule.now = now;
        try {
          await scene.optimizer[way](way === 'load' ? path : bytes);
        } finally {
          scene.schedule.now = null;
        }
      };
    };
  return [
    {
      title: `a schedule that throws, by ${way}`,
      outcome: 'STATE',
      says: ['param_groups[0]', 'mine'],
      attempt: reading(raise),
    },
    {
      title: `a schedule that gives no number, by ${way}`,
      outcome: 'STATE',
      says: ['param_groups[0]', 'lr(5)', 'NaN'],
      attempt: reading(() => Number.NaN),
    },
  ] as Case<Shelf>[];
});

/** Names that a checkpoint has another use for. */
function names(backend: Backend): Chapter {
  interface Named extends Scene {
    readonly optimizer: Wrong;
  }
  return chapter<Named>({
    title: 'a checkpoint of names that are taken',
    begin: () => {
      const params = { w: f32(1, 2), 'state.w.exp_avg': f32(3) };
      const optimizer: Wrong = new Adam(params, { backend });
      const goOn = () => optimizer.step({ w: f32(1, 1), 'state.w.exp_avg': f32(1) });
      goOn();
      return { optimizer, arrays: { ...params }, tell: () => optimizer.stateDict(), goOn };
    },
    cases: [
      {
        title: 'serialize',
        outcome: 'STATE',
        says: ['params', '"state.w.exp_avg"', 'params: false'],
        attempt:
          ({ optimizer }) =>
          () =>
            optimizer.serialize(),
      },
      {
        title: 'save',
        outcome: 'STATE',
        says: ['params', '"state.w.exp_avg"', 'params: false'],
        attempt:
          ({ optimizer }) =>
          () =>
            optimizer.save(join(tmpdir(), 'lanestep-never-there')),
      },
    ],
  });
}

/** A moving average, whose values are what an optimizer's parameters are. */
function averages(backend: Backend): Chapter {
  interface Averaged extends Scene {
    readonly average: Wrong;
  }
  const begin = (): Averaged => {
    const params: Record<string, Float32Array> = { w: f32(1, 2) };
    const average: Wrong = new MovingAverage(params, { backend, decay: 0.5 });
    let t = 0;
    const goOn = () => {
      params['w'] = f32(++t, 7);
      average.update();
    };
    goOn();
    return { average, arrays: { w: average.values.w }, tell: () => average.stateDict(), goOn };
  };
  const rows: [string, Case['outcome'], (average: Wrong) => unknown, ...string[]][] = [
    [
      "an optimizer's",
      'STATE',
      () => new Adam({ w: f32(1, 2) }, { backend }).serialize(),
      'average',
      '"adam"',
    ],
    [
      'one of other lengths',
      'STATE',
      () => new MovingAverage({ w: f32(1) }, { backend }).serialize(),
      'values.w',
    ],
    ['one that is cut', 'CHECKPOINT', average => average.serialize().slice(0, -1), 'a whole checkpoint'],
    ['no bytes', 'OPTION', () => null, 'bytes', 'got null'],
  ];
  return chapter<Averaged>({
    title: 'a checkpoint for a moving average',
    begin,
    cases: rows.map(([title, outcome, make, ...says]) => ({
      title,
      outcome,
      says,
      attempt: ({ average }) => {
        const wrong = make(average);
        return () => average.deserialize(wrong);
      },
    })),
  });
}

export const checkpoints = (backend: Backend): Chapter[] => [
  ...[false, true].map(waits =>
    chapter<Shelf>({
      title: `a checkpoint${waits ? ' for one that waits' : ''}`,
      begin: () => shelf(backend, waits),
      cases: [...damaged, ...wanting, ...scheduled],
      together: true,
    }),
  ),
  chapter<Shelf>({
    title: 'bytes of a checkpoint',
    begin: () => shelf(backend),
    cases: [...noBytes, ...goneBytes],
  }),
  chapter<Shelf>({
    title: 'options of a checkpoint',
    begin: () => shelf(backend),
    cases: options,
    together: true,
  }),
  chapter<Shelf>({
    title: 'the place of a checkpoint',
    begin: () => shelf(backend),
    cases: [...places, absent],
  }),
  names(backend),
  averages(backend),
];
