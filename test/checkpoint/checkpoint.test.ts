// What is in a checkpoint, what is taken from one, and what is refused with nothing changed.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { crc32, digits, provideCrc32 } from '../../src/checkpoint/crc32.js';
import { provideFiles } from '../../src/checkpoint/files.js';
import { readHeader } from '../../src/checkpoint/header.js';
import { Adam, AdamW, MovingAverage, NAdam, SGD } from '../../src/index.js';
import { nodeFiles } from '../../src/node/files.js';
import { provideNode } from '../../src/node/provide.js';
import { nativeMissing } from '../backends.js';
import { noise, text } from '../training.js';

// Headers are written alike for both backends; the long ones take many seconds.
const unwritable = [
  ['half a character', 'a\ud800', 'STATE', /lone surrogate/],
  ['half a character, the other half', '\udfff', 'STATE', /lone surrogate/],
  ['more than a header holds, with its state', 'n'.repeat(27e6), 'CHECKPOINT', /at most 100000000 bytes/],
  ['more than a string holds, in the groups', '\u0001'.repeat(8e7), 'CHECKPOINT', /at most 100000000 bytes/],
] as const;

const code = (name: string) => expect.objectContaining({ code: `ERR_LANESTEP_${name}` });
const folder = mkdtempSync(join(tmpdir(), 'lanestep-'));
const path = join(folder, 'state.safetensors');
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(provideNode);

/** Every file is too large to be read at once. */
const streaming = () => provideFiles({ ...nodeFiles, mostAtOnce: -1 });

const headerOf = (bytes: Uint8Array) => {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return readHeader(bytes.subarray(8, 8 + length), bytes.length);
};

/** An optimizer in the middle of training, and all that can be told of it. */
function trained(backend: 'native' | 'wasm', steps = 3, seed = 1, length = 19) {
  const params = {
    w: noise(new Float32Array(length), seed),
    b: noise(new Float64Array(5), seed + 1),
    rest: new Float32Array(2),
  };
  const optimizer = new Adam(params, { backend, lr: (t: number) => 0.1 / t, amsgrad: true });
  const train = (t: number) =>
    optimizer.step({
      w: noise(new Float32Array(length), t),
      b: t % 2 ? noise(new Float64Array(5), t) : null,
    });
  for (let t = 1; t <= steps; t++) train(t);
  const bits = () => text([params, optimizer.stateDict(), optimizer.steps, optimizer.groups[0]!.betas]);
  return { params, optimizer, train, bits };
}

