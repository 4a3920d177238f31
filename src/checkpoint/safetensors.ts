/** Files of safetensors, whoever wrote them. */
import { CheckpointError, show } from '../errors.js';
import { type Bytes, readingFrom, roomFor } from './checkpoint.js';
import { crc32, digits } from './crc32.js';
import { type Entry, headerLength, prefixBytes, readHeader } from './header.js';
import type { Asking } from './read.js';
import { pieceBytes } from './write.js';

/** What an array of safetensors becomes. */
export type SafetensorsData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array;

/** An array of a file of safetensors. */
export interface SafetensorsArray {
  /** The type in the file: `F32`, `BF16`, `I64` … */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** A copy, row by row. `F16` and `BF16` are Float32Arrays, exactly; `BOOL` is a Uint8Array of 0 and 1. */
  readonly data: SafetensorsData;
}

/** A file of safetensors. */
export interface Safetensors {
  /** Texts of its header, as they are; empty where there are none. */
  readonly metadata: ReadonlyMap<string, string>;
  /** The arrays by their names, in the order of their places in the file. */
  readonly tensors: ReadonlyMap<string, SafetensorsArray>;
}

/** A float16 as a number, exactly. */
function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  // Doubles hold all powers of two that come up.
  return exponent === 0
    ? sign * fraction * 5.9604644775390625e-8
    : (sign * (1024 + fraction) * (1 << exponent)) / 33554432;
}

const decoders: ReadonlyMap<string, (buffer: ArrayBuffer) => SafetensorsData> = new Map<
  string,
  (buffer: ArrayBuffer) => SafetensorsData
>([
  ['F64', buffer => new Float64Array(buffer)],
  ['F32', buffer => new Float32Array(buffer)],
  ['F16', buffer => Float32Array.from(new Uint16Array(buffer), half)],
  ['BF16', buffer => new Float32Array(Uint32Array.from(new Uint16Array(buffer), bits => bits << 16).buffer)],
  ['I64', buffer => new BigInt64Array(buffer)],
  ['I32', buffer => new Int32Array(buffer)],
  ['I16', buffer => new Int16Array(buffer)],
  ['I8', buffer => new Int8Array(buffer)],
  ['U64', buffer => new BigUint64Array(buffer)],
  ['U32', buffer => new Uint32Array(buffer)],
  ['U16', buffer => new Uint16Array(buffer)],
  ['U8', buffer => new Uint8Array(buffer)],
  ['BOOL', buffer => new Uint8Array(buffer)],
]);

function refuse(message: string): never {
  throw new CheckpointError('ERR_LANESTEP_CHECKPOINT', message);
}

function decoderOf({ name, dtype }: Entry): (buffer: ArrayBuffer) => SafetensorsData {
  const decode = decoders.get(dtype);
  return decode ?? refuse(`Expected ${show(name)} to be of ${[...decoders.keys()].join(', ')}, got ${dtype}`);
}

function* reading(fileBytes: number): Asking<Safetensors> {
  const first = yield { position: 0, bytes: Math.min(prefixBytes, fileBytes) };
  const bytes = headerLength(first, fileBytes);
  const header = readHeader(yield { position: prefixBytes, bytes }, fileBytes, false);
  // Whatever has a type that is not known, nothing is read of it.
  const decode = header.entries.map(decoderOf);
  const tensors = new Map<string, SafetensorsArray>();
  let crc = 0;
  for (const [i, { name, dtype, shape, begin, end }] of header.entries.entries()) {
    const data = roomFor(end - begin);
    for (let at = begin; at < end; at += pieceBytes) {
      const piece = yield { position: header.dataAt + at, bytes: Math.min(pieceBytes, end - at) };
      crc = crc32(piece, crc);
      data.set(piece, at - begin);
    }
    tensors.set(name, { dtype, shape: [...shape], data: decode[i]!(data.buffer as ArrayBuffer) });
  }
  if (header.dataCrc !== '' && digits(crc) !== header.dataCrc)
    refuse(`Expected data of the checksum ${show(header.dataCrc)}, got ${digits(crc)}`);
  return { metadata: new Map(header.metadata), tensors };
}

/**
 * Reads a file of safetensors, whoever wrote it: names, types, shapes, numbers and metadata. The checksums of a checkpoint of lanestep
 * are checked; other files have none.
 *
 * @param source where the file is, or its bytes; where there is no file system, bytes
 * @throws by rejecting: CheckpointError where the file cannot be read, is damaged, or has an array of another type than `F64`, `F32`,
 * `F16`, `BF16`, `BOOL`, or whole numbers of 8 to 64 bits; OptionError for what is neither path nor Uint8Array
 */
export async function readSafetensors(source: Bytes): Promise<Safetensors> {
  return readingFrom(source, reading);
}
