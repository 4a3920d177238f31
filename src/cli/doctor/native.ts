// The addon: where it lies, whether it loads, and what it brings. It is tried in a process of its own first, since one that
// is cut short or uses what the processor has not ends the process that it is loaded into.
import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Addon } from '../../backends/native.js';
import { candidates, findAddon } from '../../node/addon.js';
import { libc } from './machine.js';
import { type Probed, probe } from './probe.js';

/** The native backend here. */
export interface Native {
  readonly path: string | null;
  readonly loaded: boolean;
  /** Why it is not loaded; null where it is. */
  readonly reason: string | null;
  /** Why those that are looked for before it were not taken. */
  readonly passedOver: readonly string[];
  /** Whether loading it would end the process. */
  readonly fatal: boolean;
  readonly instructionSets: Addon['instructionSets'];
  /** How instruction sets end the process that uses them, by name. */
  readonly deadly: Readonly<Record<string, string>>;
}

/** The native backend and, where it loads, its addon. */
export interface Found {
  readonly native: Native;
  readonly addon: Addon | null;
}

const nothing: Probed = { reason: null, fatal: false, deadly: {} };

/** Where the addon lies, whether or not it loads; null where there is none for this C library. */
function place(): string | null {
  const musl = libc() === 'musl';
  const fits = (folder: string) => folder === 'Release' || folder.endsWith('-musl') === musl;
  return candidates().find(path => existsSync(path) && fits(basename(dirname(path)))) ?? null;
}

/** Looks for the addon and loads it where that is safe. */
export function findNative(probed: () => Probed = probe): Found {
  let path: string | null = null;
  const missing = (reason: string, fatal = false): Found => ({
    native: { path, loaded: false, reason, passedOver: [], fatal, instructionSets: [], deadly: {} },
    addon: null,
  });
  try {
    path = place();
    const { reason, fatal, deadly } = path === null ? nothing : probed();
    if (reason !== null) return missing(reason, fatal);
    const found = findAddon();
    const { addon, passedOver } = found;
    const instructionSets = addon.instructionSets.map(({ name, supported }) => ({ name, supported }));
    path = found.path;
    return {
      native: { path, loaded: true, reason: null, passedOver, fatal, instructionSets, deadly },
      addon,
    };
  } catch (error) {
    return missing((error as Error).message);
  }
}