for (const backend of ['native', 'wasm'] as const) {
  const missing = backend === 'native' && nativeMissing !== null ? ` (skipped: ${nativeMissing})` : '';
  describe.skipIf(missing !== '')(`${backend}${missing}`, () => {
    const ways = {
      'in memory': async (from: Adam, to: Adam) => to.deserialize(from.serialize()),
      'through a file': async (from: Adam, to: Adam) => {
        await from.save(path);
        await to.load(pathToFileURL(path));
      },
      'through a file that is streamed': async (from: Adam, to: Adam) => {
        streaming();
        await from.save(pathToFileURL(path));
        await to.load(path);
      },
    };

    it.each(Object.entries(ways))('takes over all of it %s', async (_, way) => {
      // More than two pieces, which end within an array.
      const one = trained(backend, 3, 1, 700_001);
      const other = trained(backend, 2, 7, 700_001);
      await way(one.optimizer as never, other.optimizer as never);
      expect(other.bits() === one.bits()).toBe(true);
      for (const { train } of [one, other]) train(4);
      expect(other.bits() === one.bits()).toBe(true);
    });

    it('is a safetensors file under the names of PyTorch', async () => {
      const { optimizer, params } = trained(backend);
      const bytes = optimizer.serialize();
      const { entries, metadata, dataAt } = headerOf(bytes);
      expect(dataAt % 8).toBe(0);
      expect(entries.map(({ name, dtype, shape }) => `${name} ${dtype}[${shape.join()}]`)).toEqual([
        'state.w.step F64[]',
        'state.b.step F64[]',
        'b F64[5]',
        'state.b.exp_avg F64[5]',
        'state.b.exp_avg_sq F64[5]',
        'state.b.max_exp_avg_sq F64[5]',
        'w F32[19]',
        'state.w.exp_avg F32[19]',
        'state.w.exp_avg_sq F32[19]',
        'state.w.max_exp_avg_sq F32[19]',
        // It never had a gradient.
        'rest F32[2]',
      ]);
      const { begin } = entries.find(({ name }) => name === 'w')!;
      expect([...new Float32Array(bytes.slice(dataAt + begin).buffer, 0, 19)]).toEqual([...params.w]);
      expect(Object.fromEntries(metadata)).toMatchObject({
        format: 'pt',
        lanestep: '1',
        optimizer: 'adam',
        steps: '3',
      });
      expect(JSON.parse(metadata.get('param_groups')!)).toMatchObject([
        { lr: 0.1 / 3, betas: [0.9, 0.999], amsgrad: true, params: ['w', 'b', 'rest'] },
      ]);
      await optimizer.save(path);
      expect(Buffer.compare(readFileSync(path), bytes)).toBe(0);
    });

    it('loads parameters where they are and are wanted', () => {
      const one = trained(backend);
      const [full, state] = [one.optimizer.serialize(), one.optimizer.serialize({ params: false })];
      expect(headerOf(state).entries.map(({ name }) => name)).not.toContain('w');
      for (const [bytes, options] of [
        [full, { params: false }],
        [state, {}],
        [state, { params: false }],
      ] as const) {
        const other = trained(backend, 2, 7);
        const before = text(other.params);
        other.optimizer.deserialize(bytes, options);
        expect(text(other.params)).toBe(before);
        expect(text(other.optimizer.stateDict())).toBe(text(one.optimizer.stateDict()));
      }
      const other = trained(backend, 2, 7);
      const before = other.bits();
      expect(() => other.optimizer.deserialize(state, { params: true })).toThrow(code('STATE'));
      expect(other.bits()).toBe(before);
      other.optimizer.deserialize(full, { params: true });
      expect(other.bits()).toBe(one.bits());
    });

    it('saves a parameter that was moved where it is to be read, and loads it where it is to be', () => {
      const here = [Float32Array.of(1, 2)] as const;
      const there = [Float32Array.of(7, 7)] as const;
      const one = new SGD(here, { backend, lr: 1 });
      one.rebind(there, here);
      const other = new SGD([Float32Array.of(0, 0)], { backend, lr: 1 });
      other.deserialize(one.serialize());
      const saved = one.serialize();
      here[0].fill(50);
      one.deserialize(saved);
      expect([...there[0]]).toEqual([1, 2]);
      one.step([Float32Array.of(0.5, 0.5)]);
      expect([...there[0], ...here[0]]).toEqual([0.5, 1.5, 50, 50]);
    });

    it('refuses what belongs to another optimizer, whole as it is', async () => {
      const { optimizer, bits } = trained(backend);
      const before = bits();
      const f32 = (n: number) => new Float32Array(n);
      const others = {
        'other rule': new NAdam({ w: f32(19), b: new Float64Array(5), rest: f32(2) }, { backend }),
        'other names': new Adam(
          { v: f32(19), b: new Float64Array(5), rest: f32(2) },
          { backend, amsgrad: true },
        ),
        'other length': new Adam(
          { w: f32(18), b: new Float64Array(5), rest: f32(2) },
          { backend, amsgrad: true },
        ),
        'other type': new Adam({ w: f32(19), b: f32(5), rest: f32(2) }, { backend, amsgrad: true }),
        'other groups': new Adam(
          [{ params: { w: f32(19), b: new Float64Array(5), rest: f32(2) } }, { params: [f32(1)] }],
          {
            backend,
            amsgrad: true,
          },
        ),
      };
      for (const [what, other] of Object.entries(others)) {
        expect(() => optimizer.deserialize(other.serialize()), what).toThrow(code('STATE'));
        await (other as Adam).save(path);
        await expect(optimizer.load(path), what).rejects.toThrow(code('STATE'));
      }
      expect(bits()).toBe(before);
    });

    it('keeps numbers that JSON loses, and names that are odd', () => {
      const make = () => {
        const odd = ['__proto__', 'constructor', 'state.w', 'ü "\\', '\ud83e\udde0', '', 'data_crc32'];
        const params = Object.fromEntries(odd.map((name, i) => [name, Float32Array.of(i)]));
        Object.defineProperty(params, '__proto__', { value: Float32Array.of(9), enumerable: true });
        return { params, optimizer: new SGD(params, { backend, lr: -0, momentum: 0.3 }) };
      };
      const one = make();
      one.optimizer.step(Object.fromEntries(Object.keys(one.params).map(name => [name, Float32Array.of(2)])));
      const other = make();
      other.optimizer.set({ lr: 1 });
      other.optimizer.deserialize(one.optimizer.serialize());
      expect(other.optimizer.groups[0]!.lr).toBe(-0);
      expect(text([other.params, other.optimizer.stateDict()])).toBe(
        text([one.params, one.optimizer.stateDict()]),
      );
    });

    it('refuses a parameter with a name that the file has another use for', () => {
      const make = (name: string) =>
        new SGD({ w: Float32Array.of(1), [name]: Float32Array.of(2) }, { backend, momentum: 0.5 });
      for (const name of ['__metadata__', 'state.w.step', 'state.w.momentum_buffer']) {
        expect(() => make(name).serialize(), name).toThrow(code('STATE'));
        const optimizer = make(name);
        optimizer.step({ w: Float32Array.of(1), [name]: Float32Array.of(3) });
        const other = make(name);
        other.deserialize(optimizer.serialize({ params: false }));
        expect(text(other.stateDict())).toBe(text(optimizer.stateDict()));
      }
    });

    const here = unwritable.filter(([, name]) => name.length < 9 || backend === 'wasm');
    it.each(here)(
      'refuses a name that no file can have, before it writes one: %s',
      async (_, name, kind, says) => {
        const { optimizer } = {
          optimizer: new SGD({ [name]: Float32Array.of(2) }, { backend, momentum: 0.5 }),
        };
        optimizer.step({ [name]: Float32Array.of(3) });
        const files = readdirSync(folder);
        for (const options of [{}, { params: false }].slice(0, name.length < 9 ? 2 : 1)) {
          const error = { code: `ERR_LANESTEP_${kind}`, message: expect.stringMatching(says) as string };
          expect(() => optimizer.serialize(options)).toThrow(expect.objectContaining(error));
          await expect(optimizer.save(path, options)).rejects.toThrow(says);
        }
        expect(readdirSync(folder)).toEqual(files);
      },
    );

    it('lets nobody in while it saves or loads', async () => {
      const { optimizer, bits, train } = trained(backend);
      const before = bits();
      const bytes = optimizer.serialize();
      for (const work of [() => optimizer.save(path), () => optimizer.load(path)]) {
        const under = work();
        const busy = code('BUSY');
        const refused = [optimizer.save(path), optimizer.load(path), optimizer.stepAsync({})];
        expect(() => train(9)).toThrow(busy);
        expect(() => optimizer.serialize()).toThrow(busy);
        expect(() => optimizer.deserialize(bytes)).toThrow(busy);
        expect(() => optimizer.set({ lr: 1 })).toThrow(busy);
        expect(() => optimizer.dispose()).toThrow(busy);
        for (const promise of refused) await expect(promise).rejects.toThrow(busy);
        await under;
      }
      expect(bits()).toBe(before);
      optimizer.dispose();
      expect(() => optimizer.serialize()).toThrow(code('DISPOSED'));
      await expect(optimizer.load(path)).rejects.toThrow(code('DISPOSED'));
    });

    it('changes nothing where a schedule throws or detaches a parameter while the options are read', async () => {
      const bytes = trained(backend).optimizer.serialize();
      const params = { w: new Float32Array(19), b: new Float64Array(5), rest: new Float32Array(2) };
      let act: () => number = () => 0.1;
      const optimizer = new Adam(params, { backend, lr: () => act(), amsgrad: true });
      const before = text([params, optimizer.stateDict()]);
      act = () => {
        throw new Error('no rate');
      };
      expect(() => optimizer.deserialize(bytes)).toThrow('no rate');
      writeFileSync(path, bytes);
      await expect(optimizer.load(path)).rejects.toThrow('no rate');
      act = () => Number.NaN;
      expect(() => optimizer.deserialize(bytes)).toThrow(code('STATE'));
      act = () => 0.1;
      expect(text([params, optimizer.stateDict()])).toBe(before);
      act = () => {
        structuredClone(params.b.buffer, { transfer: [params.b.buffer] });
        return 0.1;
      };
      expect(() => optimizer.deserialize(bytes)).toThrow(code('DETACHED'));
      expect(optimizer.steps).toBe(0);
      expect([...params.w]).toEqual([...new Float32Array(19)]);
    });

    it('tells how far it is, and stops where that throws', async () => {
      const { optimizer, bits } = trained(backend, 1, 1, 700_000);
      const before = bits();
      const seen: { bytes: number; total: number }[] = [];
      const onProgress = (progress: { bytes: number; total: number }) => seen.push(progress);
      await optimizer.save(path, { onProgress });
      const { total } = seen[0]!;
      expect(total).toBeGreaterThan(4 * 2_800_000);
      expect(seen.length).toBeGreaterThan(8);
      expect(seen.map(({ bytes }) => bytes)).toEqual(seen.map(({ bytes }) => bytes).sort((a, b) => a - b));
      expect(seen.at(-1)).toEqual({ bytes: total, total });
      const saved = readFileSync(path);
      const stop = () => {
        throw new Error('enough');
      };
      await expect(optimizer.save(path, { onProgress: stop })).rejects.toThrow('enough');
      expect(Buffer.compare(readFileSync(path), saved)).toBe(0);
      for (const way of [() => {}, streaming]) {
        way();
        seen.length = 0;
        await optimizer.load(path, { onProgress });
        expect(seen.at(-1)).toEqual({ bytes: total, total });
        await expect(optimizer.load(path, { onProgress: stop })).rejects.toThrow('enough');
      }
      expect(bits() === before).toBe(true);
    });

    it('is of no more use where a file changes while it is copied, until another is loaded', async () => {
      const one = trained(backend);
      await one.optimizer.save(path);
      const good = readFileSync(path);
      const other = trained(backend, 2, 7);
      let reads = 0;
      provideFiles({
        ...nodeFiles,
        mostAtOnce: -1,
        open: (given, work) =>
          nodeFiles.open(given, file => {
            // The header, three numbers, the data; and then once more.
            const read: typeof file.read = async request => {
              if (++reads === 12) throw new Error('the disk is gone');
              return file.read(request);
            };
            return work({ bytes: file.bytes, read });
          }),
      });
      await expect(other.optimizer.load(path)).rejects.toThrow('the disk is gone');
      provideNode();
      const refused = code('STATE');
      expect(() => other.train(3)).toThrow(refused);
      expect(() => other.train(3)).toThrow(/half loaded/);
      expect(() => other.optimizer.serialize()).toThrow(refused);
      expect(() => other.optimizer.stateDict()).toThrow(refused);
      await expect(other.optimizer.save(path)).rejects.toThrow(refused);
      expect(Buffer.compare(readFileSync(path), good)).toBe(0);
      await expect(other.optimizer.load(join(folder, 'none'))).rejects.toThrow(code('FILE'));
      expect(() => other.train(3)).toThrow(refused);
      other.optimizer.deserialize(good);
      for (const { train } of [one, other]) train(4);
      expect(other.bits()).toBe(one.bits());
    });

    it.each<[string, (optimizer: Adam) => unknown, string, string]>([
      ['options that are none', o => o.serialize(null as never), 'OPTION', 'options'],
      ['an unknown option', o => o.serialize({ parms: true } as never), 'OPTION', 'parms'],
      [
        'params that are neither true nor false',
        o => o.serialize({ params: 1 as never }),
        'OPTION',
        'params',
      ],
      [
        'onProgress that is no function',
        o => o.deserialize(new Uint8Array(8), { onProgress: 1 as never }),
        'OPTION',
        'onProgress',
      ],
      ['bytes that are none', o => o.deserialize('bytes' as never), 'OPTION', 'bytes'],
      [
        'a Float32Array of bytes',
        o => o.deserialize(new Float32Array(80) as never),
        'OPTION',
        'Float32Array(80)',
      ],
      ['no path', o => o.save('' as never), 'OPTION', 'path'],
      ['a number for a path', o => o.load(3 as never), 'OPTION', 'path'],
      ['a path with a zero in it', o => o.save('a\0b'), 'OPTION', 'path'],
      ['a URL of the web', o => o.load(new URL('https://example.com/a')), 'FILE', 'file: URL'],
      ['a file that is not there', o => o.load(join(folder, 'nothing')), 'FILE', 'nothing'],
      ['a folder', o => o.load(folder), 'FILE', 'a file'],
      ['a folder to save in', o => o.save(folder), 'FILE', 'a file'],
      ['a folder that is not there', o => o.save(join(folder, 'no', 'x')), 'FILE', 'no'],
    ])('refuses %s', async (_, work, name, fragment) => {
      const { optimizer, bits } = trained(backend);
      const before = bits();
      const error = await (async () => work(optimizer as never))().then(
        () => null,
        (caught: Error) => caught,
      );
      expect(error).toEqual(code(name));
      expect(error!.message).toContain(fragment);
      expect(bits()).toBe(before);
    });
  });
}

