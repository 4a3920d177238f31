/** The addon: where it is looked for, and how it is loaded. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { maxSlots, maxSums, row } from '../backends/backend.js';
import type { Addon } from '../backends/native.js';
import { BackendError } from '../errors.js';

/**
 * The package's folder; null in a bundle, which has taken the code out of it and left the addon behind. A bundle is told by a
 * place that is not the package's: there is none in CommonJS, and webpack writes down where the package was when it bundled.
 */
function home(): string | null {
  if (typeof __webpack_require__ === 'function') return null;
  try {
    // dist/ and src/ are equally deep. Joined, for a bundler takes `new URL('…', import.meta.url)` for a file to carry along.
    const folder = join(dirname(fileURLToPath(import.meta.url)), '../..');
    const { name } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return name === 'lanestep' ? folder : null;
  } catch (cause) {
    // Forbidden by Deno, or by Node's permission model: that is no bundle.
    const { name, code, message } = cause as NodeJS.ErrnoException;
    if (name !== 'NotCapable' && code !== 'ERR_ACCESS_DENIED') return null;
    throw new BackendError('ERR_LANESTEP_BACKEND', `the native addon may not be read: ${message}`, { cause });
  }
}

declare const __webpack_require__: unknown;

/**
 * Where the addon may lie, in the order in which it is tried: built here, or packed with the release. To ask Node which C library
 * it runs on takes a report, which waits for the network and for other threads. So it is tried out, musl's first: on glibc it
 * finds no library of its own and is refused, while musl calls itself `libc.so.6` too and takes the other.
 */
export function candidates(): string[] {
  const folder = home();
  if (folder === null) {
    throw new BackendError(
      'ERR_LANESTEP_BACKEND',
      'bundled: mark lanestep external to have the native addon (esbuild --external:lanestep; external in rollup and ' +
        "rolldown; ssr.external in vite; externals: { lanestep: 'commonjs lanestep' } in webpack)",
    );
  }
  const platform = `${process.platform}-${process.arch}`;
  const platforms = process.platform === 'linux' ? [`${platform}-musl`, platform] : [platform];
  return [
    join(folder, 'build/Release/lanestep.node'),
    ...platforms.map(name => join(folder, 'prebuilds', name, 'lanestep.node')),
  ];
}

/** An addon that was found, and what was passed over on the way to it. */
export interface Found {
  readonly addon: Addon;
  readonly path: string;
  /** Why those before it were not taken. */
  readonly passedOver: readonly string[];
}

function open(path: string): Addon {
  const addon = createRequire(path)(path) as Addon | null | undefined;
  const fits = addon?.rowLength === row.length && addon.maxSlots === maxSlots && addon.maxSums === maxSums;
  if (fits && typeof addon.run === 'function') return addon;
  throw new Error(`${path} is of another version; \`npx lanestep build\` compiles this one`);
}

/** Loads the first addon that loads, or throws a BackendError with the reasons. */
export function findAddon(paths: readonly string[] = candidates()): Found {
  const passedOver: string[] = [];
  const causes: unknown[] = [];
  for (const path of paths.filter(existsSync)) {
    try {
      return { addon: open(path), path, passedOver };
    } catch (cause) {
      causes.push(cause);
      passedOver.push((cause as Error).message);
    }
  }
  if (causes.length === 0) {
    throw new BackendError(
      'ERR_LANESTEP_BACKEND',
      `no native addon for ${process.platform}-${process.arch} in the package; ` +
        '`npx lanestep build` compiles one, with a C++17 compiler',
    );
  }
  // Where all addons are forbidden, each is with the same words.
  throw new BackendError(
    'ERR_LANESTEP_BACKEND',
    `the native addon did not load: ${[...new Set(passedOver)].join('; ')}`,
    {
      cause: causes.length === 1 ? causes[0] : new AggregateError(causes),
    },
  );
}

/** The addon, or a BackendError with the reasons. */
export const loadAddon = (paths?: readonly string[]): Addon => findAddon(paths).addon;
