// The package in a browser: an application that vite built, in Debian's Chromium, held to TensorFlow.js' bits and to Node's.
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import type { io } from '@tensorflow/tfjs-core';
import { type Browser, chromium, type Page as Tab } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Adam } from '../../src/index.js';
import * as tfjs from '../../src/tfjs/index.js';
import { type Lab, lab, names, stepsPerEpoch } from './lab.js';
import type { Page } from './page.js';
import { bundle, serve } from './site.js';

const executablePath = process.env.LANESTEP_BROWSER ?? '';
const reason =
  executablePath === '' ? ' (skipped: LANESTEP_BROWSER is not set; scripts/browser.sh does)' : '';

/** Asks for a trial by its name; what comes back is JSON. */
type Ask<Trials> = <Trial extends keyof Trials>(
  trial: Trial,
  ...args: Trials[Trial] extends (...args: infer Args) => unknown ? Args : never
) => Trials[Trial] extends (...args: never) => infer Answer ? Answer : never;

let kept: io.ModelArtifacts = {};
const inMemory: io.IOHandler = {
  async save(artifacts) {
    kept = artifacts;
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
  },
  load: async () => kept,
};

// Node's side: the sources, on whichever of lanestep's backends loads, and TensorFlow.js' WebAssembly without threads.
const trials = lab({ tfjs, Adam }, inMemory);
const answers = new Map<string, unknown>();
const node = ((trial: keyof Lab, ...args: unknown[]) => {
  const key = JSON.stringify([trial, ...args]);
  if (!answers.has(key)) answers.set(key, (trials[trial] as (...args: unknown[]) => unknown)(...args));
  return answers.get(key);
}) as Ask<Lab>;

const inTab = (tab: Tab) =>
  ((trial: string, ...args: unknown[]) =>
    tab.evaluate(
      ([name, given]) =>
        (globalThis as unknown as { page: Record<string, (...args: unknown[]) => unknown> }).page[name]!(
          ...given,
        ),
      [trial, args] as const,
    )) as Ask<Page>;

const places = [
  { title: 'a page', isolated: false, heap: 'ArrayBuffer', threads: 1 },
  {
    title: 'a page isolated from other origins, where TensorFlow.js has threads',
    isolated: true,
    heap: 'SharedArrayBuffer',
    threads: 2,
  },
];

describe.skipIf(reason !== '')(`in Chromium${reason}`, () => {
  let browser: Browser;

  beforeAll(async () => {
    // Its sandbox does not start for root, who CI is.
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  });

  afterAll(() => browser?.close());

  describe.each(places)('$title', ({ title: _, ...expected }) => {
    let site: Awaited<ReturnType<typeof bundle>>;
    let server: Awaited<ReturnType<typeof serve>>;
    let ask: Ask<Page>;
    let surroundings: unknown;
    const complaints: string[] = [];

    beforeAll(async () => {
      site = await bundle(expected.isolated);
      server = await serve(site.files, expected.isolated);
      const tab = await browser.newPage();
      // A thread that does not start is an error of the page, and others, and then an answer that never comes.
      const broken = new Promise((_, reject) => {
        tab.on('pageerror', error => {
          complaints.push(String(error));
          setTimeout(() => reject(new Error(complaints.join('\n'))), 500);
        });
      });
      tab.on('console', message => {
        if (/error|warning/.test(message.type())) complaints.push(message.text());
      });
      await tab.goto(server.address);
      ask = inTab(tab);
      surroundings = await Promise.race([ask('start'), broken]);
    });

    afterAll(() => {
      server?.server.close();
    });

    it('has what the package gives to browsers', () => {
      const own = site.modules.flatMap(
        id => /\/dist\/(.*)/.exec(id.replace(/.*\/node_modules\/.*/, ''))?.[1] ?? [],
      );
      expect(own).toContain('tfjs/wasm.js');
      expect(own).toContain('backends/wasm.js');
      expect(own).not.toContain('tfjs/index.js');
      expect(own).not.toContain('backends/native.js');
    });

    it('has the memory and the threads that it should', () => {
      expect(surroundings).toEqual({ ...expected, lanestep: 'wasm' });
    });

    it.each(names)('%s: the bits of `tf.train`, and of Node', async name => {
      const stock = await ask('fit', name, 'stock');
      expect(stock.steps).toBe(13 * stepsPerEpoch);
      expect(stock.after).not.toBe(stock.before);
      expect(await ask('fit', name, 'lanestep')).toEqual(stock);
      expect(await node('fit', name, 'lanestep')).toEqual(stock);
    });

    it('no two optimizers come to the same weights', async () => {
      const all = new Set<string>();
      for (const name of names) all.add((await node('fit', name, 'lanestep')).after);
      expect(all.size).toBe(names.length);
    });

    it('AdamW, which `tf.train` has not: the bits of Node', async () => {
      const { after, steps } = await ask('adamW');
      expect(steps).toBe(13 * stepsPerEpoch);
      expect(after).toBe((await node('adamW')).after);
    });

    it.each(['sgd', 'momentum, Nesterov', 'adam', 'rmsprop, centered'] as const)(
      '%s: saved to IndexedDB, loaded and trained on, as stock',
      async name => {
        const { className, ...rest } = await ask('resume', name, 'lanestep');
        const { className: stockName, ...stock } = await ask('resume', name, 'stock');
        expect(className).toBe(`Lanestep${stockName}`);
        expect(rest).toEqual(stock);
        expect(rest.steps).toBe(13 * stepsPerEpoch);
        expect(await node('resume', name, 'lanestep')).toEqual({ className, ...rest });
      },
    );

    it('adamax, which stock cannot save: saved to IndexedDB, loaded and trained on, as if it had not been', async () => {
      const { after } = await node('fit', 'adamax', 'lanestep');
      expect(await ask('resume', 'adamax', 'lanestep')).toMatchObject({ className: 'LanestepAdamax', after });
    });

    it('AdamW: saved to IndexedDB, loaded and trained on, as if it had not been', async () => {
      const { after } = await node('adamW');
      expect(await ask('resume', 'adamW', 'lanestep')).toMatchObject({ className: 'Lanestep.AdamW', after });
    });

    it('a thousand steps leave nothing behind', async () => {
      const { before, fitted, minimized, steps } = await ask('leftovers');
      expect(steps).toBeGreaterThan(1000);
      expect(fitted).toEqual(before);
      expect(minimized).toEqual(before);
    });

    it('the memory of TensorFlow.js grows within a step', async () => {
      const own = await ask('crowd', 'lanestep');
      expect(own.grown).toBeGreaterThan(0);
      expect(own.after).toBe((await ask('crowd', 'stock')).after);
      expect(own.after).toBe((await node('crowd', 'lanestep')).after);
    });

    it("adam on TensorFlow.js' cpu backend: the bits of `tf.train`, and of Node", async () => {
      const stock = await ask('fit', 'adam', 'stock', 'cpu');
      expect(await ask('fit', 'adam', 'lanestep', 'cpu')).toEqual(stock);
      expect(await node('fit', 'adam', 'lanestep', 'cpu')).toEqual(stock);
    });

    it('lanestep by itself: the bits of Node', async () => {
      expect(await ask('plain')).toEqual(await node('plain'));
    });

    it('nothing complained', () => {
      expect(complaints).toEqual([]);
    });
  });
});
