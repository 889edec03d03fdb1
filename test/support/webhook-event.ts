// An event of no payment, for tests of how events travel.
import { randomUUID } from 'node:crypto';
import type { WebhookEvent } from '../../activities/contract.ts';

export function anEvent(payment: string = randomUUID(), entry = 1): WebhookEvent {
  const none = { value: 0, currency: 'EUR' };
  return {
    type: 'capture.approved',
    timestamp: '2026-11-21T13:43:05.123Z',
    data: {
      entry,
      payment: {
        id: payment,
        account: 'a',
        provider: 'payone',
        status: 'authorized',
        order: null,
        amounts: {
          authorized: none,
          held: none,
          captured: none,
          reserved: none,
          released: none,
          lapsed: none,
          refunded: none,
          refunding: none,
          chargedBack: none,
        },
      },
      operation: null,
      rule: 'approved-answer',
      by: { kind: 'provider', via: 'answer' },
    },
  };
}
