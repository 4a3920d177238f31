/**
 * The header of a safetensors file: eight bytes that say its length, and JSON that says what the file holds and where. Ours
 * also has two checksums: of the data, and of the header itself with zeros in the place of that one.
 */
import { CheckpointError, show } from '../errors.js';
import { crc32, digits } from './crc32.js';
import { parse } from './json.js';

/** An array in a file. */
export interface Entry {
  readonly name: string;
  /** safetensors' name of the type: `F32`. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Where its bytes begin in the data, which follow the header; and where they end. */
  readonly begin: number;
  readonly end: number;
}

/** What a header says. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly entries: readonly Entry[];
  /** Where the data begin in the file. */
  readonly dataAt: number;
  /** The checksum that the data should have. */
  readonly dataCrc: string;
}

/** Bytes in which a file says how long its header is. */
export const prefixBytes = 8;

/** The longest header: that of safetensors itself. */
const mostBytes = 100_000_000;

const none = '00000000';

const sizes: ReadonlyMap<string, number> = new Map([
  ['BOOL', 1],
  ['U8', 1],
  ['I8', 1],
  ['F8_E5M2', 1],
  ['F8_E4M3', 1],
  ['I16', 2],
  ['U16', 2],
  ['F16', 2],
  ['BF16', 2],
  ['I32', 4],
  ['U32', 4],
  ['F32', 4],
  ['F64', 8],
  ['I64', 8],
  ['U64', 8],
]);

function refuse(message: string): never {
  throw new CheckpointError('ERR_LANESTEP_CHECKPOINT', `Expected a whole checkpoint, but ${message}`);
}

function prefix(length: number): Uint8Array {
  const bytes = new Uint8Array(prefixBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  return bytes;
}

/** The bytes of a header, filled up with spaces so that the data begin at a multiple of eight bytes. */
export function writeHeader(
  entries: readonly Entry[],
  metadata: Readonly<Record<string, string>>,
  dataCrc: number,
): Uint8Array {
  const fields = entries.map(
    ({ name, dtype, shape, begin, end }) =>
      `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`,
  );
  const text = (own: string) => {
    const all = JSON.stringify({ ...metadata, data_crc32: digits(dataCrc), header_crc32: own });
    return [`{"__metadata__":${all}`, ...fields].join();
  };
  const encode = (own: string) => {
    const json = new TextEncoder().encode(`${text(own)}}`);
    const bytes = new Uint8Array(prefixBytes + Math.ceil(json.length / 8) * 8).fill(32);
    bytes.set(prefix(bytes.length - prefixBytes));
    bytes.set(json, prefixBytes);
    return bytes;
  };
  return encode(digits(crc32(encode(none))));
}

/** How long the header is, by the first bytes of a file of this size; nothing of it has been read. */
export function headerLength(first: Uint8Array, fileBytes: number): number {
  if (first.length < prefixBytes) refuse(`it has ${first.length} bytes`);
  const length = new DataView(first.buffer, first.byteOffset, prefixBytes).getBigUint64(0, true);
  if (length > BigInt(fileBytes - prefixBytes) || length > BigInt(mostBytes))
    refuse(`its header should have ${length} bytes, and the file has ${fileBytes}`);
  return Number(length);
}

function textOf(json: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json);
  } catch {
    return refuse('its header is no text');
  }
}

function objectOf(value: unknown, what: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(`${what} is no object`);
  return Object.entries(value);
}

function entryOf(name: string, value: unknown): Entry {
  const shown = show(name);
  const fields = new Map(objectOf(value, shown));
  const [dtype, shape, offsets] = [fields.get('dtype'), fields.get('shape'), fields.get('data_offsets')];
  const size = typeof dtype === 'string' ? sizes.get(dtype) : undefined;
  if (fields.size !== 3 || size === undefined || !isWhole(shape) || !isWhole(offsets) || offsets.length !== 2)
    refuse(`${shown} has no dtype, shape and data_offsets of safetensors`);
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((product, n) => product * n, size);
  if (end - begin !== bytes) refuse(`${shown} has ${end - begin} bytes in place of ${bytes}`);
  return { name, dtype: dtype as string, shape, begin, end };
}

const isWhole = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every(n => Number.isSafeInteger(n) && n >= 0);

/** What a header says, or a CheckpointError; the data must be as long as it says. */
export function readHeader(json: Uint8Array, fileBytes: number): Header {
  const text = textOf(json);
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (cause) {
    return refuse(`its header is no JSON: ${(cause as Error).message.slice(0, 80)}`);
  }
  const fields = objectOf(parsed, 'its header');
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  for (const [name, value] of fields) {
    if (name !== '__metadata__') {
      entries.push(entryOf(name, value));
      continue;
    }
    for (const [key, word] of objectOf(value, 'its __metadata__')) {
      if (typeof word !== 'string') refuse(`${show(key)} of its __metadata__ is no text`);
      metadata.set(key, word);
    }
  }
  checkSeal(text, metadata);
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const dataAt = prefixBytes + json.length;
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) refuse(`${show(name)} begins at ${begin} of its data, and not at ${at}`);
    at = end;
  }
  if (at !== fileBytes - dataAt) refuse(`it has ${fileBytes - dataAt} bytes of data in place of ${at}`);
  return { metadata, entries, dataAt, dataCrc: metadata.get('data_crc32') ?? '' };
}

/** Throws unless the header has the checksum that it names. */
function checkSeal(text: string, metadata: ReadonlyMap<string, string>): void {
  const named = metadata.get('header_crc32');
  if (named === undefined || !metadata.has('data_crc32')) refuse('it has no checksums of lanestep');
  // The key of the header itself; within a text its quotes would be escaped.
  const places = [...text.matchAll(/"header_crc32"\s*:\s*"([0-9a-f]{8})"/g)];
  const [place] = places;
  if (places.length !== 1 || place?.[1] !== named) refuse('the checksum of its header is not eight digits');
  const at = place!.index + place![0].length - 1 - none.length;
  const json = new TextEncoder().encode(text.slice(0, at) + none + text.slice(at + none.length));
  const found = digits(crc32(json, crc32(prefix(json.length))));
  if (found !== named) refuse(`its header has the checksum ${found} in place of ${named}`);
}
