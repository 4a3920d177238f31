// Checkpoints that somebody has tampered with, sealed again with checksums that are right, so that what they say is reached.
import { crc32, digits } from '../../src/checkpoint/crc32.js';
import type { Random } from '../../src/index.js';

/** JSON that need not be valid: keys may stand twice, and a raw text stands as it is. */
type Json =
  | { kind: 'object'; fields: [key: string, value: Json][] }
  | { kind: 'list'; items: Json[] }
  | { kind: 'raw'; text: string }
  /** Text in which JSON stands, as the groups do in the metadata. */
  | { kind: 'inner'; json: Json };

const raw = (text: string): Json => ({ kind: 'raw', text });

function treeOf(value: unknown): Json {
  if (Array.isArray(value)) return { kind: 'list', items: value.map(treeOf) };
  if (typeof value !== 'object' || value === null) return raw(JSON.stringify(value));
  return { kind: 'object', fields: Object.entries(value).map(([key, field]) => [key, treeOf(field)]) };
}

function textOf(json: Json): string {
  if (json.kind === 'raw') return json.text;
  if (json.kind === 'inner') return JSON.stringify(textOf(json.json));
  if (json.kind === 'list') return `[${json.items.map(textOf).join()}]`;
  return `{${json.fields.map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`).join()}}`;
}

/** A whole checkpoint, taken apart. */
export interface Parts {
  readonly header: Json;
  readonly data: Uint8Array;
}

export function partsOf(bytes: Uint8Array): Parts {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = treeOf(JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))));
  const fieldsOf = (json: Json) => (json.kind === 'object' ? json.fields : []);
  const metadata = fieldsOf(header).find(([key]) => key === '__metadata__')![1];
  for (const field of fieldsOf(metadata)) {
    const [key, value] = field;
    if (value.kind === 'raw' && (key === 'param_groups' || key === 'steps'))
      field[1] = { kind: 'inner', json: treeOf(JSON.parse(JSON.parse(value.text))) };
  }
  return { header, data: bytes.slice(8 + length) };
}

/** The bytes of a checkpoint; sealed, so that both checksums are right, wherever the header still has a place for them. */
export function bytesOf(
  text: string | Uint8Array,
  data: Uint8Array,
  seal = true,
  length?: bigint,
): Uint8Array {
  const encoded = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const size = Math.ceil(encoded.length / 8) * 8;
  const bytes = new Uint8Array(8 + size + data.length).fill(32, 8, 8 + size);
  bytes.set(encoded, 8);
  bytes.set(data, 8 + size);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(size), true);
  if (!seal) return bytes;
  const found = (key: string): number => {
    const at = Buffer.from(bytes.buffer, 8, size).indexOf(`"${key}":"`);
    const from = 8 + at + key.length + 4;
    return at >= 0 && from + 8 <= 8 + size ? from : -1;
  };
  const put = (key: string, value: string) => {
    if (found(key) >= 0) bytes.set(Buffer.from(value), found(key));
  };
  put('data_crc32', digits(crc32(data)));
  put('header_crc32', '00000000');
  put('header_crc32', digits(crc32(bytes.subarray(0, 8 + size))));
  return bytes;
}

const deep = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const deepObject = (levels: number): string => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;

