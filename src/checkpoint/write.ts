/** How a checkpoint is written: pieces of a file, of which no more than one is in memory at a time. */
import { StateError, show } from '../errors.js';
import { detached, lengthOf, newArray, sizeOf, viewInto, viewOf } from '../memory.js';
import type { Scalars } from '../pass.js';
import { product } from '../shape.js';
import { keptBy } from '../state/memories.js';
import { groupsOf, lasting } from '../state/write.js';
import type { Dtype, FloatArray } from '../types.js';
import { type Contents, checkNames, type SaveOptions, stateKey, titleOf, version } from './contents.js';
import { crc32 } from './crc32.js';
import { checkLength, type Entry, Heading } from './header.js';
import { write, writePlain } from './json.js';

/** Bytes, and where in the file they belong. They are good until the next piece is asked for. */
export interface Piece {
  readonly position: number;
  readonly bytes: Uint8Array;
}

/** Bytes of a piece. */
export const pieceBytes = 1 << 20;

/** What becomes an entry. */
export interface Part {
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly length: number;
  /** Copies elements from this one on. */
  readonly read: (into: FloatArray, from: number) => void;
}

const number = (name: string, value: number): Part => ({
  name,
  dtype: 'float64',
  shape: [],
  length: 1,
  read: into => {
    into[0] = value;
  },
});

function partsOf<Options extends object>(contents: Contents<Options>, withParams: boolean): Part[] {
  const { rule, kernel, tensors, clocks, parameters, sources, word } = contents;
  const parts: Part[] = [];
  tensors.forEach(({ name, dtype, length, shape, slots, slotShapes, slotDtypes }, i) => {
    const source = sources[i]!;
    if (withParams) {
      const read = (into: FloatArray, from: number) => {
        // Between two pieces the user's code runs, which may take the memory away.
        if (lengthOf(source) !== length) throw detached(`${word}${parameters[i]!.paramPath}`);
        into.set(viewOf(source, dtype, from, from + lengthOf(into)));
      };
      parts.push({ name, dtype, shape, length, read });
    }
    const { t, scalars } = clocks.of[i]!;
    if (scalars === null) return;
    for (const [what, value] of Object.entries({ step: t, ...scalars }))
      parts.push(number(stateKey(name, what), value));
    for (const [slot, k] of lasting(rule, slots)) {
      const read = (into: FloatArray, from: number) => kernel.read(i, k, into, from);
      const own = slotShapes[k]!;
      parts.push({
        name: stateKey(name, slot),
        dtype: slotDtypes[k]!,
        shape: own,
        length: product(own),
        read,
      });
    }
  });
  return parts;
}

// Doubles first, so that every array begins at a multiple of its elements' size; and numbers before arrays.
const rank = ({ dtype, shape }: Part) => (shape.length === 0 ? 0 : 1) + (dtype === 'float64' ? 0 : 2);

/** JSON has no NaN and no infinity: they stand there as text. */
const textOfModel = (model: Scalars): Readonly<Record<string, number | string>> =>
  Object.fromEntries(
    Object.entries(model).map(([key, value]) => [key, Number.isFinite(value) ? value : String(value)]),
  );

