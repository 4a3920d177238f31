// Numbers and names out of little-endian bytes. Whatever lies beyond their end throws a RangeError, as Buffer's own readers do.

/** What ends with a zero byte. */
export function textAt(bytes, at) {
  const end = at < bytes.length ? bytes.indexOf(0, at) : -1;
  if (end < 0) throw new RangeError('a name goes on beyond the end of the file');
  return bytes.toString('latin1', at, end);
}

/** An offset in a file; one that no number can hold lies beyond its end. */
export const offsetAt = (bytes, at) => Number(bytes.readBigUInt64LE(at));

/** Begins of `count` records of `length` bytes; a count that the file cannot hold is refused before it is counted. */
export function* records(bytes, at, count, length) {
  if (length === 0 || at + count * length > bytes.length)
    throw new RangeError('a table goes on beyond the end of the file');
  for (let i = 0; i < count; i++) yield at + i * length;
}
