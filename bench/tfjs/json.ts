/** The file of the races: what `--json` writes and `--from` reads. */
import { both, list, oneOf, orNull, positive, record, text, unique, whole } from '../report/checks.js';
import { fileFormat } from '../report/file.js';
import { runFields } from '../report/json.js';
import { backends, type Results, schema } from './results.js';

const side = record({ samples: list(positive, 1), updates: orNull(list(positive, 1)), steps: whole(1) });

const race = record({ backend: oneOf(...backends), stock: side, dropIn: side });

const caseResult = record({
  id: text,
  group: oneOf('adam', 'optimizers', 'fit'),
  title: text,
  optimizer: text,
  variables: whole(1),
  elements: whole(1),
  races: both(list(race), unique('backend')),
});

const results = record({ ...runFields, tfjs: text, cases: both(list(caseResult), unique('id')) });

export const { parse, serialise } = fileFormat<Results>(schema, results);
