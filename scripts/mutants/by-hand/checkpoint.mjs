// Checkpoints: what is written, what is believed, and in which order.

const checkpoint = ['test/checkpoint/checkpoint.test.ts'];
const resume = ['test/checkpoint/resume.test.ts'];
const shapes = ['test/shapes.test.ts'];
const rows = ['test/rows.test.ts', '-t', 'of other rows'];
const golden = ['test/checkpoint/golden.test.ts'];
const mutated = ['test/checkpoint/mutated.test.ts'];
const forged = ['test/checkpoint/forged.test.ts'];
const files = ['test/checkpoint/files.test.ts'];
const header = 'src/checkpoint/header.ts';
const json = 'src/checkpoint/json.ts';
const scan = 'src/checkpoint/scan.ts';
const read = 'src/checkpoint/read.ts';
const checkpointing = 'src/checkpoint/checkpoint.ts';
const write = 'src/checkpoint/write.ts';
const contents = 'src/checkpoint/contents.ts';
const node = 'src/node/files.ts';
const refusals = 'src/node/refusals.ts';
const temporary = 'src/node/temporary.ts';
const heir = 'src/node/heir.ts';
const others = ['test/checkpoint/others.test.ts'];

const together = ['test/checkpoint/together.test.ts'];
const safetensors = ['test/checkpoint/safetensors.test.ts'];

