/** The file of a run: what `--json` writes and `--from` and `--baseline` read. */
import { type Results, schema } from '../results.js';
import {
  anyRecord,
  atLeastZero,
  boolean,
  both,
  date,
  finite,
  list,
  oneOf,
  orAbsent,
  orNull,
  positive,
  record,
  text,
  unique,
  whole,
} from './checks.js';
import { fileFormat } from './file.js';

export { ResultsError } from './checks.js';

const entry = record({
  contestant: text,
  kind: oneOf('native', 'wasm', 'loop', 'textbook', 'roof', 'tfjs-cpu', 'tfjs-wasm', 'torch'),
  threads: whole(1),
  samples: list(positive, 1),
  steps: whole(0),
  checked: oneOf('bits', 'numbers', 'nothing'),
  ulps: orNull(atLeastZero),
});

const caseResult = record({
  id: text,
  group: oneOf('sizes', 'tensors', 'stages', 'calls'),
  title: text,
  optimizer: text,
  options: anyRecord,
  dtype: oneOf('float32', 'float64'),
  tensors: whole(1),
  elements: whole(1),
  bytes: positive,
  work: orAbsent(
    record({ passes: whole(1), operations: whole(0), divisions: whole(0), roots: whole(0), sums: whole(0) }),
  ),
  entries: both(list(entry), unique('contestant')),
});

const size = orNull(positive);

/** What every kind of run says of itself: when, where, and who was not there. */
export const runFields = {
  date,
  quick: boolean,
  machine: record({
    cpu: text,
    processors: whole(1),
    caches: record({ l1d: size, l2: size, l3: size }),
    memory: positive,
    os: text,
    virtual: orNull(text),
    node: text,
    v8: text,
    lanestep: text,
    commit: orNull(text),
    backend: oneOf('native', 'wasm'),
    instructionSet: text,
    threads: whole(1),
    load: list(finite, 3, 3),
  }),
  absent: list(record({ contestant: text, reason: text })),
};

const results = record({ ...runFields, cases: both(list(caseResult), unique('id')) });

export const { parse: parseResults, serialise } = fileFormat<Results>(schema, results);
