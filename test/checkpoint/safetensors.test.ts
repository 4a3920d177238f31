// Files of safetensors that others wrote: all types that are known, and refusals of all else.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { Adam, readSafetensors } from '../../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'lanestep-safetensors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A file as its text and numbers say, by hand. */
function fileOf(header: object, ...data: ArrayBufferView[]): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = data.flatMap(({ buffer, byteOffset, byteLength }) => [
    ...new Uint8Array(buffer, byteOffset, byteLength),
  ]);
  const length = new Uint8Array(BigUint64Array.of(BigInt(json.length)).buffer);
  return Uint8Array.from([...length, ...json, ...bytes]);
}

const one = (dtype: string, data: ArrayBufferView, shape: number[]) =>
  fileOf({ x: { dtype, shape, data_offsets: [0, data.byteLength] } }, data);

describe.each<[string, ArrayBufferView, ArrayLike<unknown>]>([
  ['F64', Float64Array.of(0.1, -0, Number.NaN), Float64Array.of(0.1, -0, Number.NaN)],
  ['F32', Float32Array.of(0.1, -0), Float32Array.of(0.1, -0)],
  ['I64', BigInt64Array.of(-(2n ** 63n), 5n), BigInt64Array.of(-(2n ** 63n), 5n)],
  ['U64', BigUint64Array.of(2n ** 64n - 1n), BigUint64Array.of(2n ** 64n - 1n)],
  ['I32', Int32Array.of(-5), Int32Array.of(-5)],
  ['U32', Uint32Array.of(2 ** 32 - 1), Uint32Array.of(2 ** 32 - 1)],
  ['I16', Int16Array.of(-5), Int16Array.of(-5)],
  ['U16', Uint16Array.of(65535), Uint16Array.of(65535)],
  ['I8', Int8Array.of(-5), Int8Array.of(-5)],
  ['U8', Uint8Array.of(255), Uint8Array.of(255)],
  ['BOOL', Uint8Array.of(0, 1), Uint8Array.of(0, 1)],
  // 1, -2, the largest, the smallest normal and subnormal, infinity, -0, the largest subnormal.
  [
    'F16',
    Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0x7c00, 0x8000, 0x03ff, 0x3555),
    Float32Array.of(
      1,
      -2,
      65504,
      2 ** -14,
      2 ** -24,
      Number.POSITIVE_INFINITY,
      -0,
      1023 * 2 ** -24,
      0.333251953125,
    ),
  ],
  [
    'BF16',
    Uint16Array.of(0x3f80, 0xc000, 0x7f80, 0x0001, 0x8000),
    Float32Array.of(1, -2, Number.POSITIVE_INFINITY, 2 ** -133, -0),
  ],
])('%s', (dtype, stored, data) => {
  it('is read from bytes, a path and a URL', async () => {
    const bytes = one(dtype, stored, [1, data.length]);
    const path = join(folder, dtype);
    writeFileSync(path, bytes);
    for (const source of [bytes, path, pathToFileURL(path)]) {
      const { tensors, metadata } = await readSafetensors(source);
      expect([...tensors]).toEqual([['x', { dtype, shape: [1, data.length], data }]]);
      expect(metadata.size).toBe(0);
    }
  });
});

it('reads names of any kind, scalars, empty arrays and metadata, in the order of the file', async () => {
  const bytes = fileOf(
    {
      second: { dtype: 'F32', shape: [], data_offsets: [0, 4] },
      __metadata__: { format: 'pt', header_crc32: 'of somebody else' },
      constructor: { dtype: 'U8', shape: [0, 3], data_offsets: [4, 4] },
      last: { dtype: 'I64', shape: [1], data_offsets: [4, 12] },
    },
    Float32Array.of(5),
    BigInt64Array.of(7n),
  );
  const { tensors, metadata } = await readSafetensors(bytes);
  expect([...tensors.keys()]).toEqual(['second', 'constructor', 'last']);
  expect(tensors.get('last')!.data).toEqual(BigInt64Array.of(7n));
  expect(metadata.get('header_crc32')).toBe('of somebody else');
});

it('reads checkpoints, and finds their damage', async () => {
  const optimizer = new Adam({ w: Float32Array.of(1, 2) });
  optimizer.step({ w: Float32Array.of(1, 1) });
  const bytes = optimizer.serialize({ metadata: 5 });
  const { tensors, metadata } = await readSafetensors(bytes);
  expect(tensors.get('state.w.exp_avg')!.data).toEqual(optimizer.stateDict().state.w!.exp_avg);
  expect(tensors.get('state.w.step')).toEqual({ dtype: 'F64', shape: [], data: Float64Array.of(1) });
  expect(metadata.get('metadata')).toBe('5');
  for (const at of [20, bytes.length - 1]) {
    const damaged = bytes.slice();
    damaged[at]! ^= 1;
    await expect(readSafetensors(damaged)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_LANESTEP_CHECKPOINT' }),
    );
  }
});

it.each<[string, unknown, string]>([
  ['a type of others', one('F8_E4M3', Uint8Array.of(1), [1]), 'ERR_LANESTEP_CHECKPOINT'],
  ['a type of nobody', one('F31', Uint8Array.of(1), [1]), 'ERR_LANESTEP_CHECKPOINT'],
  ['a shape of more', one('F32', Float32Array.of(1), [2]), 'ERR_LANESTEP_CHECKPOINT'],
  ['no header', new Uint8Array(7), 'ERR_LANESTEP_CHECKPOINT'],
  ['a byte too many', Uint8Array.from([...one('U8', Uint8Array.of(1), [1]), 0]), 'ERR_LANESTEP_CHECKPOINT'],
  ['floats', Float32Array.of(1), 'ERR_LANESTEP_OPTION'],
  ['nothing', undefined, 'ERR_LANESTEP_OPTION'],
  ['a file that is not there', join(folder, 'none'), 'ERR_LANESTEP_FILE'],
  ['a length that no number has', one('F32', new Float32Array(0), [2 ** 53, 0]), 'ERR_LANESTEP_CHECKPOINT'],
])('refuses %s', async (_, source, code) => {
  await expect(readSafetensors(source as never)).rejects.toThrow(expect.objectContaining({ code }));
});
