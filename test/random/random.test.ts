// Cases drawn at random: what an optimizer makes of them has the bits of the reference, on everything that there is here.
// scripts/agreement.sh runs very many, on several versions of Node.
import { afterEach, describe, expect, it } from 'vitest';
import { WasmBackend } from '../../src/backends/wasm.js';
import type { FloatArray } from '../../src/types.js';
import { agree } from './agreement.js';
import { configurations } from './configurations.js';
import { draw, rules } from './draw.js';

const { list, missing } = configurations();
const only = missing === null ? '' : ` (native is skipped: ${missing})`;

it(`agrees with the reference in 2,000 cases${only}`, () => {
  const { failure, digest } = agree({ seed: 1, from: 0, cases: 2000 }, list);
  expect(failure).toBeNull();
  expect(digest).toMatch(/^[0-9a-f]{16}$/);
});

describe('what is drawn', () => {
  const plans = Array.from({ length: 3000 }, (_, number) => draw(7, number));

  it('is the same every time, and other for another seed', () => {
    expect(plans.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, number) => draw(7, number)));
    expect(plans.slice(0, 50)).not.toEqual(Array.from({ length: 50 }, (_, number) => draw(8, number)));
    const digests = [0, 0, 100].map(from => agree({ seed: 7, from, cases: 20 }, []).digest);
    expect(digests[1]).toBe(digests[0]);
    expect(digests[2]).not.toBe(digests[0]);
  });

  it('has every rule, shape, type and way of moving, and long tensors', () => {
    expect(new Set(plans.map(({ rule }) => rule)).size).toBe(rules.length);
    const seen = new Set(
      plans.flatMap(({ shape, tensors, steps, threads, loaded }) => [
        shape,
        threads,
        loaded === null ? 'new' : 'loaded',
        ...tensors.flatMap(({ dtype, kind, length }) => [dtype, kind, length > 32_768 ? 'long' : 'short']),
        ...steps.flatMap(({ moves, present }) => [
          ...(moves ?? []),
          present.includes(false) ? 'absent' : 'all',
        ]),
      ]),
    );
    const wanted = ['list', 'record', 'groups', 'float32', 'float64', 'long', 'absent', 'loaded', 'new'];
    const moves = ['stays', 'carried', 'read', 'copied'];
    const kinds = ['ordinary', 'unit', 'special', 'bits', 'tiny', 'huge'];
    for (const each of [...wanted, ...moves, ...kinds, 1, 2, 3]) expect(seen).toContain(each);
  });
});

describe('finds', () => {
  const { prepare } = WasmBackend.prototype;
  afterEach(() => {
    WasmBackend.prototype.prepare = prepare;
  });
  const wasm = list.filter(({ backend }) => backend === 'wasm');

  /** Does something to the parameters of length 33 and more after every step. */
  function tampered(change: (p: FloatArray) => void): string | null {
    WasmBackend.prototype.prepare = function (params, ...given) {
      const kernel = prepare.call(this, params, ...given);
      const run = kernel.run.bind(kernel);
      kernel.run = () => {
        run();
        for (const p of params) if (p.length >= 33) change(p);
      };
      return kernel;
    };
    return agree({ seed: 3, from: 0, cases: 200 }, wasm).failure;
  }

  it('one element that is off by one bit, says how to repeat it, and makes the case small', () => {
    const failure = tampered(p => {
      const bits = new Uint8Array(p.buffer, p.byteOffset);
      bits[32 * p.BYTES_PER_ELEMENT]! ^= 1;
    });
    const numbered = /^case (\d+) of seed 3 does not agree, on wasm: p of \w+\[32\] of 33 is/;
    expect(failure).toMatch(numbered);
    // One tensor of as many elements as it takes, and one step.
    expect(failure?.match(/^ {2}tensor .*"length":33,/gm)).toHaveLength(1);
    expect(failure?.match(/^ {2}step /gm)).toHaveLength(1);
    const number = Number(numbered.exec(failure!)![1]);
    expect(agree({ seed: 3, from: number, cases: 1 }, wasm).failure).toContain(`case ${number} of seed 3`);
  });

  it('a write outside of a tensor', () => {
    const failure = tampered(p => {
      new Uint8Array(p.buffer, p.byteOffset + p.byteLength)[0] = 0;
    });
    expect(failure).toMatch(/written outside|the reference has/);
  });
});
