/** What a terminal can show: a progress bar, a table, a curve. */

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar as wide as `share` of `width` characters, to an eighth of a character. */
export function bar(share: number, width: number): string {
  const cells = Math.round(Math.min(1, Math.max(0, share)) * width * 8);
  return '█'.repeat(cells >> 3) + eighths[cells & 7];
}

/** A line that is written over again while something goes on. Where output is no terminal, it writes nothing. */
export class ProgressLine {
  readonly #stream: NodeJS.WriteStream;
  #next = 0;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  /** Shows what `text` returns, but asks for it ten times a second at most. */
  show(text: () => string): void {
    const now = performance.now();
    if (!this.#stream.isTTY || now < this.#next) return;
    this.#next = now + 100;
    this.#stream.write(`\r\x1b[2K${text().slice(0, (this.#stream.columns || 80) - 1)}`);
  }

  clear(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\x1b[2K');
    this.#next = 0;
  }
}

/** Columns as wide as their widest cell; the first is aligned to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]?.length ?? 0)));
  return all
    .map(
      row =>
        `  ${row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`,
    )
    .map(line => line.trimEnd())
    .join('\n');
}

/** A curve in Braille, which has two by four dots to a character. */
export function curve(values: readonly number[], { width = 64, height = 10 } = {}): string {
  const finite = values.filter(Number.isFinite);
  const top = Math.max(...finite);
  const bottom = Math.min(...finite);
  if (finite.length < 2 || top === bottom) return '';
  const across = width * 2;
  const down = height * 4;
  const cells = Array.from({ length: height }, () => new Uint8Array(width));
  // The bits of a Braille character by row and column of its dots.
  const dots = [
    [0x01, 0x08],
    [0x02, 0x10],
    [0x04, 0x20],
    [0x40, 0x80],
  ] as const;
  const rowOf = (value: number): number => Math.round(((top - value) / (top - bottom)) * (down - 1));
  let previous = rowOf(values[0]!);
  for (let x = 0; x < across; x++) {
    const place = (x / (across - 1)) * (values.length - 1);
    const left = values[Math.floor(place)]!;
    const right = values[Math.ceil(place)]!;
    const y = rowOf(left + (right - left) * (place - Math.floor(place)));
    if (!Number.isFinite(y)) break;
    // Every dot between two neighbours, so that a steep curve does not fall apart.
    for (let at = Math.min(y, previous); at <= Math.max(y, previous); at++) {
      cells[at >> 2]![x >> 1]! |= dots[at & 3]![x & 1]!;
    }
    previous = y;
  }
  const label = (row: number): string => {
    const value = top - ((top - bottom) * row) / (height - 1);
    return row === 0 || row === height - 1 || row === height >> 1
      ? value.toFixed(2).padStart(7)
      : ' '.repeat(7);
  };
  return cells
    .map((row, i) =>
      `${label(i)} ┤${Array.from(row, bits => String.fromCharCode(0x2800 + bits)).join('')}`.trimEnd(),
    )
    .join('\n');
}
