/** How a checkpoint is read: in two passes, of which the first changes nothing and the second cannot find anything new. */
import { CheckpointError, StateError, show } from '../errors.js';
import { describe, detached, lengthOf, sizeOf, viewInto, viewOf } from '../memory.js';
import { fitsShape, tensorText } from '../shape.js';
import { joining, joinOf, shapesHint } from '../slots.js';
import type { StateDict } from '../state/dict.js';
import { readGroups } from '../state/groups.js';
import { type Arrival, matchState } from '../state/match.js';
import type { Mismatch } from '../state/report.js';
import type { FloatArray } from '../types.js';
import { type Contents, type LoadOptions, statePrefix, titleOf, version, wordsOf } from './contents.js';
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

/** Work that asks for bytes. */
export type Asking<T> = Generator<Request, T, Uint8Array>;

/** What a checkpoint comes to for one optimizer, once it is known to be whole and to fit. */
export interface Match {
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

/** Throws unless a file is a checkpoint. */
export function checkFormat({ metadata }: Header): void {
  const given = metadata.get('lanestep');
  if (given !== version) damaged(`Expected a checkpoint of format ${version}, got ${show(given)}`);
}

/** Throws unless a section is of the optimizer's class. */
export function checkKind<Options extends object>(
  { header: { metadata }, prefix }: Section,
  contents: Contents<Options>,
): void {
  const [wanted, got] = [titleOf(contents), metadata.get(`${prefix}optimizer`)];
  if (got === undefined && prefix === '' && metadata.has('objects'))
    refuse(`Expected a checkpoint of ${wanted} alone, got one of several objects; use loadAll()`);
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

/** What belongs to an optimizer in a checkpoint: all of it, or what stands under a name of its own. */
export interface Section {
  /** What the names of entries and of metadata begin with. */
  readonly prefix: string;
  readonly header: Header;
}

/** A state dict whose arrays are still in the checkpoint, and parameters by their names. */
interface Given {
  readonly dict: StateDict;
  readonly params: ReadonlyMap<string, Span>;
}

/** The names of the parameters that a checkpoint is of, which stand in its groups. */
function namesOf(section: Section): { groups: unknown; names: ReadonlySet<string> } {
  const groups = textOf(section, 'param_groups');
  if (!Array.isArray(groups)) return refuse(`Expected param_groups to be a list, got ${describe(groups)}`);
  return { groups, names: new Set(readGroups(groups).flatMap(({ names }) => names)) };
}

function* dictOf<Options extends object>(
  section: Section,
  contents: Contents<Options>,
  partial: boolean,
): Asking<Given> {
  const { header, prefix } = section;
  const { groups, names } = namesOf(section);
  const own = new Map(contents.tensors.map(({ name }, i) => [name, i]));
  const { rule } = contents;
  // Of a matrix for a vector, or the other way round: left out, and reported.
  const others = partial && rule.grid ? rule.slots.filter(({ scratch }) => !scratch) : [];
  const words = wordsOf(contents).map(
    all => new Set([...all, ...joining(rule), ...others.map(slot => slot.name)]),
  );
  const entries = header.entries.flatMap(entry =>
    entry.name.startsWith(prefix) ? [{ entry, name: entry.name.slice(prefix.length) }] : [],
  );
  // What is a parameter of this name, and what the state of another? Where parameters are saved, each has an entry, and
  // one of them a name that cannot be a key of state.
  const withParams = entries.some(({ name }) => names.has(name) && stateOf(name, names) === null);
  const params = new Map<string, Span>();
  const state = new Map<string, Map<string, number | Span>>();
  for (const { entry, name } of entries) {
    const key = withParams && names.has(name) ? null : stateOf(name, names);
    const index = own.get(key?.name ?? name);
    const foreign =
      !names.has(key?.name ?? name) || (key !== null && index !== undefined && !words[index]!.has(key.word));
    if (foreign || (index === undefined && !partial))
      refuse(
        `Expected a checkpoint of this optimizer's parameters and state, got ${show(entry.name)} in it` +
          (key === null || index === undefined ? '' : shapesHint(rule, key.word)),
      );
    if (index === undefined) continue;
    if (key === null) {
      params.set(name, new Span(entry));
      continue;
    }
    const isSlot =
      contents.tensors[index]!.slots.includes(key.word) ||
      joinOf(rule, key.word) !== undefined ||
      others.some(slot => slot.name === key.word);
    const of = state.get(key.name) ?? new Map<string, number | Span>();
    state.set(key.name, of.set(key.word, isSlot ? new Span(entry) : yield* numberOf(entry, header)));
  }
  const dict = {
    state: Object.fromEntries(Array.from(state, ([name, of]) => [name, Object.fromEntries(of)])),
    param_groups: groups,
    ...(header.metadata.has(`${prefix}steps`) && { steps: textOf(section, 'steps') }),
    ...(header.metadata.has(`${prefix}model`) && { model: modelOf(section) }),
    ...(header.metadata.has(`${prefix}schedules`) && { schedules: textOf(section, 'schedules') }),
  };
  return { dict: dict as unknown as StateDict, params };
}

/** The parameter and the word of a key such as `state.w.exp_avg`; null where it is none of these parameters'. */
function stateOf(key: string, names: ReadonlySet<string>): { name: string; word: string } | null {
  const end = key.lastIndexOf('.');
  const name = key.slice(statePrefix.length, end);
  return key.startsWith(statePrefix) && names.has(name) ? { name, word: key.slice(end + 1) } : null;
}

const odd: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity, '-Infinity': -Infinity };

/** The numbers of the model, of which those that JSON does not know stand there as text. */
function modelOf(section: Section): unknown {
  const model = textOf(section, 'model');
  if (typeof model !== 'object' || model === null) return model;
  return Object.fromEntries(
    Object.entries(model).map(([key, value]) => [key, Object.hasOwn(odd, value) ? odd[value] : value]),
  );
}

/** JSON of the metadata. */
export function textOf({ header: { metadata }, prefix }: Section, key: string): unknown {
  const text = metadata.get(prefix + key);
  if (text === undefined) damaged(`Expected a checkpoint to have ${key}`);
  try {
    return parse(text);
  } catch (cause) {
    return damaged(`Expected ${key} of a checkpoint to be JSON: ${(cause as Error).message}`, cause);
  }
}

/** The parameters that are loaded, in their order, and those that are others than in the checkpoint. */
interface Wanted {
  readonly params: readonly (Span | null)[];
  readonly others: ReadonlyMap<string, Mismatch>;
}

/** Throws unless the parameters of a checkpoint are those that are wanted; takes away those that are not. */
function wantedParams<Options extends object>(
  given: ReadonlyMap<string, Span>,
  { tensors, word, parameters }: Contents<Options>,
  { params: wanted, partial = false }: LoadOptions,
): Wanted {
  const others = new Map<string, Mismatch>();
  const none = given.size === 0;
  if (wanted === false || (none && wanted === undefined)) return { params: tensors.map(() => null), others };
  const params = tensors.map((tensor, i) => {
    const { name, dtype, length, shape } = tensor;
    const span = given.get(name) ?? null;
    if (span?.dtype === dtype && span.length === length && fitsShape(span.shape, shape, length)) return span;
    const expected = tensorText(tensor);
    if (partial && !none) {
      if (span !== null) others.set(name, { name, expected, got: String(span) });
      return null;
    }
    return refuse(
      `Expected the checkpoint to have ${word}${parameters[i]!.paramPath} as ${expected}, got ${span === null ? 'none' : span}` +
        '; params: false loads the state alone',
    );
  });
  return { params, others };
}

/** Reads all of a file once, and throws where it is damaged. */
export function* opening(fileBytes: number, onProgress: LoadOptions['onProgress']): Asking<Header> {
  const first = yield { position: 0, bytes: Math.min(prefixBytes, fileBytes) };
  const bytes = headerLength(first, fileBytes);
  const header = readHeader(yield { position: prefixBytes, bytes }, fileBytes);
  checkFormat(header);
  let crc = 0;
  const total = fileBytes - header.dataAt;
  for (let at = 0; at < total; at += pieceBytes) {
    const n = Math.min(pieceBytes, total - at);
    crc = crc32(yield { position: header.dataAt + at, bytes: n }, crc);
    onProgress?.({ bytes: at + n, total });
  }
  // The checksum comes before anything is interpreted: damage must not be reported as a mismatch.
  checkData(header, crc);
  return header;
}

/** Checks and matches what belongs to an optimizer, and changes nothing. */
export function* matching<Options extends object>(
  section: Section,
  contents: Contents<Options>,
  options: LoadOptions,
): Asking<Match> {
  const { partial = false } = options;
  const { dict, params: given } = yield* dictOf(section, contents, partial);
  const { params, others } = wantedParams(given, contents, options);
  // Functions of the step are evaluated here: the user's code.
  const arrival = matchState(dict, contents, { partial, others });
  const loaded = new Set(arrival.report.loaded);
  return { arrival, params: params.map((span, i) => (loaded.has(contents.tensors[i]!.name) ? span : null)) };
}

/** Throws where a parameter that is to be loaded has lost its memory since. Runs no code of the user's. */
export function checkTargets<Options extends object>(
  { parameters, word }: Contents<Options>,
  { params }: Match,
): void {
  parameters.forEach(({ array, length, paramPath }, i) => {
    if (params[i] !== null && lengthOf(array) !== length) throw detached(`${word}${paramPath}`);
  });
}

function checkData({ dataCrc }: Header, crc: number): void {
  if (digits(crc) !== dataCrc)
    damaged(`Expected data of the checksum ${show(dataCrc)} in a checkpoint, got ${digits(crc)}`);
}

/** What was matched for one optimizer. */
export interface Matched {
  readonly contents: Contents<object>;
  readonly match: Match;
}

type Take = (bytes: Uint8Array, at: number) => void;

/** Copies what was matched. It fails only where the bytes are no longer those that were read before. */
export function* copying(header: Header, matched: readonly Matched[]): Asking<void> {
  const into = new Map<Entry, Take[]>();
  const put = ({ entry, dtype }: Span, take: (values: FloatArray, at: number) => void): void => {
    const size = sizeOf(dtype!);
    const takes = into.get(entry) ?? [];
    into.set(entry, takes);
    takes.push(({ buffer, byteOffset, length }, at) => {
      take(viewInto(buffer, dtype!, byteOffset, length / size), at / size);
    });
  };
  for (const { contents, match } of matched) {
    const { kernel, tensors, parameters, word } = contents;
    for (const { tensor, slot, values } of match.arrival.slots) {
      if (Span.is(values)) put(values as Span, (piece, at) => kernel.write(tensor, slot, piece, at));
    }
    match.params.forEach((span, i) => {
      if (span === null) return;
      const { array, length, paramPath } = parameters[i]!;
      put(span, (piece, at) => {
        if (lengthOf(array) !== length) throw detached(`${word}${paramPath}`);
        viewOf(array, tensors[i]!.dtype, at, at + lengthOf(piece)).set(piece);
      });
    });
  }
  let crc = 0;
  for (const entry of header.entries) {
    const takes = into.get(entry) ?? [];
    for (let at = entry.begin; at < entry.end; at += pieceBytes) {
      const n = Math.min(pieceBytes, entry.end - at);
      const bytes = yield { position: header.dataAt + at, bytes: n };
      crc = crc32(bytes, crc);
      for (const take of takes) take(bytes, at - entry.begin);
    }
  }
  checkData(header, crc);
}
