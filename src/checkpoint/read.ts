/** How a checkpoint is read: in two passes, of which the first changes nothing and the second cannot find anything new. */
import { CheckpointError, StateError, show } from '../errors.js';
import { describe, detached, lengthOf, sizeOf, viewInto, viewOf } from '../memory.js';
import { type Arrival, matchState, type StateDict } from '../state-dict.js';
import type { FloatArray } from '../types.js';
import { type Contents, type LoadOptions, stateKey, titleOf, version, wordsOf } from './contents.js';
import { crc32, digits } from './crc32.js';
import { type Entry, type Header, headerLength, prefixBytes, readHeader } from './header.js';
import { parse } from './json.js';
import { Span } from './span.js';
import { pieceBytes } from './write.js';

/** Bytes that are asked for. What is given must be as many, begin at a multiple of eight in its buffer, and last until the next. */
export interface Request {
  readonly position: number;
  readonly bytes: number;
}

type Asking<T> = Generator<Request, T, Uint8Array>;

/** What a checkpoint comes to, once it is known to be whole and to fit. */
export interface Match {
  readonly header: Header;
  readonly arrival: Arrival;
  /** The parameters, in their order; null for one that is not loaded. */
  readonly params: readonly (Span | null)[];
}

function damaged(message: string, cause?: unknown): never {
  throw new CheckpointError('ERR_LANESTEP_CHECKPOINT', message, cause === undefined ? {} : { cause });
}

function refuse(message: string): never {
  throw new StateError('ERR_LANESTEP_STATE', message);
}

function checkKind<Options extends object>({ metadata }: Header, contents: Contents<Options>): void {
  const given = metadata.get('lanestep');
  if (given !== version) damaged(`Expected a checkpoint of format ${version}, got ${show(given)}`);
  const [wanted, got] = [titleOf(contents), metadata.get('optimizer')];
  if (got !== wanted) refuse(`Expected a checkpoint of ${wanted}, got one of ${show(got)}`);
}

