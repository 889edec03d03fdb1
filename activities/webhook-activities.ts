/** How the merchant is told: events are handed to the workflow that keeps their order, and each is posted. */
import { ApplicationFailure, defineSearchAttributeKey } from '@temporalio/common';
import { Context } from '@temporalio/activity';
import type { WebhookActivities, WebhookEvent } from './contract.ts';
import { nextTry } from './webhook-schedule.ts';

/** What came of one POST. */
export type Posted =
  | {
      readonly arrived: true;
      readonly status: number;
      /** What the endpoint asks for before the next try, milliseconds; null where it asks for nothing. */
      readonly retryAfter: number | null;
    }
  | {
      readonly arrived: false;
      /** A word: `timeout`, `refused-address`, `unknown-endpoint`, … */
      readonly reason: string;
    };

/** The endpoints of this installation; names are those of the configuration. */
export interface WebhookPort {
  /** Endpoints that want an event of this type of this account. */
  wanting(account: string, type: string): readonly string[];
  /** Signs and posts, once. It throws nothing. */
  post(endpoint: string, event: WebhookEvent): Promise<Posted>;
}

/** `refused`: the endpoint answered something else than 2xx; `failed`: no answer came. */
export type DeliveryOutcome = 'delivered' | 'refused' | 'failed' | 'gone' | 'undelivered';

/** Told after the fact; what it throws is dropped. */
export interface WebhookObserver {
  delivered(seen: {
    readonly payment: string;
    readonly endpoint: string;
    readonly outcome: DeliveryOutcome;
    readonly status: number | null;
    readonly reason: string | null;
  }): void;
  /** Whether events were handed over to their workflow. */
  told(seen: { readonly payment: string; readonly outcome: 'told' | 'failed' }): void;
}

export interface WebhookOptions {
  readonly port: WebhookPort;
  readonly observers?: readonly WebhookObserver[];
  /** Milliseconds between tries, in order. @default Standard Webhooks' */
  readonly waits?: readonly number[];
}

/** No POST of a batch begins later, milliseconds: the activity has half a minute. */
const BATCH_MS = 10_000;

const ACCOUNT = defineSearchAttributeKey('TrancheAccount', 'KEYWORD');

/** They use the client of their worker and run on the task queue of the workflows. */
export function createWebhookActivities({ port, observers = [], waits }: WebhookOptions): WebhookActivities {
  const see = (say: (observer: WebhookObserver) => void): void => {
    for (const observer of observers) {
      try {
        say(observer);
      } catch {
        // No event may stay away because somebody watches.
      }
    }
  };
  return {
    async tellWebhooks({ payment, account, events }) {
      const tasks = events.flatMap((event) => {
        const to = port.wanting(account, event.type);
        return to.length === 0 ? [] : [{ event, to }];
      });
      if (tasks.length === 0) return;
      const { client, info } = Context.current();
      try {
        await client.workflow.signalWithStart('webhook', {
          workflowId: `webhook/${payment}`,
          taskQueue: info.taskQueue,
          args: [{ payment }],
          signal: 'tell',
          signalArgs: [tasks],
          typedSearchAttributes: [{ key: ACCOUNT, value: account }],
        });
        see((observer) => observer.told({ payment, outcome: 'told' }));
      } catch (error) {
        see((observer) => observer.told({ payment, outcome: 'failed' }));
        throw error;
      }
    },

    async deliverWebhook({ payment, endpoint, events, once }) {
      const until = Date.now() + BATCH_MS;
      for (const [arrived, event] of events.entries()) {
        if (arrived > 0 && Date.now() > until) return arrived;
        const posted = await port.post(endpoint, event);
        const status = posted.arrived ? posted.status : null;
        const reason = posted.arrived ? `http-${posted.status}` : posted.reason;
        const seen = (outcome: DeliveryOutcome): void =>
          see((observer) => observer.delivered({ payment, endpoint, outcome, status, reason }));
        if (status !== null && status >= 200 && status < 300) {
          seen('delivered');
          continue;
        }
        // The next activity begins with this one, and with its first try.
        if (arrived > 0) return arrived;
        if (status === 410) {
          seen('gone');
          throw ApplicationFailure.nonRetryable(reason, 'tranche.webhook-gone');
        }
        const asked = posted.arrived ? posted.retryAfter : null;
        const wait = once ? null : nextTry(Context.current().info.attempt, asked, waits);
        seen(wait === null ? 'undelivered' : posted.arrived ? 'refused' : 'failed');
        throw wait === null
          ? ApplicationFailure.nonRetryable(reason, 'tranche.webhook-undelivered')
          : ApplicationFailure.create({
              message: reason,
              type: 'tranche.webhook-failed',
              nextRetryDelay: wait,
              category: 'BENIGN',
            });
      }
      return events.length;
    },
  };
}
