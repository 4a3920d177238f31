// Node's own switches that decide whether an addon may be loaded.
import { variable } from '../../environment.js';

/** How Node was started, as far as addons are concerned. */
export interface Flags {
  /** Whether Node's permission model is on. */
  readonly permissionModel: boolean;
  readonly noAddons: boolean;
  readonly allowAddons: boolean;
  /** Whether `--allow-addons` may stand in NODE_OPTIONS of this Node, and not on its command line only. */
  readonly allowAddonsInNodeOptions: boolean;
  /** All that Node was told, on its command line and by NODE_OPTIONS. */
  readonly given: readonly string[];
}

/** Looks at Node's switches. */
export function flags(): Flags {
  const given = [...process.execArgv, ...(variable('NODE_OPTIONS')?.split(/\s+/) ?? [])].filter(Boolean);
  return {
    permissionModel: 'permission' in process && process.permission !== undefined,
    noAddons: given.includes('--no-addons'),
    allowAddons: given.includes('--allow-addons'),
    allowAddonsInNodeOptions: process.allowedNodeEnvironmentFlags.has('--allow-addons'),
    given,
  };
}
