/** The gauges that need a view over all payments. Every process that shows them shows the same, so take their maximum. */
import { Gauge } from 'prom-client';
import type { PaymentView } from '../machines/view.ts';
import { Cache } from './metrics-cache.ts';
import type { Metrics } from './metrics.ts';
import {
  countPayments,
  type HeldNear,
  listUnknown,
  measureQueues,
  type PaymentCounts,
  type QueueDepth,
  readSome,
  sumHeldNear,
  type ViewSource,
} from './metrics-queries.ts';

export interface ViewOptions {
  /** Milliseconds for which counts are given out again. @default 15 000 */
  readonly freshFor?: number;
  /** Milliseconds for which sums of amounts are given out again: each payment in them is read. @default 60 000 */
  readonly sumsFreshFor?: number;
  /** Milliseconds that a scrape waits for new values. @default 3000 */
  readonly patience?: number;
  /** Milliseconds since the epoch. @default Date.now */
  readonly now?: () => number;
}

/** Milliseconds that one round of questions may take. */
const ROUND_MS = 10_000;
/** Values older than this are taken away: a server that is away must not look like a quiet one. */
const STALE_MS = 300_000;
/** Payments that one round reads to learn since when they are unknown. */
const READS = 20;
/** Hours to the deadline within which amounts are summed, and payments that are read for it. */
const NEAR = { hours: 24, most: 50 } as const;

interface Counted extends PaymentCounts {
  readonly queues: readonly QueueDepth[];
  /** Milliseconds since the epoch; null where nothing is unknown. */
  readonly unknownSince: number | null;
}

/** Adds the view to what a process answers. It asks the server only when somebody scrapes. */
export function viewPayments(metrics: Metrics, source: ViewSource, options: ViewOptions = {}): void {
  const { freshFor = 15_000, sumsFreshFor = 60_000, patience = 3_000, now = Date.now } = options;
  const gauges = gaugesOf(metrics);
  const unknowns = new UnknownAges(source, now);
  const bounded = <T>(run: () => Promise<T>): Promise<T> =>
    source.client.withDeadline(Date.now() + ROUND_MS, run);
  const counts = new Cache<Counted>(
    () =>
      bounded(async () => ({
        ...(await countPayments(source, now())),
        queues: await measureQueues(source),
        ...(await unknowns.look()),
      })),
    { freshFor, patience },
  );
  const sums = new Cache(() => bounded(() => sumHeldNear(source, now(), NEAR)), {
    freshFor: sumsFreshFor,
    patience,
  });
  metrics.beforeEach(async () => {
    const [counted, summed] = await Promise.all([counts.get(), sums.get()]);
    gauges.reset();
    if (counted !== null) gauges.age.set(counted.age / 1000);
    if (counted !== null && counted.age < STALE_MS) gauges.show(counted.value, now());
    if (summed !== null && summed.age < STALE_MS) gauges.showSums(summed.value);
  });
}

/** Since when each payment is unknown. A payment is read once, since an attention keeps its beginning. */
class UnknownAges {
  readonly #source: ViewSource;
  readonly #now: () => number;
  #since = new Map<string, { readonly at: number; readonly read: boolean }>();

  constructor(source: ViewSource, now: () => number) {
    this.#source = source;
    this.#now = now;
  }

  /** Where a payment cannot be read, it is unknown at least since it was first seen here. */
  async look(): Promise<Pick<Counted, 'unknownSince'>> {
    const payments = await listUnknown(this.#source);
    const unread = payments.filter((payment) => this.#since.get(payment)?.read !== true).slice(0, READS);
    const views = await readSome(this.#source, unread);
    const seen = { at: this.#now(), read: false };
    this.#since = new Map(
      payments.map((payment) => {
        const since = sinceOf(views.get(payment));
        const known = this.#since.get(payment) ?? seen;
        return [payment, since === null ? known : { at: since, read: true }] as const;
      }),
    );
    const oldest = [...this.#since.values()].reduce((least, { at }) => Math.min(least, at), Infinity);
    return { unknownSince: Number.isFinite(oldest) ? oldest : null };
  }
}

/** Milliseconds since the epoch. */
function sinceOf(view: PaymentView | undefined): number | null {
  const since = view?.attentions.find(({ code }) => code === 'outcome-unknown')?.since;
  return since === undefined ? null : Date.parse(since);
}

function gaugesOf(metrics: Metrics) {
  const made: { reset(): void }[] = [];
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> => {
    const one = new Gauge({ name, help, labelNames, registers: [metrics.registry] });
    // Without labels a reset would leave a zero behind, which says something.
    made.push({ reset: () => (labelNames.length === 0 ? one.remove() : one.reset()) });
    return one;
  };
  const open = gauge('tranche_payments', 'Open payments by status', ['status']);
  const attentions = gauge('tranche_payments_attention', 'Open payments that need a person, by code', [
    'code',
  ]);
  const broken = gauge('tranche_payments_broken', 'Payments that ended otherwise than by their own rules');
  const undelivered = gauge(
    'tranche_webhooks_undelivered',
    'Payments with events that a webhook did not take in all its tries',
  );
  const near = gauge(
    'tranche_payments_near_deadline',
    'Payments with money held whose deadline is at most so many hours away',
    ['hours'],
  );
  const unknown = gauge('tranche_unknown_oldest_seconds', 'Age of the oldest unknown outcome, 0 without any');
  const held = gauge(
    'tranche_held_near_deadline_minor_units',
    'Held amounts whose deadline is at most 24 hours away',
    ['currency'],
  );
  const unread = gauge(
    'tranche_held_near_deadline_unread_payments',
    'Payments near their deadline that the held amounts leave out',
  );
  const backlog = gauge('tranche_task_queue_backlog', 'Tasks that wait for a worker', ['queue', 'type']);
  const backlogAge = gauge('tranche_task_queue_backlog_age_seconds', 'Age of the oldest task that waits', [
    'queue',
    'type',
  ]);
  const pollers = gauge('tranche_task_queue_pollers', 'Workers that ask for tasks', ['queue', 'type']);
  const age = gauge('tranche_view_age_seconds', 'Age of the counts over all payments');
  return {
    age,
    reset: () => {
      for (const one of made) one.reset();
    },
    show: (counted: Counted, now: number): void => {
      for (const [status, count] of counted.open) open.set({ status }, count);
      for (const [code, count] of counted.attentions) attentions.set({ code }, count);
      for (const [hours, count] of counted.nearDeadline) near.set({ hours: String(hours) }, count);
      broken.set(counted.broken);
      undelivered.set(counted.undelivered);
      unknown.set(
        counted.unknownSince === null ? 0 : Math.max(0, Math.round((now - counted.unknownSince) / 1000)),
      );
      for (const { queue, type, ...depth } of counted.queues) {
        backlog.set({ queue, type }, depth.backlog);
        backlogAge.set({ queue, type }, depth.age);
        pollers.set({ queue, type }, depth.pollers);
      }
    },
    showSums: (summed: HeldNear): void => {
      for (const [currency, value] of summed.held) held.set({ currency }, value);
      unread.set(summed.unread);
    },
  };
}
