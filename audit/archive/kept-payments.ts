import { setTimeout as delay } from 'node:timers/promises';
import type { ArchivedPayment, ArchivedPayments } from '../../temporal/archived-payments.ts';
import type { Bundle } from '../bundle.ts';
import { trace } from '../trace.ts';
import type { Entry } from './entry.ts';
import type { ArchiveAtHand } from './open-archive.ts';

/** What became of a look into the archive before a creation. */
export type Looked = 'found' | 'absent' | 'unreachable';

export interface KeptOptions {
  /** Told of each look before a creation; `why` where the archive did not answer. */
  readonly looked?: (result: Looked, why?: unknown) => void;
  /** Milliseconds that a creation waits. @default 500 */
  readonly patience?: number;
  /** Milliseconds for which nobody asks again before a creation, once it did not answer. @default 5000 */
  readonly pause?: number;
}

/** Milliseconds that a reader waits. */
const READ_MS = 10_000;

class TooLate extends Error {
  override readonly name = 'TooLate';
}

/** The archive as the payments' edge asks it. */
export class KeptPayments implements ArchivedPayments {
  readonly #archive: ArchiveAtHand;
  readonly #options: Required<KeptOptions>;
  #silentUntil = 0;

  constructor(archive: ArchiveAtHand, options: KeptOptions = {}) {
    this.#archive = archive;
    this.#options = { looked: () => undefined, patience: 500, pause: 5_000, ...options };
  }

  async get(payment: string): Promise<ArchivedPayment | null> {
    const entry = await within(READ_MS, this.#entry(payment));
    return entry === null ? null : within(READ_MS, this.#opened(entry));
  }

  async before(payment: string): Promise<ArchivedPayment | null> {
    const { looked, patience, pause } = this.#options;
    if (performance.now() < this.#silentUntil) {
      looked('unreachable');
      return null;
    }
    let entry: Entry | null;
    try {
      entry = await within(patience, this.#entry(payment));
    } catch (error) {
      this.#silentUntil = performance.now() + pause;
      looked('unreachable', error);
      return null;
    }
    looked(entry === null ? 'absent' : 'found');
    if (entry === null) return null;
    // It was here: whatever keeps its content from being read, it is not created again.
    return within(READ_MS, this.#opened(entry)).catch(() => ({ completed: true, core: null }));
  }

  async #entry(payment: string): Promise<Entry | null> {
    const archive = await this.#archive.openThere();
    return archive === null ? null : archive.lastEntry(payment);
  }

  async #opened({ kind, hash, ended }: Entry): Promise<ArchivedPayment> {
    // A run by itself tells no state, only that there was a payment.
    if (kind !== 'bundle') return { completed: ended === 'completed', core: null };
    const archive = await this.#archive.open();
    const bundle = (await archive.get(hash ?? '')) as Bundle | null;
    return { completed: ended === 'completed', core: bundle === null ? null : trace(bundle.histories).core };
  }
}

async function within<T>(ms: number, answer: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = delay(ms, undefined, { signal: stop.signal }).then(() => {
    throw new TooLate(`the archive did not answer within ${ms} ms`);
  });
  late.catch(() => undefined);
  answer.catch(() => undefined);
  try {
    return await Promise.race([answer, late]);
  } finally {
    stop.abort();
  }
}
