/** What is said to `webhook/<payment>`, the workflow that delivers a payment's events. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { WebhookEvent } from '../activities/contract.ts';

export interface WebhookTask {
  readonly event: WebhookEvent;
  /** Names of the endpoints that want it. */
  readonly to: readonly string[];
}

/** Which dead letters are meant. */
export interface WebhookChoice {
  /** @default all */
  readonly endpoint?: string;
  /** Number of the entry. @default all */
  readonly entry?: number;
  /** Name of the operator. */
  readonly by: string;
}

export interface DeadLetter {
  readonly entry: number;
  readonly type: string;
  /** `gone`: the endpoint answered 410 and gets nothing more of this payment. */
  readonly why: 'undelivered' | 'gone';
  /** When it was first tried and when it was given up, RFC 3339. */
  readonly since: string;
  readonly at: string;
}

export interface WebhookEndpointView {
  readonly endpoint: string;
  /** Entries that wait, in order; the first is being delivered. */
  readonly waiting: readonly { readonly entry: number; readonly type: string }[];
  /** When the first was first tried, RFC 3339; null before. */
  readonly since: string | null;
  readonly dead: readonly DeadLetter[];
  /** Entries that found no room; they stand in the payment's ledger. */
  readonly overflow: number;
}

export const tellWebhook = defineSignal<[readonly WebhookTask[]]>('tell');
export const readWebhook = defineQuery<readonly WebhookEndpointView[]>('webhook');
/** Dead letters are delivered again, and whatever waits for its next try is tried at once; says how many. */
export const retryWebhook = defineUpdate<number, [WebhookChoice]>('retry');
/** Dead letters are let go; says how many. */
export const dropWebhook = defineUpdate<number, [WebhookChoice]>('drop');
