// Not `{ crc32 }`: where Node is too old to have it, nothing would be loaded, and nobody told why (version.ts).
import * as zlib from 'node:zlib';
import { provideWanted } from '../backend.js';
import { provideArithmeticCheck } from '../backends/wasm/kernel.js';
import { provideCrc32 } from '../checkpoint/crc32.js';
import { provideFiles } from '../checkpoint/files.js';
import { wantedBy } from '../environment.js';
import { providePinning } from '../pins.js';
import { checkArithmetic } from './arithmetic.js';
import { nodeFiles } from './files.js';
import { nodePinning } from './pinning.js';

/**
 * Gives lanestep what Node has beside the addon: variables, files, a faster checksum, memory that stays where it is, and threads whose
 * arithmetic is not a browser's.
 */
export function provideNode(): void {
  provideFiles(nodeFiles);
  if (zlib.crc32) provideCrc32(zlib.crc32);
  providePinning(nodePinning);
  provideWanted(wantedBy);
  provideArithmeticCheck(checkArithmetic);
}
