/** What a process counts and measures, as Prometheus text. Labels name parts of the installation, never a payment. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { CallObserver, SeenCall, SeenRead, SeenRefusal } from '../activities/metrics.ts';
import type { DeliveryOutcome, WebhookObserver } from '../activities/webhook-activities.ts';

/** Seconds. A provider's own time-out is 30 s and more. */
const CALL_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80];
const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** A request to the HTTP edge; `route` is the pattern, so that no id stands in it. */
export interface SeenRequest {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export interface MetricsOptions {
  /** Whether memory, processor time and event loop lag of the process are measured too. @default true */
  readonly ofProcess?: boolean;
}

export class Metrics implements CallObserver, WebhookObserver {
  readonly registry = new Registry();
  readonly #before: (() => Promise<void>)[] = [];
  readonly #calls = this.#counter('tranche_provider_calls_total', 'Provider calls by how they ended', [
    'provider',
    'account',
    'action',
    'outcome',
  ]);
  readonly #callSeconds = this.#histogram(
    'tranche_provider_call_seconds',
    'First byte sent to last byte read of a provider call',
    ['provider', 'account', 'action'],
    CALL_BUCKETS,
  );
  readonly #reads = this.#counter('tranche_provider_reads_total', "Reads of a provider's books by result", [
    'provider',
    'account',
    'result',
  ]);
  readonly #readSeconds = this.#histogram(
    'tranche_provider_read_seconds',
    "First byte sent to last byte read of a read of a provider's books",
    ['provider', 'account'],
    CALL_BUCKETS,
  );
  readonly #breakers = this.#gauge(
    'tranche_breaker_open',
    '1 while this process holds back the calls of an account whose provider does not answer',
    ['provider', 'account'],
  );
  readonly #refused = this.#counter('tranche_commands_refused_total', 'Commands refused, by problem code', [
    'command',
    'code',
  ]);
  readonly #requests = this.#counter('tranche_http_requests_total', 'Requests answered by the HTTP edge', [
    'method',
    'route',
    'status',
  ]);
  readonly #requestSeconds = this.#histogram(
    'tranche_http_request_seconds',
    'Time to answer a request',
    ['method', 'route'],
    REQUEST_BUCKETS,
  );
  readonly #notices = this.#counter('tranche_notices_total', 'Notices of providers by what became of them', [
    'account',
    'fate',
  ]);
  readonly #deliveries = this.#counter(
    'tranche_webhook_deliveries_total',
    'POSTs to webhooks by how they ended',
    ['endpoint', 'outcome'],
  );
  readonly #news = this.#counter(
    'tranche_webhook_news_total',
    'Events of a payment handed over to the workflow that delivers them',
    ['outcome'],
  );

  readonly #lookups = this.#counter(
    'tranche_archive_lookups_total',
    'Looks into the archive before a creation, by result',
    ['result'],
  );

  constructor({ ofProcess = true }: MetricsOptions = {}) {
    if (ofProcess) collectDefaultMetrics({ register: this.registry });
  }

  /** Says from the start for which accounts this process makes calls, so that a worker which nobody collects is missed. */
  serves(accounts: Iterable<{ readonly name: string; readonly provider: string }>): void {
    for (const { name, provider } of accounts) this.#breaker(provider, name, false);
  }

  called({ provider, account, action, outcome, providerMs, heldBack }: SeenCall): void {
    this.#calls.inc({ provider, account, action, outcome });
    if (providerMs !== null) this.#callSeconds.observe({ provider, account, action }, providerMs / 1000);
    this.#breaker(provider, account, heldBack);
  }

  read({ provider, account, result, providerMs, heldBack }: SeenRead): void {
    this.#reads.inc({ provider, account, result });
    if (providerMs !== null) this.#readSeconds.observe({ provider, account }, providerMs / 1000);
    this.#breaker(provider, account, heldBack);
  }

  refused({ command, code }: Pick<SeenRefusal, 'command' | 'code'>): void {
    this.#refused.inc({ command, code });
  }

  requested({ method, route, status, seconds }: SeenRequest): void {
    this.#requests.inc({ method, route, status: String(status) });
    this.#requestSeconds.observe({ method, route }, seconds);
  }

  noticed(account: string, fate: string): void {
    this.#notices.inc({ account, fate });
  }

  delivered({ endpoint, outcome }: { readonly endpoint: string; readonly outcome: DeliveryOutcome }): void {
    this.#deliveries.inc({ endpoint, outcome });
  }

  told({ outcome }: { readonly outcome: 'told' | 'failed' }): void {
    this.#news.inc({ outcome });
  }

  archiveLooked(result: 'found' | 'absent' | 'unreachable'): void {
    this.#lookups.inc({ result });
  }

  /** Has something brought up to date before each answer; it bounds its own time and does not fail the answer. */
  beforeEach(update: () => Promise<void>): void {
    this.#before.push(update);
  }

  /** The answer to a scrape. */
  async text(): Promise<string> {
    await Promise.allSettled(this.#before.map((update) => update()));
    return this.registry.metrics();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  #breaker(provider: string, account: string, heldBack: boolean | null): void {
    if (heldBack !== null) this.#breakers.set({ provider, account }, heldBack ? 1 : 0);
  }

  #counter<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  #gauge<L extends string>(name: string, help: string, labelNames: readonly L[]): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  #histogram<L extends string>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: number[],
  ): Histogram<L> {
    return new Histogram({ name, help, labelNames, buckets, registers: [this.registry] });
  }
}
