/** The checksum of a checkpoint: CRC-32 as in zip and gzip, which finds every error of up to 32 bits in a row. */
export type Crc32 = (bytes: Uint8Array, before?: number) => number;

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c;
});

function inTypeScript(bytes: Uint8Array, before = 0): number {
  let c = ~before;
  for (let i = 0; i < bytes.length; i++) c = (c >>> 8) ^ table[(c ^ bytes[i]!) & 255]!;
  return ~c >>> 0;
}

let fastest: Crc32 = inTypeScript;

/** Makes a faster one known, such as Node's. It must compute the same. */
export function provideCrc32(given: Crc32): void {
  fastest = given;
}

/** The checksum of bytes that follow on those whose checksum is `before`; 0 for none. */
export const crc32: Crc32 = (bytes, before = 0) => fastest(bytes, before);

/** A checksum as it stands in a file: eight digits. */
export const digits = (crc: number): string => crc.toString(16).padStart(8, '0');
