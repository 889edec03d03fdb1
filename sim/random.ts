/**
 * Seeded random numbers: xoshiro128** whose four words come from splitmix32. Small, fast on 32-bit
 * integers and the same on every machine, so that a seed names a life for good.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private d: number;

  /** @param seed - any integer; its low 32 bits count. */
  constructor(seed: number) {
    let state = seed | 0;
    const word = (): number => {
      state = (state + 0x9e3779b9) | 0;
      let z = state ^ (state >>> 16);
      z = Math.imul(z, 0x21f0aaad);
      z ^= z >>> 15;
      z = Math.imul(z, 0x735a2d97);
      return z ^ (z >>> 15);
    };
    this.a = word();
    this.b = word();
    this.c = word();
    this.d = word();
    if ((this.a | this.b | this.c | this.d) === 0) this.a = 1;
  }

  /** 0 … 2³² − 1. */
  uint32(): number {
    const scrambled = Math.imul(this.b, 5);
    const result = Math.imul((scrambled << 7) | (scrambled >>> 25), 9) >>> 0;
    const shifted = this.b << 9;
    this.c ^= this.a;
    this.d ^= this.b;
    this.b ^= this.c;
    this.a ^= this.d;
    this.c ^= shifted;
    this.d = (this.d << 11) | (this.d >>> 21);
    return result;
  }

  /** An integer from `low` to `high`, both included; the span is at most 2³². */
  int(low: number, high: number): number {
    return low + Math.floor((this.uint32() / 4_294_967_296) * (high - low + 1));
  }

  /** True with probability `p`. */
  chance(p: number): boolean {
    return this.uint32() < p * 4_294_967_296;
  }

  /** One of `items`, which has at least one. */
  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.int(0, items.length - 1)];
    if (item === undefined) throw new RangeError('nothing to pick from');
    return item;
  }

  /** One of the keys, each with its weight. */
  weighted<Key extends string>(weights: Readonly<Record<Key, number>>): Key {
    const keys = Object.keys(weights) as Key[];
    let total = 0;
    for (const key of keys) total += weights[key];
    let left = (this.uint32() / 4_294_967_296) * total;
    for (const key of keys) {
      left -= weights[key];
      if (left < 0) return key;
    }
    return this.pick(keys);
  }
}
