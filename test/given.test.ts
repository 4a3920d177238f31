// How the objects of a caller are read: own properties, inherited ones and getters of a class are taken, and whatever is not
// known is refused by name, with what was probably meant.
import { describe, expect, it } from 'vitest';
import { meant } from '../src/did-you-mean.js';
import * as lanestep from '../src/index.js';
import { Adam, type LanestepError } from '../src/index.js';
import { adam } from '../src/tfjs/wasm.js';
import { wrap } from '../src/tfjs/wrap.js';
import { type Wrong, yielding } from './bad-input/case.js';

const f32 = (...values: number[]) => Float32Array.from(values);
const settings = { backend: 'wasm' } as const;

/** Whoever takes options: what makes something of them, an option with a good value, and how one sees that it was taken. */
const takers: Record<
  string,
  [take: (options: Wrong) => unknown, key: string, value: unknown, see: (made: Wrong) => unknown]
> = {
  Adam: [options => new Adam([f32(1)], options), 'lr', 0.5, made => made.groups[0].lr],
  'a setting': [options => new Adam([f32(1)], options), 'backend', 'wasm', made => made.backend().name],
  'a group': [
    options => new Adam([addTo(options, 'params', [f32(1)])], settings),
    'lr',
    0.5,
    made => made.groups[0].lr,
  ],
  set: [
    options => {
      const made = new Adam([f32(1)], settings);
      made.set(options);
      return made;
    },
    'weightDecay',
    0.5,
    made => made.groups[0].weightDecay,
  ],
  MovingAverage: [
    options => new lanestep.MovingAverage([f32(1)], options),
    'initial',
    7,
    made => made.values[0][0],
  ],
  schedule: [options => lanestep.cosine(addTo(options, 'lr', 1)), 'tMax', 2, made => made(3)],
  ReduceLROnPlateau: [options => new lanestep.ReduceLROnPlateau(options), 'lr', 0.5, made => made.lr],
  miniBatch: [
    options => lanestep.miniBatch(addTo(options, 'size', 8)),
    'batchSize',
    2,
    made => made.batchSize,
  ],
  serialize: [
    options => new Adam({ w: f32(1) }, settings).serialize(options),
    'params',
    false,
    made => Buffer.from(made).includes('"w":{'),
  ],
  deserialize: [
    options => {
      const made = new Adam([f32(1)], settings);
      const w = f32(3);
      const saved = new Adam([w], settings).serialize();
      made.deserialize(saved, options);
      return made;
    },
    'params',
    false,
    made => made.steps,
  ],
  wrap: [options => wrap(Adam, options), 'lr', 0.5, made => made.learningRate],
  'settings of the drop-in': [
    options => adam(1e-3, 0.9, 0.999, 1e-7, options),
    'gradientScale',
    0.5,
    made => made.getConfig().gradientScale,
  ],
};

/** The same object with one more property. */
function addTo(object: object, key: string, value: unknown): Wrong {
  return Object.defineProperty(object, key, { value, enumerable: true });
}

/** Ways in which an object has a property; a function as a method of a class. */
const ways: Record<string, (key: PropertyKey, value: unknown) => object> = {
  own: (key, value) => ({ [key]: value }),
  'an own getter': (key, value) => Object.defineProperty({}, key, { get: () => value, enumerable: true }),
  inherited: (key, value) => Object.create({ [key]: value }),
  'inherited from afar, without a root': (key, value) =>
    Object.create(Object.create(Object.assign(Object.create(null), { [key]: value }))),
  'a getter of a class': (key, value) => {
    class Given {}
    Object.defineProperty(Given.prototype, key, { get: () => value });
    return new Given();
  },
  'a getter of its parent class': (key, value) => {
    class Parent {}
    Object.defineProperty(Parent.prototype, key, { get: () => value });
    return new (class Given extends Parent {})();
  },
};

for (const [taker, [take, key, value, see]] of Object.entries(takers)) {
  describe(taker, () => {
    const usual = see(take(ways['own']!(key, value)));
    for (const [way, make] of Object.entries(ways)) {
      it(`takes ${key} that is ${way}, and refuses what is misspelt there`, () => {
        expect(see(take(make(key, value)))).toEqual(usual);
        const misspelt = `${key}s`;
        const object = Object.defineProperty(make(misspelt, value), key, { value, enumerable: true });
        expect(() => take(object)).toThrow(
          expect.objectContaining({
            code: 'ERR_LANESTEP_OPTION',
            message: expect.stringMatching(new RegExp(`got "${misspelt}"; did you mean ${key}\\?$`)),
          }),
        );
      });
    }

    it('refuses a symbol, and leaves methods of a class alone', () => {
      expect(() => take({ [key]: value, [Symbol('lr')]: 1 })).toThrow(/got Symbol\(lr\)/);
      class Given {
        describe() {
          return 'mine';
        }
        get [Symbol.toStringTag]() {
          return 'Given';
        }
      }
      if (taker !== 'wrap') expect(see(take(addTo(new Given(), key, value)))).toEqual(usual);
    });
  });
}

it('takes a method of a class for a function of the step, where it has the name of an option', () => {
  class Given {
    lr(t: number) {
      return 0.5 / t;
    }
  }
  for (const made of [
    new Adam([f32(1)], new Given() as Wrong),
    new Adam([addTo(new Given(), 'params', [f32(1)])] as Wrong),
  ])
    expect(made.numbers[0]!.lr).toBe(0.5);
});

