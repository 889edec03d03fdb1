/** Ids that follow from a seed, so that a run can be repeated. */

export class Identifiers {
  #state: number;
  #number: number;

  /** @param seed integer from 0; the same seed gives the same ids in the same order */
  constructor(seed: number) {
    this.#state = (seed * 2_654_435_761 + 1) >>> 0;
    // Above 32 bits, as real ones are (provider notes B2).
    this.#number = 40_000_000_000 + (this.#next() % 900_000_000);
  }

  /** The look of the seed's sample: 8-4-4-4-12 hex. */
  uuid(): string {
    const hex = Array.from({ length: 4 }, () => this.#next().toString(16).padStart(8, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  /** The `number` of a payment or a transaction, for people (seed 004). */
  number(): number {
    this.#number += 1 + (this.#next() % 9);
    return this.#number;
  }

  #next(): number {
    // Mulberry32: every call changes all bits of what comes out.
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let word = this.#state;
    word = Math.imul(word ^ (word >>> 15), word | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return (word ^ (word >>> 14)) >>> 0;
  }
}
