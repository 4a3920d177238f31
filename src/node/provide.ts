// Not `{ crc32 }`: where Node is too old to have it, nothing would be loaded, and nobody told why (version.ts).
import * as zlib from 'node:zlib';
import { provideFiles } from '../checkpoint/checkpoint.js';
import { provideCrc32 } from '../checkpoint/crc32.js';
import { providePinning } from '../pins.js';
import { nodeFiles } from './files.js';
import { nodePinning } from './pinning.js';

/** Gives lanestep what Node has beside the addon: files, a faster checksum, memory that stays where it is. */
export function provideNode(): void {
  provideFiles(nodeFiles);
  if (zlib.crc32) provideCrc32(zlib.crc32);
  providePinning(nodePinning);
}
