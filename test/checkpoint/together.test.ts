// Several objects in one file, all or none; and metadata of one's own.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import {
  Adam,
  deserializeAll,
  loadAll,
  MovingAverage,
  miniBatch,
  Random,
  ReduceLROnPlateau,
  readSafetensors,
  SGD,
  saveAll,
  serializeAll,
} from '../../src/index.js';
import { type Any, backends, codeOf, f32 } from '../state/scenes.js';

const folder = mkdtempSync(join(tmpdir(), 'lanestep-together-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'run.safetensors');

for (const backend of backends) {
  const scene = () => {
    const params = { w: f32(1, 2), b: f32(3) };
    const plateau = new ReduceLROnPlateau({ lr: 0.1, patience: 0 });
    const objects = {
      model: new Adam(params, { backend, lr: plateau.schedule }),
      average: new MovingAverage(params, { backend, decay: 0.5 }),
      sampler: miniBatch({ size: 10, batchSize: 3, seed: 1 }),
      plateau,
      random: new Random(7),
      own: {
        notes: [] as number[],
        stateDict() {
          return this.notes;
        },
        loadStateDict(state: number[]) {
          if (!Array.isArray(state)) throw new RangeError('mine');
          this.notes = state;
        },
      },
    };
    const go = () => {
      objects.model.step({ w: f32(1, 1), b: f32(1) });
      objects.average.update();
      objects.sampler.nextBatch();
      plateau.step(1);
      objects.own.notes.push(objects.random.next());
    };
    const tell = () =>
      JSON.stringify([
        objects.model.stateDict(),
        objects.average.stateDict(),
        objects.sampler.stateDict(),
        plateau.stateDict(),
        objects.random.state,
        objects.own.notes,
        params,
      ]);
    return { objects, go, tell };
  };

  describe(backend, () => {
    it('saves and loads all of them, and JSON of one’s own', async () => {
      const one = scene();
      for (let t = 0; t < 3; t++) one.go();
      const metadata = {
        epoch: 3,
        best: -0,
        notes: ['ü', null, { deep: [true, 1e-300] }],
        ['__proto__x']: 1,
      };
      await saveAll(file, one.objects, { metadata });
      const [other, third] = [scene(), scene()];
      const report = await loadAll(file, other.objects);
      expect(report).toMatchObject({
        metadata,
        missing: [],
        unexpected: [],
        reports: { model: { loaded: ['w', 'b'] } },
      });
      expect(Object.is((report.metadata as Any).best, -0)).toBe(true);
      expect(Object.keys(report.reports)).toEqual(['model', 'average']);
      expect(other.tell()).toBe(one.tell());
      deserializeAll(serializeAll(one.objects), third.objects);
      for (const each of [one, other, third]) each.go();
      expect([other.tell(), third.tell()]).toEqual([one.tell(), one.tell()]);
      const { tensors } = await readSafetensors(file);
      expect([...tensors.keys()]).toContain('model.state.w.exp_avg');
      expect(tensors.get('average.w')).toMatchObject({ dtype: 'F32', shape: [2] });
    });

    it('changes none of them where one does not fit', async () => {
      const one = scene();
      for (let t = 0; t < 3; t++) one.go();
      const rows: Record<string, (objects: Any) => Any> = {
        'a sampler of another size': o => ({ ...o, sampler: miniBatch({ size: 11, batchSize: 3, seed: 1 }) }),
        'an object that throws': o => ({
          ...o,
          own: {
            stateDict: () => 0,
            loadStateDict: () => {
              throw new RangeError('mine');
            },
          },
        }),
        'a model of other parameters': o => ({ ...o, model: new Adam({ w: f32(1, 2) }, { backend }) }),
        'a model of another class': o => ({ ...o, model: new SGD({ w: f32(1, 2), b: f32(3) }, { backend }) }),
        'an average in the place of a state': o => ({ ...o, plateau: o.average, average: o.plateau }),
        'one too many': o => ({ ...o, more: new Random(1) }),
        'one too few': ({ own: _, ...o }) => o,
      };
      for (const [title, change] of Object.entries(rows)) {
        const other = scene();
        other.go();
        const before = other.tell();
        const objects = change(other.objects);
        await saveAll(file, one.objects);
        await expect(loadAll(file, objects), title).rejects.toThrow(/Expected|mine/);
        expect(() => deserializeAll(serializeAll(one.objects), objects), title).toThrow(/Expected|mine/);
        expect(other.tell(), title).toBe(before);
        // None is left busy.
        other.go();
      }
    });

    it('takes states back where an array was taken away meanwhile', () => {
      const one = scene();
      for (let t = 0; t < 3; t++) one.go();
      const bytes = serializeAll(one.objects);
      const w = f32(1, 2);
      const { sampler, random, plateau, own, ...objects } = scene().objects;
      const thief = {
        stateDict: () => 0,
        loadStateDict: () => w.length && structuredClone(w, { transfer: [w.buffer] }),
      };
      const model = new Adam({ w, b: f32(3) }, { backend });
      const before = JSON.stringify([sampler.stateDict(), random.state, plateau.stateDict(), model.steps]);
      expect(
        codeOf(() => deserializeAll(bytes, { ...objects, model, sampler, random, plateau, own: thief })),
      ).toMatch(/DETACHED.*params\.w/);
      expect(JSON.stringify([sampler.stateDict(), random.state, plateau.stateDict(), model.steps])).toBe(
        before,
      );
      expect(own.notes).toEqual([]);
    });

    it('loads a part where that is asked for', () => {
      const [one, other] = [scene(), scene()];
      one.go();
      const bytes = serializeAll({ model: one.objects.model, random: one.objects.random });
      const report = deserializeAll(
        bytes,
        { model: other.objects.model, own: other.objects.own },
        { partial: true },
      );
      expect([report.missing, report.unexpected]).toEqual([['own'], ['random']]);
      expect(other.objects.model.stateDict()).toEqual(one.objects.model.stateDict());
      expect(codeOf(() => deserializeAll(bytes, { none: new Random(1) }, { partial: true }))).toMatch(
        /STATE/,
      );
    });

    it('refuses what is not to be saved together', async () => {
      const { objects, tell } = scene();
      const { model } = objects;
      const before = tell();
      const rows: [Any, RegExp][] = [
        [null, /OPTION/],
        [[model], /OPTION/],
        [{}, /OPTION/],
        [model, /OPTION/],
        [{ 'a.b': model }, /OPTION.*without dots/],
        [{ '': model }, /OPTION/],
        [{ '\ud800': model }, /OPTION/],
        [{ a: model, b: model }, /OPTION.*once/],
        [{ a: 5 }, /OPTION.*a to have stateDict/],
        [{ a: { stateDict: () => new Date(), loadStateDict() {} } }, /OPTION.*a to be JSON/],
        [{ a: { stateDict: () => ({ x: [1, Number.NaN] }), loadStateDict() {} } }, /OPTION.*a\.x\[1\]/],
      ];
      for (const [wrong, error] of rows) expect(codeOf(() => serializeAll(wrong))).toMatch(error);
      expect(codeOf(() => model.deserialize(serializeAll(objects)))).toMatch(/STATE.*loadAll/);
      expect(codeOf(() => deserializeAll(model.serialize(), objects))).toMatch(/STATE.*load\(\)/);
      const saving = model.save(file);
      expect(codeOf(() => serializeAll(objects))).toMatch(/BUSY/);
      await saving;
      expect(tell()).toBe(before);
      serializeAll(objects);
    });
  });
}

it('gives metadata back from each way to load, and takes nothing that JSON would change', async () => {
  const make = () => new Adam([f32(1)]);
  const metadata = [{ a: 'b', u: undefined }];
  const bytes = make().serialize({ metadata });
  expect(make().deserialize(bytes).metadata).toEqual([{ a: 'b' }]);
  await make().save(file, { metadata: 0 });
  expect((await make().load(file)).metadata).toBe(0);
  expect(make().deserialize(make().serialize()).metadata).toBe(undefined);
  const average = new MovingAverage([f32(1)]);
  expect(average.deserialize(average.serialize({ metadata: 'x' })).metadata).toBe('x');
  const cycle: Any = {};
  cycle.self = cycle;
  for (const wrong of [
    Number.NaN,
    1n,
    new Date(),
    new Map(),
    f32(1),
    () => 1,
    Symbol('x'),
    [undefined],
    { a: { b: Number.POSITIVE_INFINITY } },
    cycle,
  ])
    expect(codeOf(() => make().serialize({ metadata: wrong }))).toMatch(
      /OPTION: Expected (metadata|no more than)/,
    );
  const before = readFileSync(file);
  await expect(make().save(file, { metadata: cycle })).rejects.toThrow(/levels of metadata/);
  expect(readFileSync(file)).toEqual(before);
});