/** What is to be written of an optimizer, under names that begin with its own. */
export interface Written {
  readonly parts: readonly Part[];
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * What is to be written of an optimizer.
 *
 * @param prefix what all names begin with
 * @throws StateError where a parameter's name is in the way, CheckpointError where there are too many or too long ones
 */
export function writtenOf<Options extends object>(
  contents: Contents<Options>,
  { params = true }: SaveOptions,
  prefix = '',
): Written {
  checkText(contents);
  if (params) checkNames(contents);
  const schedules = keptBy(contents.groups);
  const metadata = {
    optimizer: titleOf(contents),
    steps: String(contents.steps),
    param_groups: write(groupsOf(contents)),
    ...(contents.rule.model && { model: write(textOfModel(contents.model)) }),
    ...(schedules && { schedules: write(schedules) }),
  };
  return {
    parts: partsOf(contents, params).map(part => ({ ...part, name: prefix + part.name })),
    metadata: Object.fromEntries(Object.entries(metadata).map(([key, text]) => [prefix + key, text])),
  };
}

/** Throws where the names of parameters are no text that a file can have, or more than it can. */
function checkText<Options extends object>({ tensors, word }: Contents<Options>): void {
  // Half of a pair of UTF-16 has no bytes in UTF-8: what was read would be another name, or refused by other readers.
  const half = tensors.find(({ name }) => /\p{Surrogate}/u.test(name));
  if (half !== undefined) {
    throw new StateError(
      'ERR_LANESTEP_STATE',
      `Expected ${word} to have names that are whole Unicode text, got ${show(half.name)} with a lone surrogate; name it otherwise`,
    );
  }
  checkLength(tensors.reduce((bytes, { name }) => bytes + leastBytes(name), 0));
}

/** As many bytes as a name takes in a header at least. What is too long for a file may be too long for a string as well. */
function leastBytes(name: string): number {
  let bytes = name.length;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    // In the groups, which are JSON within JSON, it is escaped twice.
    if (c < 32 || c === 34 || c === 92) bytes += 2;
  }
  return bytes;
}

/** A checkpoint that is to be written. */
export class Writing {
  readonly #parts: readonly Part[];
  readonly #heading: Heading;
  readonly #onProgress: SaveOptions['onProgress'];
  readonly #dataBytes: number;

  /** @throws OptionError where the user's metadata are no JSON, CheckpointError where the header is longer than one may be */
  constructor(
    written: readonly Written[],
    { onProgress, metadata }: SaveOptions,
    more: Record<string, string> = {},
  ) {
    this.#onProgress = onProgress;
    this.#parts = written.flatMap(({ parts }) => parts).sort((a, b) => rank(a) - rank(b));
    let at = 0;
    const entries = this.#parts.map(({ name, dtype, shape, length }): Entry => {
      const begin = at;
      at += length * sizeOf(dtype);
      return { name, dtype: dtype === 'float32' ? 'F32' : 'F64', shape, begin, end: at };
    });
    const metadataOf: Record<string, string> = Object.assign(
      { format: 'pt', lanestep: version, ...more },
      ...written.map(one => one.metadata),
      metadata === undefined ? {} : { metadata: writePlain(metadata, 'metadata') },
    );
    this.#heading = new Heading(entries, metadataOf);
    this.#dataBytes = at;
  }

  /** Bytes of the whole file. */
  get bytes(): number {
    return this.#heading.length + this.#dataBytes;
  }

  /** The data in their order, and last the header, which has their checksum. */
  *pieces(): Generator<Piece> {
    const buffer = new Uint8Array(
      newArray('float64', Math.ceil(Math.min(pieceBytes, this.#dataBytes) / 8)).buffer,
    );
    let [crc, done, filled] = [0, 0, 0];
    const piece = (): Piece => {
      const bytes = buffer.subarray(0, filled);
      const position = this.#heading.length + done;
      crc = crc32(bytes, crc);
      done += filled;
      filled = 0;
      return { position, bytes };
    };
    for (const { dtype, length, read } of this.#parts) {
      const size = sizeOf(dtype);
      for (let from = 0; from < length; ) {
        const n = Math.min((buffer.length - filled) / size, length - from);
        read(viewInto(buffer.buffer, dtype, filled, n), from);
        from += n;
        filled += n * size;
        if (filled < buffer.length) continue;
        yield piece();
        this.#onProgress?.({ bytes: done, total: this.#dataBytes });
      }
    }
    if (filled > 0) yield piece();
    yield { position: 0, bytes: this.#heading.sealed(crc) };
    this.#onProgress?.({ bytes: done, total: this.#dataBytes });
  }
}
