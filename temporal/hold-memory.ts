import type { HoldFacts } from '../workflows/messages.ts';

/** Payments whose hold is remembered. */
const MOST_HOLDS = 10_000;

/** What details are checked against, by payment; a hold does not change once it is there, and the oldest give way. */
export class HoldMemory {
  readonly #holds = new Map<string, HoldFacts>();

  /** @param read - asks the payment where nothing is remembered; what it answers without a hold is not kept. */
  async of(payment: string, read: () => Promise<HoldFacts>): Promise<HoldFacts> {
    const known = this.#holds.get(payment);
    if (known !== undefined) return known;
    const facts = await read();
    if (facts.hold !== null) this.#keep(payment, facts);
    return facts;
  }

  #keep(payment: string, facts: HoldFacts): void {
    const [oldest] = this.#holds.keys();
    if (this.#holds.size >= MOST_HOLDS && oldest !== undefined) this.#holds.delete(oldest);
    this.#holds.set(payment, facts);
  }
}
