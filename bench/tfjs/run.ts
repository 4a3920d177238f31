/** All races of the drop-in, backend by backend. */
import { Child } from '../messages.js';
import { Progress } from '../progress.js';
import type { Machine } from '../results.js';
import { type Case, cases } from './cases.js';
import type { Answers } from './process.js';
import { type Backend, backends, type Race, type Results, schema } from './results.js';

/** The cases whose ids contain one of these texts; all where there are none. */
export const planned = (quick: boolean, filters: readonly string[]): Case[] =>
  cases(quick).filter(({ id }) => filters.length === 0 || filters.some(text => id.includes(text)));

/** Cases that share a process: those of one optimizer, so that none's call sites have seen another's objects. */
function batches(list: readonly Case[]): Case[][] {
  const names = [...new Set(list.map(({ raced }) => raced.name))];
  return names.map(name => list.filter(({ raced }) => raced.name === name));
}

/** Races everything that is planned. Where TensorFlow.js is not installed there are no races, and `absent` says so. */
export async function run(machine: Machine, list: readonly Case[], quick: boolean): Promise<Results> {
  const date = new Date().toISOString();
  const races = new Map<string, Race[]>(list.map(({ id }) => [id, []]));
  const absent = new Map<string, string>();
  const progress = new Progress(list.length * backends.length);
  let done = 0;
  let tfjs = '';

  async function runBatch(backend: Backend, batch: readonly Case[]): Promise<void> {
    const name = `tfjs ${backend}`;
    const child = new Child<Answers>(name, new URL('./process.js', import.meta.url));
    try {
      const loaded = await child.ask('load', backend);
      if (typeof loaded === 'string') {
        absent.set(name, loaded);
        return;
      }
      tfjs = loaded.version;
      for (const { id, title } of batch) {
        progress.show(done++, `${backend}: ${title}`);
        const sides = await child.ask('race', id, quick);
        if (typeof sides === 'string') absent.set(`${name} in ${id}`, sides);
        else races.get(id)!.push({ backend, ...sides });
      }
    } finally {
      child.quit();
    }
  }

  try {
    for (const backend of backends) {
      for (const batch of batches(list)) if (!absent.has(`tfjs ${backend}`)) await runBatch(backend, batch);
    }
  } finally {
    progress.end();
  }
  return {
    schema: schema.name,
    version: schema.version,
    date,
    quick,
    machine,
    tfjs,
    absent: [...absent].map(([contestant, reason]) => ({ contestant, reason })),
    cases: list.map(({ id, group, title, raced, lengths }) => ({
      id,
      group,
      title,
      optimizer: raced.name,
      variables: lengths.length,
      elements: lengths.reduce((a, b) => a + b, 0),
      races: races.get(id)!,
    })),
  };
}