/** A single number of a checkpoint. */
function* numberOf(entry: Entry, { dataAt }: Header): Asking<number> {
  const { name, dtype, shape, begin, end } = entry;
  const known = ['F32', 'F64', 'I64'].includes(dtype);
  if (!known || shape.some(n => n !== 1))
    refuse(`Expected ${name} to be one number of F64, F32 or I64, got ${new Span(entry)}`);
  const bytes = yield { position: dataAt + begin, bytes: end - begin };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (dtype === 'I64') return Number(view.getBigInt64(0, true));
  return dtype === 'F32' ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

/** A checkpoint as a state dict whose arrays are still in it, and its parameters. */
function* dictOf<Options extends object>(
  header: Header,
  contents: Contents<Options>,
): Asking<{ dict: StateDict; params: (Span | null)[] }> {
  const { tensors } = contents;
  const words = wordsOf(contents);
  const stateAt = new Map<string, readonly [tensor: number, word: string]>();
  const paramAt = new Map(tensors.map(({ name }, i) => [name, i]));
  tensors.forEach(({ name }, i) => {
    for (const word of words[i]!) stateAt.set(stateKey(name, word), [i, word]);
  });
  const slots = tensors.map(({ slots: all }) => new Set<string | null>(all));
  const params: (Span | null)[] = tensors.map(() => null);
  const state: Map<string, number | Span>[] = tensors.map(() => new Map());
  for (const entry of header.entries) {
    const place = stateAt.get(entry.name);
    const param = paramAt.get(entry.name);
    if (place !== undefined) {
      const [i, word] = place;
      state[i]!.set(word, slots[i]!.has(word) ? new Span(entry) : yield* numberOf(entry, header));
    } else if (param !== undefined) {
      params[param] = new Span(entry);
    } else {
      refuse(`Expected a checkpoint of this optimizer's parameters and state, got ${show(entry.name)} in it`);
    }
  }
  const dict = {
    state: Object.fromEntries(
      state.flatMap((words, i) => (words.size > 0 ? [[tensors[i]!.name, Object.fromEntries(words)]] : [])),
    ),
    param_groups: textOf(header, 'param_groups'),
    ...(header.metadata.has('steps') && { steps: textOf(header, 'steps') }),
  };
  return { dict: dict as unknown as StateDict, params };
}

function textOf({ metadata }: Header, key: string): unknown {
  const text = metadata.get(key);
  if (text === undefined) damaged(`Expected a checkpoint to have ${key}`);
  try {
    return parse(text);
  } catch (cause) {
    return damaged(`Expected ${key} of a checkpoint to be JSON: ${(cause as Error).message}`, cause);
  }
}

/** Throws unless the parameters of a checkpoint are those that are wanted; takes away those that are not. */
function wantedParams<Options extends object>(
  given: readonly (Span | null)[],
  { tensors, word, parameters }: Contents<Options>,
  wanted: boolean | undefined,
): readonly (Span | null)[] {
  if (wanted === false) return given.map(() => null);
  const some = given.some(span => span !== null);
  if (!some && wanted === undefined) return given;
  given.forEach((span, i) => {
    const { dtype, length } = tensors[i]!;
    if (span?.dtype === dtype && span.length === length) return;
    const like = `${word}${parameters[i]!.paramPath}`;
    refuse(
      `Expected the checkpoint to have ${like} as ${describe(parameters[i]!.array)}, got ${span === null ? 'none' : span}` +
        '; params: false loads the state alone',
    );
  });
  return given;
}

/** Reads, checks and matches everything, and changes nothing. */
export function* matching<Options extends object>(
  contents: Contents<Options>,
  fileBytes: number,
  { params: wanted, onProgress }: LoadOptions,
): Asking<Match> {
  const first = yield { position: 0, bytes: Math.min(prefixBytes, fileBytes) };
  const bytes = headerLength(first, fileBytes);
  const header = readHeader(yield { position: prefixBytes, bytes }, fileBytes);
  checkKind(header, contents);
  let crc = 0;
  const total = fileBytes - header.dataAt;
  for (let at = 0; at < total; at += pieceBytes) {
    const n = Math.min(pieceBytes, total - at);
    crc = crc32(yield { position: header.dataAt + at, bytes: n }, crc);
    onProgress?.({ bytes: at + n, total });
  }
  checkData(header, crc);
  // What is damaged must not be told from its numbers, and pass for what does not fit.
  const { dict, params: given } = yield* dictOf(header, contents);
  const params = wantedParams(given, contents, wanted);
  // Functions of the step are evaluated here: the user's code.
  const arrival = matchState(dict, contents);
  // Asks for nothing, which fails where there is nothing to be asked any more; nobody's turn comes after it.
  yield { position: fileBytes, bytes: 0 };
  contents.parameters.forEach(({ array, length, paramPath }, i) => {
    if (params[i] !== null && lengthOf(array) !== length) throw detached(`${contents.word}${paramPath}`);
  });
  return { header, arrival, params };
}

function checkData({ dataCrc }: Header, crc: number): void {
  if (digits(crc) !== dataCrc)
    damaged(`Expected data of the checksum ${show(dataCrc)} in a checkpoint, got ${digits(crc)}`);
}

/** Copies what was matched. It fails only where the bytes are no longer those that were read before. */
export function* copying<Options extends object>(
  { kernel, tensors, parameters, word }: Contents<Options>,
  { header, arrival, params }: Match,
): Asking<void> {
  const into = new Map<Entry, (bytes: Uint8Array, at: number) => void>();
  const put = ({ entry, dtype }: Span, take: (values: FloatArray, at: number) => void): void => {
    const size = sizeOf(dtype!);
    into.set(entry, ({ buffer, byteOffset, length }, at) => {
      take(viewInto(buffer, dtype!, byteOffset, length / size), at / size);
    });
  };
  for (const { tensor, slot, values } of arrival.slots) {
    if (Span.is(values)) put(values, (piece, at) => kernel.write(tensor, slot, piece, at));
  }
  params.forEach((span, i) => {
    if (span === null) return;
    const { array, length, paramPath } = parameters[i]!;
    put(span, (piece, at) => {
      if (lengthOf(array) !== length) throw detached(`${word}${paramPath}`);
      viewOf(array, tensors[i]!.dtype, at, at + lengthOf(piece)).set(piece);
    });
  });
  let crc = 0;
  for (const entry of header.entries) {
    const take = into.get(entry);
    for (let at = entry.begin; at < entry.end; at += pieceBytes) {
      const n = Math.min(pieceBytes, entry.end - at);
      const bytes = yield { position: header.dataAt + at, bytes: n };
      crc = crc32(bytes, crc);
      take?.(bytes, at - entry.begin);
    }
  }
  checkData(header, crc);
}
