/**
 * The header of a safetensors file: eight bytes that say its length, and JSON that says what the file holds and where. Ours
 * also has two checksums: of the data, and of the header itself with zeros in the place of that one.
 */
import { CheckpointError, show } from '../errors.js';
import { room } from '../room.js';
import { crc32, digits } from './crc32.js';
import { type EntryFields, scanHeader } from './scan.js';

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
  const bytes = room('the header of a checkpoint', () => new Uint8Array(prefixBytes));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  return bytes;
}

/** A header that is complete but for the checksum of the data. */
export class Heading {
  /** Its bytes, with those that say its length; filled up with spaces so that the data begin at a multiple of eight. */
  readonly #bytes: Uint8Array;
  /** Where the digits of the two checksums are. */
  readonly #dataDigits: number;
  readonly #ownDigits: number;

  /** @throws CheckpointError where it would be longer than what readers take */
  constructor(entries: readonly Entry[], metadata: Readonly<Record<string, string>>) {
    const all = JSON.stringify({ ...metadata, data_crc32: none, header_crc32: none });
    const texts = [`{"__metadata__":${all}`];
    let length = texts[0]!.length;
    for (const { name, dtype, shape, begin, end } of entries) {
      const text = `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`;
      texts.push(text);
      length += text.length;
      if (length > mostBytes) break;
    }
    checkLength(length);
    const encoder = new TextEncoder();
    const first = encoder.encode(texts[0]);
    const json = encoder.encode(`${texts.join()}}`);
    const padded = Math.ceil(json.length / 8) * 8;
    checkLength(padded);
    this.#bytes = room('the header of a checkpoint', () => new Uint8Array(prefixBytes + padded)).fill(32);
    this.#bytes.set(prefix(padded));
    this.#bytes.set(json, prefixBytes);
    this.#ownDigits = prefixBytes + first.length - '"}'.length - none.length;
    this.#dataDigits = this.#ownDigits - '","header_crc32":"'.length - none.length;
  }

  /** Bytes of it, after which the data begin. */
  get length(): number {
    return this.#bytes.length;
  }

  /** The bytes, once the checksum of the data is known. */
  sealed(dataCrc: number): Uint8Array {
    this.#put(digits(dataCrc), this.#dataDigits);
    this.#put(none, this.#ownDigits);
    this.#put(digits(crc32(this.#bytes)), this.#ownDigits);
    return this.#bytes;
  }

  #put(text: string, at: number): void {
    this.#bytes.set(new TextEncoder().encode(text), at);
  }
}

/** Throws where a header is longer than any reader takes: it could be written, and never be read. */
export function checkLength(length: number): void {
  if (length <= mostBytes) return;
  throw new CheckpointError(
    'ERR_LANESTEP_CHECKPOINT',
    `Expected a checkpoint whose header has at most ${mostBytes} bytes, which is what readers of safetensors take; the names of the ` +
      'parameters, each with its state, come to more: give them shorter names, or join them into fewer arrays',
  );
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

const isWhole = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

function entryOf(name: string, fields: EntryFields | null): Entry {
  const shown = show(name);
  const size = fields === null ? undefined : sizes.get(fields.dtype);
  if (fields === null || size === undefined || fields.data_offsets.length !== 2)
    return refuse(`${shown} has no dtype, shape and data_offsets of safetensors`);
  const { dtype, shape, data_offsets } = fields;
  if (!shape.every(isWhole) || !data_offsets.every(isWhole))
    refuse(`${shown} has no dtype, shape and data_offsets of safetensors`);
  const [begin, end] = data_offsets as [number, number];
  const bytes = shape.reduce((product, n) => product * n, size);
  if (end - begin !== bytes) refuse(`${shown} has ${end - begin} bytes in place of ${bytes}`);
  return { name, dtype, shape, begin, end };
}

/**
 * What a header says, or a CheckpointError; the data must be as long as it says.
 *
 * @param sealed whether it must have checksums, as lanestep's have
 */
export function readHeader(json: Uint8Array, fileBytes: number, sealed = true): Header {
  const text = textOf(json);
  const metadata = new Map<string, string>();
  const entries: Entry[] = [];
  let seal = -1;
  try {
    scanHeader(text, {
      word: (key, word, at) => {
        metadata.set(key, word);
        if (key === 'header_crc32') seal = at;
      },
      entry: (name, fields) => entries.push(entryOf(name, fields)),
    });
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    refuse(`its header is no JSON of safetensors: ${cause.message.slice(0, 80)}`);
  }
  if (sealed || metadata.has('lanestep')) checkSeal(json, text, metadata, seal);
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  const dataAt = prefixBytes + json.length;
  let at = 0;
  for (const { name, begin, end } of entries) {
    if (begin !== at) refuse(`${show(name)} begins at ${begin} of its data, and not at ${at}`);
    at = end;
  }
  if (at !== fileBytes - dataAt) refuse(`it has ${fileBytes - dataAt} bytes of data in place of ${at}`);
  return {
    metadata,
    entries,
    dataAt,
    dataCrc: (metadata.has('lanestep') && metadata.get('data_crc32')) || '',
  };
}

/** Throws unless the header has the checksum that it names, at this place of its text. */
function checkSeal(json: Uint8Array, text: string, metadata: ReadonlyMap<string, string>, at: number): void {
  const named = metadata.get('header_crc32');
  if (named === undefined || !metadata.has('data_crc32')) refuse('it has no checksums of lanestep');
  if (text.slice(at, at + none.length + 2) !== `"${named}"` || named.length !== none.length)
    refuse('the checksum of its header is not eight digits');
  const encoder = new TextEncoder();
  const before = encoder.encode(text.slice(0, at + 1)).length;
  const parts = [prefix(json.length), json.subarray(0, before), encoder.encode(none)];
  const found = digits(
    [...parts, json.subarray(before + none.length)].reduce((crc, part) => crc32(part, crc), 0),
  );
  if (found !== named) refuse(`its header has the checksum ${found} in place of ${named}`);
}
