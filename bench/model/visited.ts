import { covers } from './bounds.ts';

/** Two 32-bit hashes of a text, side by side: 64 bits. */
const hashed = new Uint32Array(2);

function hash(text: string): void {
  let low = 0x2f0b4c47;
  let high = 0x6a09e667;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    low = Math.imul(low ^ code, 0x9e3779b1);
    low = (low << 13) | (low >>> 19);
    high = Math.imul(high + code, 0x85ebca6b);
    high ^= high >>> 15;
  }
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b);
  low = Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
  high = Math.imul(high ^ (high >>> 16), 0x27d4eb2f);
  hashed[0] = low ^ (low >>> 16);
  hashed[1] = high ^ (high >>> 15);
}

/**
 * Texts that were walked, each with what the lives that had it had left: only those that no other covers. Texts are
 * kept as 64 bits; of n texts two share them with a chance of n² / 2⁶⁵ (5 million: below 10⁻⁶).
 */
export class Visited {
  #low = new Uint32Array(1 << 16);
  #high = new Uint32Array(1 << 16);
  /** First entry of a text plus one, 0 where the place is free. */
  #first = new Int32Array(1 << 16);
  #texts = 0;
  #left: number[] = [];
  #node: number[] = [];
  #next: number[] = [];

  /** Distinct texts. */
  get size(): number {
    return this.#texts;
  }

  /**
   * Enters a life at `text`, or says false where one that had at least as much left came there before. Tells of those
   * that were there with no more left.
   */
  enter(text: string, left: number, node: number, onCovered: (node: number) => void): boolean {
    const place = this.#place(text);
    if (this.#first[place] === 0) this.#texts += 1;
    let before = -1;
    for (let at = (this.#first[place] as number) - 1; at >= 0; at = this.#next[at] as number) {
      if (covers(this.#left[at] as number, left)) return false;
    }
    for (let at = (this.#first[place] as number) - 1; at >= 0; at = this.#next[at] as number) {
      if (!covers(left, this.#left[at] as number)) {
        before = at;
        continue;
      }
      onCovered(this.#node[at] as number);
      const after = this.#next[at] as number;
      if (before < 0) this.#first[place] = after + 1;
      else this.#next[before] = after;
    }
    const entry = this.#left.length;
    this.#left.push(left);
    this.#node.push(node);
    this.#next.push((this.#first[place] as number) - 1);
    this.#first[place] = entry + 1;
    return true;
  }

  #place(text: string): number {
    if (this.#texts * 2 > this.#first.length) this.#grow();
    hash(text);
    const place = this.#find(hashed[0] as number, hashed[1] as number);
    this.#low[place] = hashed[0] as number;
    this.#high[place] = hashed[1] as number;
    return place;
  }

  #find(low: number, high: number): number {
    const mask = this.#first.length - 1;
    let place = low & mask;
    while (this.#first[place] !== 0 && (this.#low[place] !== low || this.#high[place] !== high))
      place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const [low, high, first] = [this.#low, this.#high, this.#first];
    const length = first.length * 4;
    this.#low = new Uint32Array(length);
    this.#high = new Uint32Array(length);
    this.#first = new Int32Array(length);
    for (let at = 0; at < first.length; at++) {
      if (first[at] === 0) continue;
      const place = this.#find(low[at] as number, high[at] as number);
      this.#low[place] = low[at] as number;
      this.#high[place] = high[at] as number;
      this.#first[place] = first[at] as number;
    }
  }
}
