import { describe, expect, test } from 'vitest';
import { Adam, GradScaler, SGD } from '../../src/index.js';
import { f32 } from '../state/scenes.js';

const finite = { report: { gradientNorm: 1, skipped: null } };
const overflowed = { report: { gradientNorm: Infinity, skipped: 'grads[0][0] is Infinity' } };

/** The scales of PyTorch 2's GradScaler after steps that overflowed or did not, by its own rule. */
function plain(
  overflows: readonly boolean[],
  { scale = 65_536, growth = 2, backoff = 0.5, interval = 2000 } = {},
): number[] {
  let tracker = 0;
  return overflows.map(overflow => {
    tracker = overflow ? 0 : tracker + 1;
    if (overflow) scale = Math.fround(scale * backoff);
    else if (tracker === interval) {
      scale = Math.fround(scale * growth);
      tracker = 0;
    }
    return scale;
  });
}

describe('GradScaler', () => {
  test.each([
    {},
    { initScale: 1000, growthFactor: 1.7, backoffFactor: 0.3, growthInterval: 3 },
    { initScale: 2 ** 20, growthFactor: 4, backoffFactor: 0.25, growthInterval: 1 },
  ])('has the scales of PyTorch: %o', options => {
    const overflows = Array.from({ length: 60 }, (_, i) => i % 7 === 3 || i % 11 === 0);
    const scaler = new GradScaler(options);
    const scales = overflows.map(overflow => {
      scaler.update(overflow ? overflowed : finite);
      return scaler.scale;
    });
    const {
      initScale: scale,
      growthFactor: growth,
      backoffFactor: backoff,
      growthInterval: interval,
    } = options;
    expect(scales).toEqual(plain(overflows, { scale, growth, backoff, interval }));
    expect(new Set(scales).size).toBeGreaterThan(1);
  });

  test('stays a number of float32 that has an inverse', () => {
    const scaler = new GradScaler({ growthInterval: 1 });
    for (let i = 0; i < 300; i++) scaler.update(finite);
    expect(scaler.scale).toBe(2 ** 127);
    for (let i = 0; i < 300; i++) scaler.update(overflowed);
    expect(scaler.scale).toBe(2 ** -126);
    expect(Math.fround(scaler.gradientScale(1))).toBe(2 ** 126);
  });

  test.each(['native', 'wasm'] as const)(
    'trains on %s with the bits of no scaling, and skips what overflows',
    backend => {
      const [p, q] = [f32(3, -2), f32(3, -2)];
      const scaler = new GradScaler({ growthInterval: 2 });
      const scaled = new Adam([p], {
        lr: 0.1,
        gradientScale: scaler.gradientScale,
        nonFinite: 'skip',
        backend,
      });
      const plainly = new Adam([q], { lr: 0.1, backend });
      const seen: number[] = [];
      for (let t = 0; t < 6; t++) {
        // What half precision cannot hold is an infinity there.
        const half = (x: number) => (Math.abs(x) > 200_000 ? Infinity : x);
        scaled.step([p.map(x => half(x * scaler.scale))]);
        scaler.update(scaled);
        seen.push(scaler.scale);
        if (scaled.steps > plainly.steps) plainly.step([q.slice()]);
        expect(p).toEqual(q);
      }
      // 3 x 65536 fits, so it grows after two; what overflows then halves it again.
      expect(seen).toEqual([65_536, 131_072, 65_536, 65_536, 131_072, 65_536]);
      expect(scaled.steps).toBe(4);
    },
  );

  test('counts several optimizers as one step, and overflows where one of them does', () => {
    const scaler = new GradScaler({ growthInterval: 1 });
    scaler.update(finite, finite);
    expect(scaler.scale).toBe(131_072);
    scaler.update(finite, overflowed);
    expect(scaler.scale).toBe(65_536);
    // A step that was taken all the same, and one that was skipped for its loss.
    scaler.update({ report: { gradientNorm: Number.NaN, skipped: null } });
    scaler.update({ report: { gradientNorm: 1, skipped: 'loss is NaN' } });
    expect(scaler.scale).toBe(16_384);
  });

  test('goes on from the checkpoint of its optimizer, and from a state through JSON', () => {
    const make = () => {
      const scaler = new GradScaler({ growthInterval: 3 });
      const options = { gradientScale: scaler.gradientScale, nonFinite: 'skip' } as const;
      return { scaler, optimizer: new SGD([f32(1)], options) };
    };
    const [one, other] = [make(), make()];
    const step = ({ scaler, optimizer }: typeof one, g: number) => {
      optimizer.step([f32(g * scaler.scale)]);
      scaler.update(optimizer);
    };
    for (const g of [1, Number.NaN, 1, 1]) step(one, g);
    other.optimizer.deserialize(one.optimizer.serialize());
    expect(other.scaler.stateDict()).toEqual({ scale: 32_768, growthTracker: 2 });
    for (const each of [one, other]) step(each, 1);
    expect([one.scaler.scale, other.scaler.scale]).toEqual([65_536, 65_536]);
    const third = new GradScaler();
    third.loadStateDict(JSON.parse(JSON.stringify(one.scaler.stateDict())));
    expect(third.stateDict()).toEqual(one.scaler.stateDict());
  });

  test('takes the scale of a state that was saved without it, where it has not begun', () => {
    const scaler = new GradScaler();
    const optimizer = new SGD([f32(1)], { gradientScale: scaler.gradientScale, nonFinite: 'skip' });
    optimizer.loadStateDict(new SGD([f32(1)], { gradientScale: 1 / 1024 }).stateDict());
    expect(scaler.scale).toBe(1024);
  });

  test.each([
    [[], 'Expected one optimizer at least for update, got none'],
    [
      [null],
      "Expected an optimizer with nonFinite: 'skip' that has taken a step for update, got null (1 of 1)",
    ],
    [[finite, { report: null }], 'got one that has not looked at its gradients (2 of 2)'],
  ])('refuses to be updated by %j, and stays as it is', (given, message) => {
    const scaler = new GradScaler({ growthInterval: 1 });
    const update = () => scaler.update(...(given as never[]));
    expect(update).toThrow(expect.objectContaining({ name: 'OptionError' }));
    expect(update).toThrow(message);
    expect(scaler.stateDict()).toEqual({ scale: 65_536, growthTracker: 0 });
  });

  test.each([
    null,
    {},
    { scale: 0, growthTracker: 0 },
    { scale: 0.1, growthTracker: 0 },
    { scale: 2 ** 128, growthTracker: 0 },
    { scale: 1, growthTracker: -1 },
    { scale: 1, growthTracker: 0.5 },
  ])('refuses the state %j and stays as it is', state => {
    const scaler = new GradScaler();
    scaler.update(overflowed);
    const before = scaler.stateDict();
    expect(() => scaler.loadStateDict(state as never)).toThrow(
      expect.objectContaining({ name: 'StateError', code: 'ERR_LANESTEP_STATE' }),
    );
    expect(scaler.stateDict()).toEqual(before);
  });
});
