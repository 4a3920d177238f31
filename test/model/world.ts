/** All that lives in one run of the model. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { StateDict } from '../../src/state/dict.js';
import type { FloatArray } from '../../src/types.js';
import type { Subject } from './subject.js';

setFlagsFromString('--expose-gc');
const collect: (options?: { type: 'minor' | 'major' }) => void = runInNewContext('gc');

/** Collects garbage now: what is young, which takes little time, or sometimes all of it. */
export function gc(seed: number): void {
  collect({ type: seed % 16 === 0 ? 'major' : 'minor' });
}

/** Where files are saved, as long as the process lives. */
export const folder: string = mkdtempSync(join(tmpdir(), 'lanestep-model-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

/** A checkpoint, with what is known to be in it. */
export interface Checkpoint {
  readonly bytes: Uint8Array;
  readonly rule: string;
  readonly dict: StateDict;
  /** By name; null where the parameters were left out. */
  readonly params: ReadonlyMap<string, FloatArray> | null;
}

/** Saved things that are kept, the latest ones. */
const most = 3;

export class World {
  readonly subjects: Subject[] = [];
  readonly dicts: StateDict[] = [];
  readonly checkpoints: Checkpoint[] = [];

  /** The subject of this number, or undefined where there is none at all. */
  subject(number: number): Subject | undefined {
    return this.subjects[number % Math.max(1, this.subjects.length)];
  }

  add(subject: Subject): void {
    if (this.subjects.length === most) this.subjects.shift();
    this.subjects.push(subject);
  }

  keep<T>(list: T[], one: T): void {
    if (list.length === most) list.shift();
    list.push(one);
  }

  /** Looks at everything. */
  check(): void {
    for (const subject of this.subjects) subject.check();
  }

  /** Ends it. */
  end(): void {
    for (const { optimizer } of this.subjects) optimizer.dispose();
  }
}