it('calls each getter once', () => {
  let calls = 0;
  const counting = (key: string, value: unknown) =>
    Object.defineProperty({}, key, { get: () => yielding(value, () => calls++), enumerable: true });
  for (const [take, key, value] of Object.values(takers)) {
    calls = 0;
    take(counting(key, value));
    expect(calls).toBe(1);
  }
});

describe('records', () => {
  const sgd = (params: unknown) => new lanestep.SGD(params as Wrong, { lr: 1, backend: 'wasm' }) as Wrong;

  it('of parameters may be of a class, with getters', () => {
    const v = f32(2);
    class Model {
      w = f32(1);
      get v() {
        return v;
      }
      count() {
        return 2;
      }
    }
    const model = new Model();
    const optimizer = sgd(model);
    expect(optimizer.groups[0].names).toEqual(['w', 'v']);
    class Gradients {
      w = f32(0.5);
      get v() {
        return f32(0.25);
      }
      get norm() {
        return 1;
      }
    }
    // All are there: what else the class can tell is its own business.
    optimizer.step(new Gradients());
    expect([...model.w, ...v]).toEqual([0.5, 1.75]);
  });

  it('of gradients pass nothing over in silence', () => {
    for (const [way, make] of Object.entries(ways)) {
      const optimizer = sgd({ weight: f32(1), bias: f32(1) });
      const wrong = Object.defineProperty(make('wieght', f32(1)), 'bias', {
        value: f32(1),
        enumerable: true,
      });
      expect(() => optimizer.step(wrong), way).toThrow(/got "wieght"; did you mean weight\?$/);
      expect(() => optimizer.step(make(Symbol('weight'), f32(1))), way).toThrow(
        /Expected grads to (have keys|be a record)/,
      );
      expect(optimizer.steps).toBe(0);
    }
  });

  it('of parameters want text for names', () => {
    expect(() => sgd({ w: f32(1), [Symbol('v')]: f32(1) })).toThrow(/text for names, got Symbol\(v\)/);
  });

  it('name no more keys than one can read', () => {
    const params = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`layer${i}`, f32(1)]));
    let message = '';
    try {
      sgd(params).step({ layer_7: f32(1) });
    } catch (error) {
      message = (error as LanestepError).message;
    }
    expect(message.length).toBeLessThan(400);
    expect(message).toMatch(/and 2980 more, got "layer_7"; did you mean layer7\?$/);
  });
});

it('null for a group lets all of its tensors sit out', () => {
  const [w, b] = [f32(1), f32(1)];
  const optimizer = new lanestep.SGD([{ params: { w } }, { params: [b] }], { lr: 1, ...settings });
  optimizer.step([{ w: f32(0.5) }, null]);
  optimizer.step([null, [f32(0.25)]]);
  expect([...w, ...b]).toEqual([0.5, 0.75]);
  expect(() => optimizer.step([undefined, [f32(1)]] as Wrong)).toThrow(/grads\[0\].*got undefined/);
});

it('knows what is meant', () => {
  const names = (Class: Wrong, given: object) => {
    try {
      new Class([f32(1)], given);
      return null;
    } catch (error) {
      return /did you mean (\w+)\?$/.exec((error as Error).message)?.[1] ?? null;
    }
  };
  const { Adadelta, Adafactor, AdamW, RMSprop, SGD } = lanestep;
  for (const [Class, wrong, right] of [
    [Adam, 'weight_decay', 'weightDecay'],
    [Adam, 'learningRate', 'lr'],
    [Adam, 'learning_rate', 'lr'],
    [Adam, 'beta1', 'betas'],
    [Adam, 'beta_2', 'betas'],
    [Adam, 'epsilon', 'eps'],
    [Adam, 'LR', 'lr'],
    [Adam, 'wieghtDecay', 'weightDecay'],
    [Adam, 'amsGrad', 'amsgrad'],
    [Adam, 'momentum', 'betas'],
    [Adam, 'untransferrable', 'untransferable'],
    [Adam, 'Backend', 'backend'],
    [Adam, 'device', 'backend'],
    [Adam, 'clip_grad_norm', 'clipNorm'],
    [Adam, 'max_norm', 'clipNorm'],
    [Adam, 'max_grad_norm', 'clipNorm'],
    [SGD, 'global_clipnorm', 'clipNorm'],
    [SGD, 'clip_by_global_norm', 'clipNorm'],
    [Adafactor, 'clip_threshold', 'd'],
    [SGD, 'nestrov', 'nesterov'],
    [RMSprop, 'rho', 'alpha'],
    [Adadelta, 'alpha', 'lr'],
    [AdamW, 'decay', 'weightDecay'],
    [Adam, 'nonsense', null],
    [Adam, 'constructor', null],
  ] as const)
    expect(names(Class, { [wrong]: 0.1 }), wrong).toBe(right);
  expect(() => new AdamW([f32(1)], { weight_decay: 0.1 } as Wrong)).toThrow(
    /^Expected an option of AdamW \(lr, betas/,
  );
  expect(() => new Adam([{ params: [f32(1)], backend: 'wasm' }] as Wrong)).toThrow(
    /"backend"; backend is given once for all groups/,
  );
  expect(meant('', ['lr'])).toBe(null);
  expect(meant('x'.repeat(1e6), ['x'.repeat(1e6)])).toBe(null);
});