const numbers = [
  ...[
    '0',
    '-0',
    '-0.0',
    '1',
    '-1',
    '2',
    '3',
    '7',
    '8',
    '16',
    '1.5',
    '1e-400',
    '5e-324',
    '1e400',
    '-1e400',
    '1e308',
  ],
  ...['2147483647', '2147483648', '4294967295', '4294967296', '9007199254740991', '9007199254740992'],
  ...[
    '9007199254740993',
    '9223372036854775807',
    '18446744073709551616',
    '1e21',
    '123456789012345678901234567890',
  ],
];
const notNumbers = ['NaN', 'Infinity', '-Infinity', 'undefined', '01', '1.', '.5', '+1', '0x10', '1n', "'a'"];
const words = [
  'true',
  'false',
  'null',
  '""',
  '"a"',
  '"\\ud800"',
  '"\\u0000"',
  '"0"',
  '"1"',
  '[]',
  '{}',
  '[[]]',
  '[null]',
];
const shadows = [
  ...['"__proto__"', '{"__proto__":{"polluted":true}}', '{"constructor":{"prototype":{"polluted":true}}}'],
  ...[
    '{"toString":1,"valueOf":1}',
    '{"toString":null,"length":4294967296}',
    '{"length":3}',
    '{"then":1,"toJSON":1}',
  ],
];
const dtypes = ['F16', 'F32', 'F64', 'I64', 'U8', 'BOOL', 'BF16', 'f32', 'F128', 'C64', 'F4', ''].map(name =>
  JSON.stringify(name),
);
const large = [deep(3000), deepObject(3000), JSON.stringify('x'.repeat(20_000)), `[${'1,'.repeat(5000)}1]`];
const values = [numbers, numbers, numbers, words, words, shadows, dtypes, notNumbers, large];
const keys = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__metadata__',
    'length',
  ],
  ...[
    '',
    'a',
    '0',
    '-1',
    'dtype',
    'shape',
    'data_offsets',
    'params',
    'lr',
    'betas',
    'step',
    'steps',
    'param_groups',
  ],
  ...[
    'lanestep',
    'optimizer',
    'data_crc32',
    'header_crc32',
    'state.w.step',
    'w',
    '\ud800',
    '\0',
    'x'.repeat(5000),
  ],
];

const pick = <T>(random: Random, from: readonly T[]): T => from[random.integer(from.length)]!;

/** A place in JSON, which can be put anew. */
interface Place {
  readonly json: Json;
  readonly put: (json: Json) => void;
}

/** All places; those of the groups' own JSON among them. */
function placesOf(json: Json, put: (json: Json) => void = () => {}): Place[] {
  const own: Place = { json, put };
  if (json.kind === 'inner') {
    return [own, ...placesOf(json.json, inner => put({ kind: 'inner', json: inner }))];
  }
  if (json.kind === 'list') {
    const at = (item: Json, i: number) =>
      placesOf(item, to => {
        json.items[i] = to;
      });
    return [own, ...json.items.flatMap(at)];
  }
  if (json.kind !== 'object') return [own];
  const at = (field: [string, Json]) =>
    placesOf(field[1], to => {
      field[1] = to;
    });
  return [own, ...json.fields.flatMap(at)];
}

/** A number a little off, or another one altogether. */
function offsetBy(random: Random, text: string): string {
  const value = Number(text);
  if (!Number.isFinite(value)) return pick(random, numbers);
  const by = pick(random, [-8, -4, -1, -0.5, 0.5, 1, 4, 8, 2 ** 31, 2 ** 32, 2 ** 53]);
  return random.integer(3) === 0 ? String(value * pick(random, [-1, 0.5, 2, 1e300])) : String(value + by);
}

function clone(json: Json): Json {
  if (json.kind === 'inner') return { kind: 'inner', json: clone(json.json) };
  if (json.kind === 'list') return { kind: 'list', items: json.items.map(clone) };
  if (json.kind === 'raw') return json;
  return { kind: 'object', fields: json.fields.map(([key, value]) => [key, clone(value)]) };
}

function mutateObject(
  random: Random,
  object: Extract<Json, { kind: 'object' }>,
  places: readonly Place[],
): void {
  const { fields } = object;
  const at = random.integer(fields.length + 1);
  const field = fields[at];
  const way = random.integer(5);
  if (way === 0 || field === undefined)
    fields.splice(at, 0, [
      pick(random, keys),
      random.integer(2) ? clone(pick(random, places).json) : raw(pick(random, pick(random, values))),
    ]);
  else if (way === 1) fields.splice(at, 1);
  else if (way === 2) fields.push([field[0], random.integer(2) ? clone(field[1]) : raw(pick(random, words))]);
  else if (way === 3) field[0] = pick(random, keys);
  else fields.splice(random.integer(fields.length), 0, ...fields.splice(at, 1));
}

