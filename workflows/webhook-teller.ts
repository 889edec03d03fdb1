import { log, proxyActivities } from '@temporalio/workflow';
import type { WebhookActivities, WebhookNews } from '../activities/contract.ts';
import type { CoreState } from '../machines/core-state.ts';
import { HAND_OVER_OPTIONS } from './activity-options.ts';
import { eventsAfter, isQuiet } from './webhook-event.ts';

/** Entries that one asking carries: a payload holds 2 MiB, an event about one KiB. */
const MOST_TOLD = 200;

/**
 * How a payment tells of its entries: an activity hands them to `webhook/<payment>`, which delivers them. The server
 * begins it only when it has recorded the workflow task that wrote the entries, so that nothing is told that a repeat of
 * that task could tell otherwise. It is repeated until it succeeds, beside whatever else the payment does.
 */
export class Teller {
  readonly #core: () => CoreState;
  #told: number;
  /** The last entry of an asking that cannot succeed; it goes along with the next. */
  #refused = 0;
  #telling = false;

  /** @param told - number of the last entry that an earlier run handed over; 0 before the first. */
  constructor(core: () => CoreState, told: number) {
    this.#core = core;
    this.#told = told;
  }

  /** Number of the last entry that was handed over. */
  get told(): number {
    return this.#told;
  }

  /** Everything worth telling was handed over. */
  get done(): boolean {
    return !this.#telling && !this.#owes();
  }

  /** Tells what there is to tell; what comes meanwhile goes next, all together. It throws nothing. */
  async tell(): Promise<void> {
    if (this.#telling || !this.#owes()) return;
    this.#telling = true;
    // Whatever else this task brings goes along.
    await Promise.resolve();
    while (this.#owes()) await this.#tellSome();
    this.#telling = false;
  }

  #owes(): boolean {
    const { ledger } = this.#core();
    return ledger.slice(Math.max(this.#told, this.#refused)).some((entry) => !isQuiet(entry));
  }

  async #tellSome(): Promise<void> {
    const { id, account } = this.#core().facts;
    const events = eventsAfter(this.#core(), this.#told, MOST_TOLD);
    const last = this.#told + events.length;
    const news: WebhookNews = { payment: id, account, events };
    const activities = proxyActivities<WebhookActivities>({
      ...HAND_OVER_OPTIONS,
      activityId: `webhook@${last}`,
    });
    try {
      await activities.tellWebhooks(news);
      this.#told = last;
    } catch (error) {
      this.#refused = last;
      log.error('the merchant was not told', { payment: id, error });
    }
  }
}
