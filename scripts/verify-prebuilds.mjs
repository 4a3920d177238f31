// Looks at every addon of a release before it is packed: that it is for the platform whose folder it lies in, and registers
// itself with Node. Read from the files' own headers, so that one machine can look at all. Whether they compute what they should
// only their platform can tell: `LANESTEP_BACKEND=native npx lanestep doctor`.
//
//   node scripts/verify-prebuilds.mjs [--all] [--glibc 2.28] [folder]
//
//   --all     every platform of a release must be there
//   --glibc   the newest release of glibc that an addon may need
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { elf } from './binaries/elf.mjs';
import { machO } from './binaries/mach-o.mjs';
import { pe } from './binaries/pe.mjs';

/** What a release brings. */
const platforms = [
  'linux-x64',
  'linux-arm64',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
];

/** What is wrong with an addon in the folder of this platform, and what it is. */
function look(platform, bytes, newestGlibc) {
  let found = null;
  try {
    found = elf(bytes) ?? machO(bytes) ?? pe(bytes);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { wrong: [`it is damaged: ${error.message}`], what: 'unreadable' };
  }
  if (found === null) return { wrong: ['it is no library of any platform'], what: 'unknown' };
  const { system, machine, musl = false, glibc = null, exports } = found;
  const is = `${system}-${machine}${musl ? '-musl' : ''}`;
  const wrong = [];
  if (is !== platform) wrong.push(`it is for ${is}`);
  if (!exports.includes('napi_register_module_v1')) wrong.push('it does not register itself with Node');
  if (platform.startsWith('linux') && musl === (glibc !== null))
    wrong.push('it needs no C library, or more than one');
  const [major, minor] = newestGlibc;
  if (glibc !== null && (glibc[0] - major || glibc[1] - minor) > 0)
    wrong.push(`it needs glibc ${glibc.join('.')}, where ${newestGlibc.join('.')} is the newest allowed`);
  return { wrong, what: glibc === null ? is : `${is}, glibc ${glibc.join('.')}` };
}

const { values, positionals } = parseArgs({
  options: { all: { type: 'boolean', default: false }, glibc: { type: 'string', default: '999.0' } },
  allowPositionals: true,
});
if (!/^\d+\.\d+$/.test(values.glibc) || positionals.length > 1) {
  console.error('Usage: node scripts/verify-prebuilds.mjs [--all] [--glibc 2.28] [folder]');
  process.exit(2);
}
const newest = values.glibc.split('.').map(Number);
const folder = positionals[0] ?? join(dirname(fileURLToPath(import.meta.url)), '../prebuilds');

let failed = 0;
const complain = (path, text) => {
  failed++;
  console.log(`FAILED ${path}: ${text}`);
};
const files = readdirSync(folder, { recursive: true })
  .map(path => String(path).replaceAll('\\', '/'))
  .filter(path => !lstatSync(join(folder, path)).isDirectory())
  .sort();
for (const path of files) {
  const platform = path.split('/')[0];
  if (
    !platforms.includes(platform) ||
    path !== `${platform}/lanestep.node` ||
    !lstatSync(join(folder, path)).isFile()
  ) {
    complain(path, 'no addon is looked for here');
    continue;
  }
  const bytes = readFileSync(join(folder, path));
  const { wrong, what } = look(platform, bytes, newest);
  for (const text of wrong) complain(path, text);
  if (wrong.length === 0) console.log(`ok     ${path}: ${what}, ${bytes.length} bytes`);
}
const missing = platforms.filter(platform => !files.includes(`${platform}/lanestep.node`));
if (values.all) for (const platform of missing) complain(platform, 'there is none');
if (files.length === 0) complain(folder, 'there is no addon at all');
process.exitCode = failed === 0 ? 0 : 1;
