// A bundle or library for macOS: mach-o/loader.h, 64 bits, of one machine.
import { records, textAt } from './bytes.mjs';

const machines = { 16777223: 'x64', 16777228: 'arm64' };
const symbolTable = 2;

/** What a file is that begins like one; null for any other. */
export function machO(bytes) {
  if (bytes.length < 32 || bytes.readUInt32LE(0) !== 0xfeedfacf) return null;
  const library = 6;
  const bundle = 8;
  if (![library, bundle].includes(bytes.readUInt32LE(12))) throw new RangeError('it is no bundle');
  const exports = [];
  for (let i = 0, at = 32; i < bytes.readUInt32LE(16); i++) {
    const length = bytes.readUInt32LE(at + 4);
    if (length < 8) throw new RangeError('a load command has no length');
    if (bytes.readUInt32LE(at) === symbolTable) {
      const names = bytes.readUInt32LE(at + 16);
      for (const symbol of records(bytes, bytes.readUInt32LE(at + 8), bytes.readUInt32LE(at + 12), 16)) {
        // External and not private, defined in a section, not for a debugger.
        if ((bytes[symbol + 4] & 0b1111_1111) === 0b0000_1111)
          exports.push(textAt(bytes, names + bytes.readUInt32LE(symbol)).replace(/^_/, ''));
      }
    }
    at += length;
  }
  const machine = bytes.readUInt32LE(4);
  return { system: 'darwin', machine: machines[machine] ?? `machine ${machine}`, exports };
}