describe('a file of 10 KiB', () => {
  const one = trained('wasm', 3, 1, 600);
  const bytes = one.optimizer.serialize();
  const other = trained('wasm', 2, 7, 600);

  /** The codes of the errors with which as many changed files are refused; nothing is changed by any. */
  function refusals(count: number, changed: (i: number) => Uint8Array): Map<string, number> {
    const before = other.bits();
    const codes = new Map<string, number>();
    for (let i = 0; i < count; i++) {
      let found = `${i} was taken`;
      try {
        other.optimizer.deserialize(changed(i));
      } catch (error) {
        found = (error as { code?: string }).code ?? String(error);
      }
      codes.set(found, (codes.get(found) ?? 0) + 1);
    }
    expect(other.bits()).toBe(before);
    return codes;
  }

  it('is refused with any bit turned', () => {
    expect(bytes.length).toBeGreaterThan(10_240);
    const copy = bytes.slice();
    let last = 0;
    const codes = refusals(bytes.length * 8, i => {
      copy[last >> 3] = bytes[last >> 3]!;
      copy[i >> 3]! ^= 1 << (i & 7);
      last = i;
      return copy;
    });
    // A number of steps that cannot be is found before the checksum.
    const state = codes.get('ERR_LANESTEP_STATE') ?? 0;
    expect(state).toBeLessThan(200);
    expect(codes.get('ERR_LANESTEP_CHECKPOINT')).toBe(bytes.length * 8 - state);
  });

  it('is refused in part, and with more behind it', () => {
    const codes = refusals(bytes.length, length => bytes.subarray(0, length));
    expect([...codes]).toEqual([['ERR_LANESTEP_CHECKPOINT', bytes.length]]);
    expect([...refusals(1, () => Uint8Array.of(...bytes, 0)).keys()]).toEqual(['ERR_LANESTEP_CHECKPOINT']);
  });

  it('is taken as it is', () => {
    other.optimizer.deserialize(bytes);
    expect(other.bits()).toBe(one.bits());
  });
});

