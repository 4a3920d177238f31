// The package that the command is a part of.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's folder; dist/ and src/ are equally deep in it. */
export const home = fileURLToPath(new URL('../../', import.meta.url));

/** The package's version. */
export function version(): string {
  return JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version;
}
