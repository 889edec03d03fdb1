const WIDTH = 30;

/** A bar on stderr: rewritten on a terminal, elsewhere a line for each step. */
export class ProgressBar {
  readonly #steps: number;
  readonly #started = performance.now();
  #done = 0;

  constructor(steps: number) {
    this.#steps = steps;
  }

  /** Says what is done next. */
  step(what: string): void {
    const share = Math.min(1, this.#done / this.#steps);
    const bar = '#'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '.');
    const seconds = Math.round((performance.now() - this.#started) / 1000);
    const line = `[${bar}] ${String(Math.round(share * 100)).padStart(3)} % ${seconds} s  ${what}`;
    process.stderr.write(process.stderr.isTTY ? `\r\u001b[K${line}` : `${line}\n`);
    this.#done += 1;
  }

  end(): void {
    this.#done = this.#steps;
    this.step('done');
    if (process.stderr.isTTY) process.stderr.write('\n');
  }
}
