import { styleText } from 'node:util';

/** What one order is doing now. */
export interface Track {
  readonly id: string;
  readonly scenario: string;
  phase: string;
  done: number;
  readonly steps: number;
  state: 'waits' | 'runs' | 'done' | 'failed';
}

/**
 * A live view of all orders on stderr: redrawn in place on a terminal, one line per change elsewhere.
 */
export class Progress {
  readonly #tracks: Track[] = [];
  readonly #live: boolean;
  readonly #out: NodeJS.WriteStream;
  #drawn = 0;

  constructor(out: NodeJS.WriteStream = process.stderr) {
    this.#out = out;
    this.#live = out.isTTY === true && process.env['TERM'] !== 'dumb';
  }

  /** A line that stays. */
  note(text: string): void {
    this.#erase();
    this.#out.write(`${text}\n`);
    this.#draw();
  }

  track(id: string, scenario: string, steps: number): Track {
    const track: Track = { id, scenario, phase: 'waits', done: 0, steps, state: 'waits' };
    this.#tracks.push(track);
    return track;
  }

  /** Says what an order does now, and whether a step of it is over. */
  update(track: Track, phase: string, part: Partial<Pick<Track, 'done' | 'state'>> = {}): void {
    const same = track.phase === phase;
    Object.assign(track, part, { phase });
    if (this.#live) {
      this.#erase();
      this.#draw();
    } else if (!same) {
      this.#out.write(`${track.id}: ${phase}\n`);
    }
  }

  /** Leaves the last picture standing. */
  end(): void {
    this.#drawn = 0;
  }

  #erase(): void {
    if (!this.#live || this.#drawn === 0) return;
    this.#out.write(`\u001b[${this.#drawn}A\u001b[0J`);
    this.#drawn = 0;
  }

  #draw(): void {
    if (!this.#live) return;
    const width = Math.max(60, this.#out.columns ?? 100) - 1;
    for (const track of this.#tracks) {
      const filled = Math.round((track.done / track.steps) * 12);
      const bar = `${'#'.repeat(filled)}${'.'.repeat(12 - filled)}`;
      const line = `${track.id.padEnd(16)} [${bar}] ${track.phase}`.slice(0, width);
      const colour = track.state === 'done' ? 'green' : track.state === 'failed' ? 'red' : 'cyan';
      this.#out.write(`${styleText(colour, line, { stream: this.#out })}\n`);
    }
    this.#drawn = this.#tracks.length;
  }
}
