import type { Tally } from './tally.ts';

const WIDTH = 30;
/** Where nobody watches, a line is written this often. */
const LINE_EVERY_MS = 10_000;

/** Shows how far the lives are, on stderr: a bar for a person, a line every 10 s for a log. */
export class Progress {
  private readonly total: number;
  private readonly out: NodeJS.WriteStream;
  private readonly began = performance.now();
  private last = this.began;

  constructor(total: number, out: NodeJS.WriteStream = process.stderr) {
    this.total = total;
    this.out = out;
  }

  show(tally: Tally): void {
    const now = performance.now();
    const rate = Math.round((tally.lives * 1000) / Math.max(1, now - this.began));
    const said = `${tally.lives} of ${this.total} lives, ${rate}/s, ${tally.failed} failed`;
    if (this.out.isTTY) {
      const done = Math.round((WIDTH * tally.lives) / Math.max(1, this.total));
      this.out.write(`\r${'█'.repeat(done)}${'░'.repeat(WIDTH - done)} ${said} `);
    } else if (now - this.last >= LINE_EVERY_MS) {
      this.last = now;
      this.out.write(`${said}\n`);
    }
  }

  end(): void {
    if (this.out.isTTY) this.out.write('\n');
  }
}