function mutateList(random: Random, { items }: Extract<Json, { kind: 'list' }>): void {
  const at = random.integer(items.length + 1);
  const way = random.integer(4);
  if (way === 0) items.splice(at, 0, raw(pick(random, pick(random, values))));
  else if (way === 1) items.splice(at, 1);
  else if (way === 2) items.reverse();
  else if (items[at] !== undefined) items.splice(at, 0, clone(items[at]));
}

/** Changes one thing about what a header says. */
function mutateTree(random: Random, parts: { header: Json }): void {
  const places = placesOf(parts.header, to => {
    parts.header = to;
  });
  const { json, put } = pick(random, places);
  const way = random.integer(4);
  if (json.kind === 'object' && way > 0) mutateObject(random, json, places);
  else if (json.kind === 'list' && way > 0) mutateList(random, json);
  else if (json.kind === 'raw' && way > 1) put(raw(offsetBy(random, json.text)));
  else if (way === 1) put(clone(pick(random, places).json));
  else put(raw(pick(random, pick(random, values))));
}

/** Some bytes of a header or a file changed, left out or put in. */
function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const at = random.integer(bytes.length);
  const way = random.integer(4);
  if (way === 0) return bytes.slice(0, at);
  const changed = Array.from(bytes);
  if (way === 1) changed[at] = changed[at]! ^ (1 << random.integer(8));
  else if (way === 2) changed.splice(at, 1 + random.integer(9));
  else changed.splice(at, 0, ...Array.from({ length: 1 + random.integer(9) }, () => random.integer(256)));
  return Uint8Array.from(changed);
}

const lengths = [
  0n,
  1n,
  2n,
  7n,
  8n,
  2n ** 31n,
  2n ** 32n,
  2n ** 53n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 1n,
];

/** A checkpoint with something wrong in it, most often. */
export function mutated(random: Random, whole: Parts): Uint8Array {
  const parts = { header: clone(whole.header), data: whole.data };
  const way = random.integer(20);
  if (way === 0) return mutateBytes(random, bytesOf(textOf(parts.header), parts.data));
  if (way === 1) return bytesOf(textOf(parts.header), parts.data, true, pick(random, lengths));
  if (way === 2)
    return bytesOf(mutateBytes(random, new TextEncoder().encode(textOf(parts.header))), parts.data);
  const times = 1 + random.integer(3);
  for (let k = 0; k < times; k++) mutateTree(random, parts);
  if (random.integer(8) === 0) parts.data = mutateBytes(random, parts.data);
  return bytesOf(textOf(parts.header), parts.data);
}

