/** A line that tells how far a run is. */

/** On a terminal one line that changes, on standard error; elsewhere a line now and then. */
export class Progress {
  readonly #total: number;
  readonly #began = performance.now();
  #said = this.#began;

  constructor(total: number) {
    this.#total = total;
  }

  show(done: number, what: string): void {
    const { isTTY, columns = 80 } = process.stderr;
    const now = performance.now();
    const seconds = Math.round((now - this.#began) / 1000);
    const line = `${done + 1}/${this.#total}  ${seconds} s  ${what}`;
    if (isTTY) process.stderr.write(`\r\x1b[K${line.slice(0, columns - 1)}`);
    else if (done === 0 || now - this.#said > 10_000) {
      this.#said = now;
      process.stderr.write(`${line}\n`);
    }
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  }
}
