// The doctor's self-test finds what is wrong: backends whose results are off by one unit in one element, that do nothing,
// that throw, that have no such kernel.
import { describe, expect, it } from 'vitest';
import type { Backend, Kernel } from '../../src/backends/backend.js';
import { everyKernel } from '../../src/backends/every-kernel.js';
import { WasmBackend } from '../../src/backends/wasm.js';
import { selfTest, ulpBound } from '../../src/cli/doctor/self-test.js';
import type { Subject } from '../../src/cli/doctor/subjects.js';
import { ulpOf } from '../../src/cli/doctor/ulps.js';
import { doctor, examine } from '../../src/cli/doctor.js';
import { runOnBackend, runOnReference } from '../../src/reference/jobs.js';
import { sequences } from '../../src/reference/sequences.js';
import { variants } from '../../src/reference/variants.js';
import type { FloatArray } from '../../src/types.js';
import { nativeMissing } from '../backends.js';
import { captured } from './captured.js';

const noAddon = nativeMissing === null ? '' : ` (skipped: ${nativeMissing})`;
const wasm = new WasmBackend(everyKernel);
const right: Subject = { title: 'right', run: job => runOnBackend(job, wasm) };

/** WebAssembly with something done to its kernels after they are made. */
function tampered(
  change: (kernel: Kernel, params: readonly FloatArray[], name: () => string) => void,
): Subject {
  const backend: Backend = {
    name: 'wasm',
    instructionSet: 'simd128',
    threads: 1,
    variants: wasm.variants,
    prepare(params, kept, grids, whole) {
      const kernel = wasm.prepare(params, kept, grids, whole);
      change(kernel, params, () => wasm.variants[kernel.variantOf[0]!]!);
      return kernel;
    },
  };
  return { title: 'tampered', run: job => runOnBackend(job, backend) };
}

/** The next number away from zero. */
function next(array: FloatArray, index: number): void {
  const bits =
    array.BYTES_PER_ELEMENT === 4
      ? new Uint32Array(array.buffer, array.byteOffset, array.length)
      : new BigUint64Array(array.buffer, array.byteOffset, array.length);
  bits[index]!++;
}

/** One element of one tensor is off by one ulp, in one kernel. */
const offByOne = (wanted: string, index: number): Subject =>
  tampered((kernel, params, name) => {
    const run = kernel.run.bind(kernel);
    kernel.run = () => {
      run();
      const p = params.find(({ length }) => length === 33);
      if (name() === wanted && p !== undefined) next(p, index);
    };
  });

const noOp = tampered(kernel => {
  kernel.run = () => {};
});

const nothing = () => ({ reason: null, fatal: false, deadly: {} });
const run = (subjects: readonly Subject[], ...argv: string[]) =>
  captured(output => doctor(argv, output, { subjects, probed: nothing }));

