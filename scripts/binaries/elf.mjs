// A shared library for Linux: elf(5), 64 bits.
import { offsetAt, records, textAt } from './bytes.mjs';

const machines = { 62: 'x64', 183: 'arm64' };
const dynamicSection = 6;
const symbolSection = 11;
const versionSection = 0x6ffffffe;

/** The chain of records that begins there, each with the distance to the next at `next`; the last has 0. */
function* chain(bytes, begin, next) {
  for (let at = begin, step = 1; step !== 0; at += step) {
    step = bytes.readUInt32LE(at + next);
    yield at;
  }
}

/** The newest release of glibc that a table of wanted versions names, as [major, minor]. */
function newestGlibc(bytes, table, names) {
  let newest = null;
  for (const library of chain(bytes, table, 12)) {
    for (const version of chain(bytes, library + bytes.readUInt32LE(library + 8), 12)) {
      const match = /^GLIBC_(\d+)\.(\d+)/.exec(textAt(bytes, names + bytes.readUInt32LE(version + 8)));
      const found = match && [Number(match[1]), Number(match[2])];
      if (found && (!newest || (found[0] - newest[0] || found[1] - newest[1]) > 0)) newest = found;
    }
  }
  return newest;
}

/** What a file is that begins like one; null for any other. */
export function elf(bytes) {
  if (bytes.length < 20 || bytes.readUInt32BE(0) !== 0x7f454c46) return null;
  if (bytes[4] !== 2 || bytes[5] !== 1 || bytes.readUInt16LE(16) !== 3)
    throw new RangeError('it is no shared library of 64 bits');
  const sections = [
    ...records(bytes, offsetAt(bytes, 40), bytes.readUInt16LE(60), bytes.readUInt16LE(58)),
  ].map(at => ({
    type: bytes.readUInt32LE(at + 4),
    offset: offsetAt(bytes, at + 24),
    size: offsetAt(bytes, at + 32),
    link: bytes.readUInt32LE(at + 40),
  }));
  const found = type => sections.filter(section => section.type === type);
  const namesOf = ({ link }) => {
    if (sections[link] === undefined) throw new RangeError('a table has no names');
    return sections[link].offset;
  };

  const exports = [];
  for (const table of found(symbolSection)) {
    for (const at of records(bytes, table.offset, table.size / 24, 24)) {
      // Global or weak, and defined here.
      if (bytes[at + 4] >> 4 > 0 && bytes.readUInt16LE(at + 6) !== 0)
        exports.push(textAt(bytes, namesOf(table) + bytes.readUInt32LE(at)));
    }
  }
  const libraries = [];
  for (const table of found(dynamicSection)) {
    for (const at of records(bytes, table.offset, table.size / 16, 16)) {
      if (offsetAt(bytes, at) === 1) libraries.push(textAt(bytes, namesOf(table) + offsetAt(bytes, at + 8)));
    }
  }
  const [glibc = null] = found(versionSection).map(table => newestGlibc(bytes, table.offset, namesOf(table)));
  return {
    system: 'linux',
    machine: machines[bytes.readUInt16LE(18)] ?? `machine ${bytes.readUInt16LE(18)}`,
    musl: libraries.some(name => /^libc\.(musl-|so$)/.test(name)),
    glibc,
    exports,
  };
}
