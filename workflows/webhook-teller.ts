import { log, proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { WebhookActivities, WebhookNews } from '../activities/contract.ts';
import type { CoreState } from '../machines/core-state.ts';
import { TELL_AT_ONCE, TELL_OPTIONS } from './activity-options.ts';
import { eventsAfter, isQuiet } from './webhook-event.ts';

/** Entries that one asking carries: a payload holds 2 MiB, an event about one KiB. */
const MOST_TOLD = 200;

/**
 * How a payment tells of its entries: it hands them to `webhook/<payment>`, which delivers them. A local activity does
 * it within the workflow task, which costs one event; where that fails, an ordinary one goes on for days, beside
 * whatever else the payment does. Nothing is told twice by a run that was told that it arrived.
 */
export class Teller {
  readonly #core: () => CoreState;
  #told: number;
  /** The last entry that nobody would take in {@link TELL_OPTIONS}' time; it goes along with the next. */
  #givenUp = 0;
  /** How it is being told. */
  #telling: 'no' | 'at-once' | 'later' = 'no';

  /** @param told - number of the last entry that an earlier run handed over; 0 before the first. */
  constructor(core: () => CoreState, told: number) {
    this.#core = core;
    this.#told = told;
  }

  /** Number of the last entry that was handed over. */
  get told(): number {
    return this.#told;
  }

  /** A local activity runs: it belongs to this run and this workflow task. */
  get busy(): boolean {
    return this.#telling === 'at-once';
  }

  /** Everything worth telling was handed over, or given up after days. */
  get done(): boolean {
    return this.#telling === 'no' && !this.#owes();
  }

  /** Tells what there is to tell, all entries of a workflow task together. It throws nothing. */
  async tell(): Promise<void> {
    if (this.#telling !== 'no') return;
    this.#telling = 'at-once';
    // Whatever else this task brings goes along.
    await Promise.resolve();
    while (this.#owes()) await this.#tellSome();
    this.#telling = 'no';
  }

  #owes(): boolean {
    const { ledger } = this.#core();
    return ledger.slice(Math.max(this.#told, this.#givenUp)).some((entry) => !isQuiet(entry));
  }

  async #tellSome(): Promise<void> {
    const { id, account } = this.#core().facts;
    const events = eventsAfter(this.#core(), this.#told, MOST_TOLD);
    const last = this.#told + events.length;
    const news: WebhookNews = { payment: id, account, events };
    this.#telling = 'at-once';
    try {
      await proxyLocalActivities<WebhookActivities>(TELL_AT_ONCE).tellWebhooks(news);
      this.#told = last;
      return;
    } catch (error) {
      log.warn('the merchant is told later', { payment: id, error });
    }
    this.#telling = 'later';
    const patient = proxyActivities<WebhookActivities>({ ...TELL_OPTIONS, activityId: `webhook@${last}` });
    try {
      await patient.tellWebhooks(news);
      this.#told = last;
    } catch (error) {
      this.#givenUp = last;
      log.error('the merchant was not told', { payment: id, error });
    }
  }
}
