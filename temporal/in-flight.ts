import { PaymentError } from './payment-error.ts';

/**
 * Commands in flight for one payment from this process. The server takes ten updates at once, and one that it turns
 * away may run afterwards all the same; so what is one too many is turned away here, before the server hears of it.
 */
const MOST_IN_FLIGHT = 8;

/** Counts update ids that are asked for now, by payment; a repeat of one of them is no further command. */
export class InFlight {
  readonly #ids = new Map<string, string[]>();

  /** @throws PaymentError `too-many-requests` with outcome `none`: nobody was asked. */
  async run<T>(payment: string, updateId: string, ask: () => Promise<T>): Promise<T> {
    const others = this.#ids.get(payment) ?? [];
    if (!others.includes(updateId) && new Set(others).size >= MOST_IN_FLIGHT) throw tooMany('none');
    this.#ids.set(payment, [...others, updateId]);
    try {
      return await ask();
    } finally {
      const left = [...(this.#ids.get(payment) ?? [])];
      left.splice(left.indexOf(updateId), 1);
      if (left.length === 0) this.#ids.delete(payment);
      else this.#ids.set(payment, left);
    }
  }
}

/** More commands at once than a payment takes; `none` only where nobody was asked. */
export const tooMany = (outcome: 'none' | 'unknown', cause?: unknown): PaymentError =>
  new PaymentError('too-many-requests', 'too many commands at once', { outcome, retryable: true, cause });
