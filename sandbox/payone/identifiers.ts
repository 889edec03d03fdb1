/** Ids that follow from a seed, so that a run can be repeated. */

const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

export class Identifiers {
  #state: number;
  #txid: number;
  #userid: number;

  /** @param seed integer from 0; the same seed gives the same ids in the same order */
  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 1) >>> 0;
    this.#txid = 200_000_000 + (this.#next() % 600_000_000);
    this.#userid = 20_000_000 + (this.#next() % 60_000_000);
  }

  /** Nine digits (seed 002: NUMERIC(9..12)). */
  txid(): string {
    this.#txid += 1 + (this.#next() % 9);
    return String(this.#txid);
  }

  /** Eight digits (seed 002: NUMERIC(6..12)). */
  userid(): string {
    this.#userid += 1 + (this.#next() % 9);
    return String(this.#userid);
  }

  /** `PP2` and 13 letters, the look of the seed's sample. */
  workorderid(): string {
    let text = 'PP2';
    for (let i = 0; i < 13; i += 1) text += letters[this.#next() % letters.length] ?? 'A';
    return text;
  }

  #next(): number {
    this.#state = (Math.imul(this.#state, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#state >>> 7;
  }
}
