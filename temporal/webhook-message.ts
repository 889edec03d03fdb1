/** An event as it goes over the wire, by Standard Webhooks: id, time and signature in headers, the event as JSON. */
import { createHash } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { WebhookEvent } from '../activities/contract.ts';

export interface WebhookMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const PREFIX = 'whsec_';

/** The same for every try and every endpoint, so that a receiver knows what it has seen: one entry, one id. */
export function webhookIdOf({ type, timestamp, data }: WebhookEvent): string {
  // Tests are of no payment; the time keeps them apart.
  const named = type === 'webhook.test' ? [type, timestamp] : [data.payment.id, String(data.entry)];
  return `evt_${createHash('sha256').update(named.join('\n')).digest('hex').slice(0, 32)}`;
}

/**
 * @param secrets - the first is the newest; each signs, so that receivers may change over one after the other.
 * @param at - of this try, milliseconds since the epoch.
 */
export function webhookMessage(
  event: WebhookEvent,
  secrets: readonly string[],
  at: number = Date.now(),
): WebhookMessage {
  const id = webhookIdOf(event);
  const body = JSON.stringify(event);
  const time = new Date(at);
  const signatures = secrets.map((secret) => signerOf(secret).sign(id, time, body));
  return {
    headers: {
      'content-type': 'application/json',
      'user-agent': 'Tranche-Webhooks/1',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at / 1000)),
      'webhook-signature': signatures.join(' '),
    },
    body,
  };
}

/** `whsec_` and base64, or a text whose bytes are the key. */
const signerOf = (secret: string): Webhook =>
  secret.startsWith(PREFIX) ? new Webhook(secret) : new Webhook(secret, { format: 'raw' });
