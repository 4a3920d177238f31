// Training that is cut anywhere, saved as a checkpoint and resumed from it alone, here or on the other backend, goes on with
// the same bits.
import { describe, expect, it } from 'vitest';
import { Adam, MovingAverage } from '../../src/index.js';
import { nativeMissing } from '../backends.js';
import { everyVariant } from '../every-optimizer.js';
import { type Backend, noise, type Run, Training, text } from '../training.js';

/** Arrays that a resumed run begins with, nothing of which may be left. */
const elsewhere = { a: noise(new Float32Array(37), 8), b: noise(new Float64Array(21), 9) };

function resumed(run: Run, backend: Backend, bytes: Uint8Array): Training {
  const training = new Training(run, backend, elsewhere);
  training.optimizer.deserialize(bytes);
  return training;
}

const directions: readonly [Backend, Backend][] = [
  ['native', 'wasm'],
  ['wasm', 'native'],
];

for (const [before, after] of directions) {
  const missing = nativeMissing === null ? '' : ` (skipped: ${nativeMissing})`;
  describe.skipIf(missing !== '')(`${before} to ${after}${missing}`, () => {
    for (const { title, entry, options } of everyVariant) {
      it(`resumes ${title} after any of 12 steps`, () => {
        const run: Run = {
          shape: 'record',
          make: (params, backend) => entry.make(params, { ...options, backend }),
        };
        const whole = new Training(run, before);
        const saved: Uint8Array[] = [];
        const bits: string[] = [];
        for (let t = 0; t <= 12; t++) {
          saved.push(whole.optimizer.serialize());
          bits.push(whole.bits);
          whole.train(t, t + 1);
        }
        saved.forEach((bytes, cut) => {
          const second = resumed(run, after, bytes);
          expect(second.bits, `loaded at ${cut}`).toBe(bits[cut]);
          expect(Buffer.compare(second.optimizer.serialize(), bytes), `saved again at ${cut}`).toBe(0);
          expect(second.train(cut, 12).bits, `cut at ${cut}`).toBe(bits[12]);
          second.optimizer.dispose();
        });
      });
    }

    it('resumes Adam with groups and schedules after any of 200 steps', () => {
      const run: Run = {
        shape: 'groups',
        make: ([first, second], backend) =>
          new Adam(
            [
              { ...first, weightDecay: (t: number) => 0.1 / t },
              { ...second, betas: [0.8, (t: number) => 1 - 0.5 / t] },
            ],
            { backend, amsgrad: true, lr: (t: number) => 0.1 / (1 + t) },
          ) as never,
      };
      const whole = new Training(run, before);
      const saved: Uint8Array[] = [];
      for (let t = 0; t < 200; t++) {
        saved.push(whole.optimizer.serialize());
        whole.train(t, t + 1);
      }
      saved.forEach((bytes, cut) => {
        expect(resumed(run, after, bytes).train(cut, 200).bits, `cut at ${cut}`).toBe(whole.bits);
      });
    });

    it('resumes a moving average', () => {
      const make = (backend: Backend) => {
        const p = Float32Array.of(1, 2, 3);
        return { p, average: new MovingAverage({ p }, { backend, decay: 0.75, biasCorrection: true }) };
      };
      const [one, other] = [make(before), make(after)];
      for (let t = 0; t < 5; t++) {
        one.p[1]! += t;
        one.average.update();
      }
      other.average.deserialize(one.average.serialize());
      for (const { p, average } of [one, other]) {
        p.set([4, 5, 6]);
        average.update();
      }
      expect(text([other.average.stateDict(), other.average.values])).toBe(
        text([one.average.stateDict(), one.average.values]),
      );
    });
  });
}