describe('the self-test', () => {
  it('finds nothing wrong where nothing is, and the same digest for all', () => {
    const reference: Subject = { title: 'reference', run: runOnReference };
    const { failures, agree, digests, kernels, subjects } = selfTest([right, reference]);
    expect(failures).toEqual([]);
    expect(agree).toBe(true);
    expect(subjects).toEqual(['right', 'reference']);
    expect(digests.right).toMatch(/^[0-9a-f]{16}$/);
    expect(digests.reference).toBe(digests.right);
    expect(Object.keys(kernels).sort()).toEqual(
      [...new Set([...variants, ...sequences].map(({ kernel }) => kernel))].sort(),
    );
    const ulps = Object.values(kernels).flatMap(row => Object.values(row));
    // The distances are those of float32's roundings: there, and far below the bound.
    expect(Math.max(...ulps.map(Number))).toBeGreaterThan(0.5);
    expect(Math.max(...ulps.map(Number))).toBeLessThan(ulpBound / 2);
    expect(ulps).not.toContain(null);
  });

  it('finds one element that is off by one unit in the last place, and names it', () => {
    const { failures, agree, kernels } = selfTest([right, offByOne('adam.amsgrad', 17)]);
    expect(failures).toEqual([
      {
        subject: 'tampered',
        kernel: 'adam.amsgrad',
        dtype: 'float32',
        what: expect.stringMatching(/^p\[17\] of 33 is -?[\d.]+, the reference has -?[\d.]+$/),
      },
    ]);
    expect(agree).toBe(false);
    expect(kernels['adam.amsgrad']).toEqual({ right: expect.any(Number), tampered: null });
    expect(kernels.adam?.tampered).toEqual(kernels.adam?.right);
  });

  it('finds slots and gradients that are wrong', () => {
    const slot = tampered(kernel => {
      const read = kernel.read.bind(kernel);
      kernel.read = (tensor, k, into, from) => {
        read(tensor, k, into, from);
        if (k === 1 && into.length > 3) into[2]! += 1;
      };
    });
    const found = selfTest([slot]).failures;
    expect(found.map(({ kernel }) => kernel)).toContain('adam');
    expect(found.map(({ kernel }) => kernel)).not.toContain('sgd');
    expect(found.find(({ kernel }) => kernel === 'adam')?.what).toMatch(/^slot 1\[2\] of 5 is /);

    const gradient = tampered(kernel => {
      const bind = kernel.bind.bind(kernel);
      kernel.bind = gradients => {
        bind(gradients);
        const step = kernel.run.bind(kernel);
        kernel.run = () => {
          step();
          for (const g of gradients) if (g !== null && g.length > 0) g[0] = 0;
        };
      };
    });
    expect(selfTest([gradient]).failures[0]?.what).toMatch(/^the gradient\[0\] of 1 is 0, /);
  });

  it('finds kernels that throw, and kernels that are not there', () => {
    const throwing: Subject = {
      title: 'throwing',
      run: () => {
        throw new Error('no such thing');
      },
    };
    expect(selfTest([throwing]).failures[0]?.what).toBe('it throws: no such thing');
    const backend = { ...wasm, variants: wasm.variants.map(name => (name === 'rprop' ? 'another' : name)) };
    const poor: Subject = {
      title: 'poor',
      run: job => runOnBackend(job, { ...backend, prepare: (...given) => wasm.prepare(...given) } as Backend),
    };
    expect(selfTest([poor]).failures).toEqual([
      {
        subject: 'poor',
        kernel: 'rprop',
        dtype: 'float32',
        what: 'it throws: no kernel rprop in the wasm backend',
      },
    ]);
  });

  it('measures in units of the last place', () => {
    expect([1, -1, 1.5, 2, 0.75].map(ulpOf)).toEqual([2 ** -23, 2 ** -23, 2 ** -23, 2 ** -22, 2 ** -24]);
  });
});

describe('lanestep doctor', () => {
  it('ends with 1 where one element is off by one unit, and names kernel, backend and index', async () => {
    const { code, out } = await run([right, offByOne('adam', 32)]);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^ {2}wrong: adam on tampered, float32: p\[32\] of 33 is \S+, the reference has \S+$/m,
    );
    expect(out).toMatch(/^ {2}adam +\d\.\d\d +WRONG$/m);
    expect(out).toMatch(/They do not agree: right [0-9a-f]{16}, tampered [0-9a-f]{16}/);
    expect(out).toMatch(/- Wrong results on tampered: report this .* use LANESTEP_ISA=right/);
    expect(out).toContain('WRONG: a result is not what it must be.');
  });

  it('ends with 1 where a backend does nothing', async () => {
    const { code, out } = await run([noOp], '--json');
    expect(code).toBe(1);
    const { verdict, selfTest, remedies } = JSON.parse(out);
    expect(verdict).toBe('wrong');
    expect(new Set(selfTest.failures.map(({ kernel }: { kernel: string }) => kernel)).size).toBe(
      new Set([...variants, ...sequences].map(({ kernel }) => kernel)).size,
    );
    expect(remedies[0]).toMatch(/^Wrong results on tampered: .* Do not train here\.$/);
  });

  it.skipIf(noAddon !== '')(`ends with 1 where an instruction set ends the process${noAddon}`, () => {
    const deadly = { avx512: 'adam float32 ends the process (SIGILL)' };
    const report = examine({ subjects: [], probed: () => ({ ...nothing(), deadly }) });
    expect(report.verdict).toBe('wrong');
    expect(report.remedies.join('\n')).toContain('avx512: adam float32 ends the process (SIGILL)');
  });

  it.skipIf(noAddon !== '')(`ends with 1 where the addon cannot be loaded alive${noAddon}`, () => {
    const report = examine({
      subjects: [],
      probed: () => ({
        reason: 'loading the native addon ends the process (SIGBUS)',
        fatal: true,
        deadly: {},
      }),
    });
    expect(report.verdict).toBe('none');
    expect(report.remedies.join('\n')).toMatch(/ends the process that loads it: `npx lanestep build`/);
  });
});