/** What no chance would come upon. */
export function extremes({ header, data }: Parts): [what: string, bytes: Uint8Array][] {
  const text = textOf(header);
  const nothing = new Uint8Array(0);
  const withField = (field: string): string => `${text.slice(0, -1)},${field}}`;
  const withMeta = (field: string): string => text.replace('"__metadata__":{', `"__metadata__":{${field},`);
  const replaced = (key: string, value: string): string =>
    text.replace(new RegExp(`"${key}":"(?:[^"\\\\]|\\\\.)*"`), () => `"${key}":${JSON.stringify(value)}`);
  const zero = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';
  const many = Array.from({ length: 100_000 }, (_, i) => `"${i}":${zero}`).join();
  const ones = `[${'1,'.repeat(100_000)}1]`;
  return [
    ['nothing', nothing],
    ['a list 100,000 deep', bytesOf(deep(100_000), data)],
    ['an object 100,000 deep', bytesOf(deepObject(100_000), data)],
    ['a list without an end', bytesOf('['.repeat(100_000), data)],
    ['a field 100,000 deep', bytesOf(withField(`"deep":${deep(100_000)}`), data)],
    ['a word of the metadata 100,000 deep', bytesOf(withMeta(`"deep":${deep(100_000)}`), data)],
    [
      'a shape 100,000 deep',
      bytesOf(withField(`"deep":{"dtype":"F32","shape":${deep(100_000)},"data_offsets":[0,0]}`), data),
    ],
    ['groups 100,000 deep', bytesOf(replaced('param_groups', deep(100_000)), data)],
    ['a group 100,000 deep', bytesOf(replaced('param_groups', `[{"params":[${deep(100_000)}]}]`), data)],
    [
      'names of a group that are no names',
      bytesOf(replaced('param_groups', '[{"params":[{"toString":1,"valueOf":1}]}]'), data),
    ],
    ['steps 100,000 deep', bytesOf(replaced('steps', deep(100_000)), data)],
    ...['1e400', '-1', '1.5', '9007199254740991', '', 'null', '"1"', '{}', '-0', '1 1', 'NaN'].map(
      (steps): [string, Uint8Array] => [`steps of ${steps}`, bytesOf(replaced('steps', steps), data)],
    ),
    ['100,000 arrays without elements', bytesOf(withField(many), data)],
    [
      '100,000 words in the metadata',
      bytesOf(withMeta(Array.from({ length: 100_000 }, (_, i) => `"${i}":""`).join()), data),
    ],
    [
      '100,000 dimensions',
      bytesOf(withField(`"ones":{"dtype":"F32","shape":${ones},"data_offsets":[0,4]}`), data),
    ],
    [
      '100,000 dimensions of all arrays',
      bytesOf(text.replaceAll('"shape":[', `"shape":[${'1,'.repeat(100_000)}`), data),
    ],
    [
      'a product beyond all numbers',
      bytesOf(
        withField(`"big":{"dtype":"F64","shape":[${'9007199254740991,'.repeat(40)}0],"data_offsets":[0,0]}`),
        data,
      ),
    ],
    ['a name of a million letters', bytesOf(withField(`"${'x'.repeat(1_000_000)}":${zero}`), data)],
    ['a type of a million letters', bytesOf(text.replace('"F32"', `"${'x'.repeat(1_000_000)}"`), data)],
    ['an optimizer of a million letters', bytesOf(replaced('optimizer', 'x'.repeat(1_000_000)), data)],
    ['a version of a million letters', bytesOf(replaced('lanestep', 'x'.repeat(1_000_000)), data)],
    [
      'an option of a million letters',
      bytesOf(
        replaced('param_groups', JSON.stringify([{ ['x'.repeat(1_000_000)]: 1, params: ['w'] }])),
        data,
      ),
    ],
    [
      'a seal far from its key',
      bytesOf(text.replace('"header_crc32":', `"header_crc32"${' '.repeat(1_000_000)}:`), data),
    ],
    [
      'a million spaces after each key of a seal',
      bytesOf(withField(`"y":"${'\\"header_crc32\\"'.repeat(50_000)}"`), data),
    ],
    [
      '100,000 seals',
      bytesOf(withMeta(Array.from({ length: 100_000 }, (_, i) => `"${i}":"header_crc32"`).join()), data),
    ],
    ['a mark of the byte order', bytesOf(`\ufeff${text}`, data)],
    ['no UTF-8', bytesOf(new Uint8Array(1000).fill(0xff), data)],
    ['half a letter', bytesOf(withField(`"\\ud800":${zero}`), data)],
    ['a letter cut off', bytesOf(Uint8Array.from([...new TextEncoder().encode(text), 0xf0, 0x9f]), data)],
    ['words after the header', bytesOf(`${text} x`, data)],
    ['two headers', bytesOf(text + text, data)],
    ['data of eight MiB more', bytesOf(text, new Uint8Array(8 << 20))],
    ...lengths.map((length): [string, Uint8Array] => [
      `a header of ${length} bytes`,
      bytesOf(text, data, true, length),
    ]),
    ...lengths.map((length): [string, Uint8Array] => [
      `${length} bytes and no more`,
      bytesOf('', nothing, false, length),
    ]),
  ];
}