export const mutants = [
  [
    'together: states are not taken back',
    'src/together.ts',
    '    back();\n    throw error;',
    '    throw error;',
    together,
  ],
  [
    'together: states are not taken back for arrays',
    checkpointing,
    '    back();\n    throw error;',
    '    throw error;',
    together,
  ],
  ['together: stays busy', 'src/together.ts', 'turn.end();', 'void turn;', together],
  ['json: a user’s NaN', json, ' || Number.isFinite(value)', " || typeof value === 'number'", together],
  [
    'safetensors: data of any checksum',
    'src/checkpoint/safetensors.ts',
    'digits(crc) !== header.dataCrc',
    'false',
    safetensors,
  ],
  [
    'safetensors: small float16 as large ones',
    'src/checkpoint/safetensors.ts',
    'return exponent === 0\n',
    'return exponent === 99\n',
    safetensors,
  ],
  ['header: any checksum of its own', header, 'if (found !== named) refuse', 'if (false) refuse', checkpoint],
  [
    'header: its length is not summed up',
    header,
    'const parts = [prefix(json.length), json',
    'const parts = [json',
    checkpoint,
  ],
  ['header: no checksums', header, "|| !metadata.has('data_crc32')", '', forged],
  ['header: data of any length', header, 'if (at !== fileBytes - dataAt)', 'if (false)', forged],
  ['header: holes and overlaps', header, 'if (begin !== at) refuse', 'if (false) refuse', forged],
  ['header: bytes of any number', header, 'if (end - begin !== bytes) refuse', 'if (false) refuse', forged],
  [
    'header: shapes of any numbers',
    header,
    'if (!shape.every(isWhole) || !data_offsets.every(isWhole))',
    'if (false)',
    ['test/checkpoint/safetensors.test.ts'],
  ],
  [
    'scan: more fields than three',
    scan,
    'data_offsets = scanner.wholes();\n    else scanner.fail();',
    'data_offsets = scanner.wholes();\n    else scanner.whole();',
    forged,
  ],
  ['scan: a field twice', scan, "key === 'dtype' && dtype === undefined", "key === 'dtype'", forged],
  ['scan: a header goes on after its end', scan, '  scanner.end();\n', '', forged],
  ['scan: keys twice', scan, 'if (this.#keys.has(key)) throw', 'if (false) throw', forged],
  ['header: of any length', header, 'if (length <= mostBytes) return;', 'return;', checkpoint],
  ['header: its text may be none', header, '{ fatal: true, ignoreBOM: true }', '{ ignoreBOM: true }', forged],
  ['header: data anywhere', header, 'Math.ceil(json.length / 8) * 8', 'json.length', checkpoint],
  [
    'header: entries as they come',
    header,
    '  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);\n',
    '',
    golden,
  ],
  ['json: keys twice', json, 'if (keysOf(value) !== colonsOf(text)) throw', 'if (false) throw', mutated],
  ['json: quotes are not escaped', json, 'if (quoted && c === 92) i++;\n    else if', 'if', checkpoint],
  ['json: zero has one sign', json, "  if (Object.is(value, -0)) return '-0.0';\n", '', checkpoint],
  ['read: data of any checksum', read, 'if (digits(crc) !== dataCrc)', 'if (false)', checkpoint],
  ['read: of any format', read, 'if (given !== version) damaged', 'if (false) damaged', forged],
  ['read: of any optimizer', read, 'if (got !== wanted) refuse', 'if (false) refuse', checkpoint],
  ['read: slots are left out', read, 'if (Span.is(values)) put(', 'if (false) put(', resume],
  [
    'read: parameters are left out',
    read,
    '      if (span === null) return;\n      const { array,',
    '      if (span !== null) return;\n      const { array,',
    resume,
  ],
  [
    'read: every piece at the beginning',
    read,
    'take(bytes, at - entry.begin);',
    'take(bytes, 0);',
    checkpoint,
  ],
  ['read: parameters that nobody wants', read, 'wanted === false || ', '', checkpoint],
  ['read: parameters that are not there', read, '(none && wanted === undefined)', 'none', checkpoint],
  ['read: parameters of another length', read, 'span.length === length && fits', 'fits', checkpoint],
  ['read: parameters of another shape', read, ' && fitsShape(span.shape, shape, length)', '', shapes],
  [
    'write: dimensions for types',
    write,
    '(shape.length === 0 ? 0 : 1) + (dtype',
    'shape.length + (dtype',
    shapes,
  ],
  [
    'read: what belongs to nobody',
    read,
    'if (foreign || (index === undefined && !partial))',
    'if (false)',
    forged,
  ],
  [
    'read: shapes are not named',
    read,
    "key === null || index === undefined ? '' : shapesHint",
    "key === null || index !== undefined ? '' : shapesHint",
    rows,
  ],
  [
    'state: shapes are named for slots of matrices only',
    'src/slots.ts',
    'slot.unless === factored || slot.when?.includes(factored)))',
    'slot.when?.includes(factored)))',
    rows,
  ],
  [
    'write: the checksum of the last piece',
    write,
    'crc = crc32(bytes, crc);',
    'crc = crc32(bytes);',
    checkpoint,
  ],
  [
    'write: pieces one after the other at one place',
    write,
    'const position = this.#heading.length + done;',
    'const position = this.#heading.length;',
    checkpoint,
  ],
  [
    'write: a slot from its beginning',
    write,
    'kernel.read(i, k, into, from)',
    'kernel.read(i, k, into, 0)',
    checkpoint,
  ],
  [
    'write: floats before doubles',
    write,
    "(dtype === 'float64' ? 0 : 2)",
    "(dtype === 'float64' ? 2 : 0)",
    checkpoint,
  ],
  [
    'write: where a moved parameter will be',
    write,
    'const source = sources[i]!;',
    'const source = parameters[i]!.array;',
    checkpoint,
  ],
  ['write: names of half a character', write, 'if (half !== undefined) {', 'if (false) {', checkpoint],
  ['write: no steps', write, 'steps: String(contents.steps),', "steps: '0',", resume],
  ['contents: names of any kind', contents, 'if (wrong === undefined) return;', 'return;', checkpoint],
  [
    'files: in the place itself',
    node,
    'const temporary = within(dirname(place), newName(place));',
    "const temporary = place + '.new';",
    files,
  ],
  ['files: nothing is synced', node, '    await ask(() => settle(made, place));\n', '', files],
  [
    'files: nobody is told of it',
    node,
    '(await tried(() => file.datasync())) !== null)\n    return;',
    '(await tried(() => file.datasync())) !== null)\n    return;\n  return;',
    files,
  ],
  [
    'files: nothing is put in its place',
    node,
    '    await ask(() => putInPlace(temporary, place));\n',
    '',
    checkpoint,
  ],
  ['files: Windows does not wait', node, "process.platform === 'win32' ? pauses", 'false ? pauses', files],
  [
    'files: Windows waits for everything',
    node,
    "if (!['EPERM', 'EACCES', 'EBUSY'].includes(codeOf(error)!)) throw error;",
    '',
    files,
  ],
  ['files: what failed is left', node, '    await unlink(temporary).catch(() => {});\n', '', files],
  ['files: nobody sweeps', node, 'await sweep(place, about.mtimeMs);', '', files],
  ['files: damage anywhere', node, 'throw named(error, path);', 'throw error;', files],
  ['files: a part is taken for all', node, 'done += bytesWritten;', 'done += bytes.length;', files],
  [
    'files: read from the beginning',
    node,
    'this.#file.read(this.#buffer, done, bytes - done, position + done),',
    'this.#file.read(this.#buffer, done, bytes - done, done),',
    checkpoint,
  ],
  ['refusals: of the disk', refusals, "  'EACCES',", "  'EACCES',\n  'EIO',", files],
  [
    'refusals: of the system alone',
    refusals,
    'refusals.has(code) || !/^E(?!RR_)[A-Z0-9]+$/.test(code);',
    'refusals.has(code);',
    files,
  ],
  [
    'refusals: untyped',
    refusals,
    'if (cause instanceof CheckpointError) throw cause;',
    'throw cause;',
    files,
  ],
  [
    'temporary: sweeps what others write',
    temporary,
    'return statOf(thread).began === began;',
    'return false;',
    files,
  ],
  [
    'temporary: a number that came again',
    temporary,
    'return statOf(thread).began === began;',
    'return statOf(thread).began !== null;',
    files,
  ],
  [
    'temporary: numbers of other namespaces',
    temporary,
    'space !== undefined && where === space',
    'thread !== undefined',
    files,
  ],
  ['temporary: however young', temporary, 'now - (await stat(path)).mtimeMs > longAgo', 'true', files],
  ['temporary: never', temporary, 'now - (await stat(path)).mtimeMs > longAgo', 'false', files],
  ['heir: the group of the other', heir, '(mode >> 3) & mode & 7', '(mode >> 3) & 7', others],
  [
    'heir: any group is as good',
    heir,
    '(await inherit(made.file, mine, old)) ? old.mode : narrowed(old.mode)',
    'old.mode',
    others,
  ],
  [
    'heir: nothing is inherited',
    heir,
    'if ((await tried(() => file.chown(old.uid, old.gid))) !== null) return true;',
    '',
    others,
  ],
  [
    'heir: no group is inherited',
    heir,
    'return (await tried(() => file.chown(mine.uid, old.gid))) !== null;',
    'return false;',
    others,
  ],
  [
    'heir: open to all at first',
    heir,
    'let made = await make(path, narrowed(old.mode));',
    'let made = await make(path, 0o666);',
    files,
  ],
  ['heir: writes that wait are not', heir, '| O_DSYNC, mode)', ', mode)', files],
  [
    'heir: the mode is forgotten',
    heir,
    'made = await make(path, mode);',
    'made = await make(path, 0o600);',
    files,
  ],
];
