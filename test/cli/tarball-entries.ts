// What a tarball holds, read from its bytes: tools that unpack one show neither links that they refuse nor modes that they mask.
import { gunzipSync } from 'node:zlib';

/** One thing in a tarball. */
export interface Entry {
  readonly path: string;
  readonly kind: 'file' | 'hard link' | 'symbolic link' | 'folder' | 'something else';
  readonly mode: number;
  readonly bytes: Buffer;
}

const kinds: Readonly<Record<string, Entry['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '1': 'hard link',
  '2': 'symbolic link',
  '5': 'folder',
};

const blockLength = 512;

/** The entries of a gzipped tarball, in their order. */
export function entriesOf(tarball: Uint8Array): Entry[] {
  const tar = gunzipSync(tarball);
  const entries: Entry[] = [];
  for (let at = 0; at + blockLength <= tar.length && tar[at] !== 0; ) {
    const text = (from: number, length: number) =>
      tar.toString('utf8', at + from, at + from + length).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 12), 8);
    const prefix = text(345, 155);
    entries.push({
      path: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`,
      kind: kinds[tar.toString('latin1', at + 156, at + 157)] ?? 'something else',
      mode: Number.parseInt(text(100, 8), 8),
      bytes: tar.subarray(at + blockLength, at + blockLength + size),
    });
    at += blockLength * (1 + Math.ceil(size / blockLength));
  }
  return entries;
}
