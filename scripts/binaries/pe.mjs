// A library for Windows: Microsoft's "PE Format", 64 bits.
import { records, textAt } from './bytes.mjs';

const machines = { 34404: 'x64', 43620: 'arm64' };

/** What a file is that begins like one; null for any other. */
export function pe(bytes) {
  if (bytes.length < 64 || bytes.toString('latin1', 0, 2) !== 'MZ') return null;
  const header = bytes.readUInt32LE(60);
  const optional = header + 24;
  const isLibrary = 0x2000;
  if (
    bytes.readUInt32BE(header) !== 0x50450000 ||
    (bytes.readUInt16LE(header + 22) & isLibrary) === 0 ||
    bytes.readUInt16LE(optional) !== 0x20b
  )
    throw new RangeError('it is no library of 64 bits');

  const sections = [
    ...records(bytes, optional + bytes.readUInt16LE(header + 20), bytes.readUInt16LE(header + 6), 40),
  ].map(at => ({
    address: bytes.readUInt32LE(at + 12),
    size: bytes.readUInt32LE(at + 16),
    offset: bytes.readUInt32LE(at + 20),
  }));
  const inFile = address => {
    const section = sections.find(each => address >= each.address && address < each.address + each.size);
    if (section === undefined) throw new RangeError('a table lies in no section');
    return address - section.address + section.offset;
  };

  const exports = [];
  const directory = bytes.readUInt32LE(optional + 112);
  if (directory !== 0) {
    const at = inFile(directory);
    const count = bytes.readUInt32LE(at + 24);
    for (const name of records(bytes, inFile(bytes.readUInt32LE(at + 32)), count, 4))
      exports.push(textAt(bytes, inFile(bytes.readUInt32LE(name))));
  }
  const machine = bytes.readUInt16LE(header + 4);
  return { system: 'win32', machine: machines[machine] ?? `machine ${machine}`, exports };
}