it('the checksum in TypeScript is that of Node', async () => {
  expect(digits(crc32(new TextEncoder().encode('123456789')))).toBe('cbf43926');
  vi.resetModules();
  const fresh = await import('../../src/checkpoint/crc32.js');
  expect(fresh.crc32).not.toBe(crc32);
  const bytes = noise(new Float64Array(1000), 3);
  const whole = new Uint8Array(bytes.buffer);
  const [front, back] = [whole.subarray(0, 4321), whole.subarray(4321)];
  expect(fresh.crc32(back, fresh.crc32(front))).toBe(crc32(whole));
  expect(fresh.digits(1)).toBe('00000001');
});

it('where there is no file system it says so, and serializes', async () => {
  vi.resetModules();
  const { SGD: Bare } = await import('../../src/wasm.js');
  const optimizer = new Bare([Float32Array.of(1)], { momentum: 0.5 });
  await expect(optimizer.save('x')).rejects.toThrow(code('FILE'));
  await expect(optimizer.save('x')).rejects.toThrow(/serialize/);
  optimizer.step([Float32Array.of(1)]);
  const other = new SGD([Float32Array.of(5)], { momentum: 0.5 });
  other.deserialize(optimizer.serialize());
  expect(text(other.stateDict())).toBe(text(optimizer.stateDict()));
});

it('a moving average wants its values in the checkpoint', () => {
  const average = new MovingAverage([Float32Array.of(1)]);
  expect(() => average.serialize({ params: false } as never)).toThrow(code('OPTION'));
});

it('AdamW and Adam take no checkpoint of each other, which would decay otherwise from then on', () => {
  const [adam, adamw] = [new Adam([Float32Array.of(1)]), new AdamW([Float32Array.of(1)])];
  expect(() => adamw.deserialize(adam.serialize())).toThrow(code('STATE'));
  expect(() => adam.deserialize(adamw.serialize())).toThrow(
    /Expected a checkpoint of adam, got one of "adamw"/,
  );
});

it('a faster checksum can be given', () => {
  provideCrc32(() => 0);
  expect(crc32(Uint8Array.of(1))).toBe(0);
});
