// What a step is told beside its gradients: the loss.
import { describe, expect, it, test } from 'vitest';
import { Adam, GradientError, MoMo, OptionError, PolyakSGD } from '../src/index.js';
import { onEachBackend } from './rules/trajectory.js';

const g = Float64Array.of(2);

describe('the loss', () => {
  onEachBackend(backend => {
    it.each([
      ['text', '1', /^Expected an object such as { loss } beside the gradients, got "1"/],
      ['null', null, /got null/],
      ['a list', [1], /such as { loss }/],
      ['a Map', new Map([['loss', 1]]), /such as { loss }/],
      ['another name', { los: 1 }, /^Expected { loss } beside the gradients, got "los"; did you mean loss\?/],
      ['a name too much', { loss: 1, lr: 2 }, /got "lr"/],
      [
        'no number',
        { loss: '1' },
        /^Expected a number for loss(, since MoMo goes by it: step\(grads, { loss }\))?, got "1"/,
      ],
      ['a function', { loss: () => 1 }, /^Expected a number for loss/],
    ])('is refused as %s, and nothing changes', async (_, told, message) => {
      for (const Class of [Adam, MoMo]) {
        const p = Float64Array.of(3);
        const optimizer = new Class([p], { backend });
        const refused = (step: () => unknown) => {
          expect(step).toThrow(OptionError);
          expect(step).toThrow(message);
        };
        refused(() => optimizer.step([g], told as never));
        await expect(optimizer.stepAsync([g], told as never)).rejects.toThrow(message);
        expect([p[0], optimizer.steps]).toEqual([3, 0]);
      }
    });

    test('must be there for what goes by it', () => {
      const optimizer = new PolyakSGD([Float64Array.of(3)], { backend });
      const message =
        'Expected a number for loss, since PolyakSGD goes by it: step(grads, { loss }), got none';
      for (const told of [undefined, {}, { loss: undefined }])
        expect(() => optimizer.step([g], told as never)).toThrow(message);
    });

    test('changes nothing for others, and is of its own step alone', () => {
      const [a, b] = [Float64Array.of(3), Float64Array.of(3)];
      new Adam([a], { backend }).step([g], { loss: Number.NaN });
      new Adam([b], { backend }).step([g]);
      expect(a).toEqual(b);
      const optimizer = new PolyakSGD([a], { backend });
      optimizer.step([g], { loss: 1 });
      expect(() => optimizer.step([g], {} as never)).toThrow(OptionError);
    });

    test('is read once, by a getter that cannot step', () => {
      const p = Float64Array.of(3);
      const optimizer = new PolyakSGD([p], { backend });
      let asked = 0;
      const told = {
        get loss() {
          asked++;
          expect(() => optimizer.step([g], { loss: 1 })).toThrow(/between steps/);
          return 2;
        },
      };
      optimizer.step([g], told);
      expect([asked, p[0]]).toEqual([1, 2]);
    });

    test.each([Number.NaN, Infinity, -Infinity])('that is %s does what nonFinite says', loss => {
      const stepped = (nonFinite: 'propagate' | 'skip' | 'throw') => {
        const p = Float64Array.of(3);
        const optimizer = new PolyakSGD([p], { backend, nonFinite });
        const before = optimizer.steps;
        try {
          optimizer.step([g], { loss });
        } catch (error) {
          expect(error).toBeInstanceOf(GradientError);
          expect(String(error)).toContain(`Expected a finite number for loss, got ${loss}`);
          return [p[0], 'thrown'];
        }
        return [p[0], optimizer.steps - before];
      };
      expect(stepped('skip')).toEqual([3, 0]);
      expect(stepped('throw')).toEqual([3, 'thrown']);
      // No more than maxLr; downwards there is no end.
      expect(stepped('propagate')).toEqual([
        loss === Infinity ? 1 : loss === -Infinity ? Infinity : Number.NaN,
        1,
      ]);
    });
  });
});
