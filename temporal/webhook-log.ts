/** One line for every POST that did not arrive, and one where events could not be handed over. */
import type { WebhookObserver } from '../activities/webhook-activities.ts';
import type { Log } from './log.ts';

export function webhookLog(log: Log): WebhookObserver {
  return {
    delivered: ({ payment, endpoint, outcome, status, reason }) => {
      const facts = { payment, route: endpoint, outcome, ...(status === null ? {} : { status }), reason };
      log[LEVELS[outcome]](facts, 'webhook');
    },
    told: ({ payment, outcome }) => {
      if (outcome === 'failed') log.warn({ payment, outcome }, 'webhook events not handed over');
    },
  };
}

const LEVELS = {
  delivered: 'debug',
  refused: 'info',
  failed: 'info',
  gone: 'warn',
  undelivered: 'warn',
} as const;
