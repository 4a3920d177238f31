// The addon: where it lies, whether it loads, and what it brings. It is tried in a process of its own first, since one that
// is cut short or uses what the processor has not ends the process that it is loaded into.
import { type Addon, addonPath, loadAddon } from '../../backends/native.js';
import { type Probed, probe } from './probe.js';

/** The native backend here. */
export interface Native {
  readonly path: string | null;
  readonly loaded: boolean;
  /** Why it is not loaded; null where it is. */
  readonly reason: string | null;
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

/** Looks for the addon and loads it where that is safe. */
export function findNative(probed: () => Probed = probe): Found {
  const path = addonPath() ?? null;
  const missing = (reason: string, fatal = false): Found => ({
    native: { path, loaded: false, reason, fatal, instructionSets: [], deadly: {} },
    addon: null,
  });
  try {
    const { reason, fatal, deadly } = path === null ? nothing : probed();
    if (reason !== null) return missing(reason, fatal);
    const addon = loadAddon();
    const instructionSets = addon.instructionSets.map(({ name, supported }) => ({ name, supported }));
    return { native: { path, loaded: true, reason: null, fatal, instructionSets, deadly }, addon };
  } catch (error) {
    return missing((error as Error).message);
  }
}
