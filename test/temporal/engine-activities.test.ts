/** Rule: what is secret in the configuration is in no answer of a call, though nobody asked for it to be masked. */
import { randomBytes } from 'node:crypto';
import { Client } from '@temporalio/client';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { WebhookEvent } from '../../activities/contract.ts';
import { KeyRing } from '../../activities/key-ring.ts';
import type { WebhookObserver, WebhookPort } from '../../activities/webhook-activities.ts';
import { PaymentClient } from '../../temporal/client.ts';
import { parseConfiguration } from '../../temporal/configuration.ts';
import { engineActivities } from '../../temporal/engine-activities.ts';
import {
  captureCall,
  environment,
  fakeAccount,
  startTwin,
  type Twin,
} from '../activities/support/fake-account.ts';

const SECRET = 'portal-key-of-the-shop-7316';
const keyRing = new KeyRing([{ id: 'k', key: randomBytes(32) }]);
let twin: Twin;

beforeEach(async () => {
  twin = await startTwin({
    outcome: 'declined',
    decline: { code: '2006', message: `key ${SECRET} is not known`, hold: 'stands', again: 'no' },
    facts: { hint: Buffer.from(SECRET).toString('base64') },
  });
});

afterEach(() => twin.close());

test('a provider that quotes the account’s key in its message', async () => {
  const configuration = parseConfiguration({
    encryption: { keys: [{ id: 'k', key: randomBytes(32).toString('base64') }] },
    accounts: {
      shop: {
        provider: 'payone',
        url: 'http://127.0.0.1:9/',
        mid: '14648',
        aid: '17321',
        portalId: '2040559',
        key: SECRET,
        mode: 'test',
      },
    },
  });
  const accounts = new Map([['shop', fakeAccount(twin)]]);
  const client = new Client();
  const payments = new PaymentClient({ client, taskQueue: 'tranche', accounts, keyRing });
  const activities = engineActivities({ configuration, accounts, keyRing, client, payments });
  const answered = await environment().run(activities.capture, captureCall());
  expect(answered).toMatchObject({
    outcome: 'declined',
    decline: { message: 'key [secret] is not known' },
    facts: { hint: '[secret]' },
  });
  await client.connection.close();
});

test('webhooks are delivered by the same activities where endpoints are given, and only there', async () => {
  const posted: string[] = [];
  const webhooks: WebhookPort = {
    wanting: () => ['orders'],
    post: async (endpoint) => {
      posted.push(endpoint);
      return { arrived: true, status: 200, retryAfter: null };
    },
  };
  const client = new Client();
  const accounts = new Map([['shop', fakeAccount(twin)]]);
  const configuration = parseConfiguration({ accounts: {} });
  const payments = new PaymentClient({ client, taskQueue: 'tranche', accounts, keyRing });
  const common = { configuration, accounts, keyRing, client, payments };
  const seen: string[] = [];
  const observer: WebhookObserver = { delivered: ({ outcome }) => seen.push(outcome), told: () => undefined };
  const { deliverWebhook } = engineActivities({ ...common, webhooks, webhookObservers: [observer] });
  if (deliverWebhook === undefined) throw new Error('no activity');
  const delivery = { payment: 'o-1', endpoint: 'orders', events: [{} as WebhookEvent], once: true };
  expect(await environment().run(deliverWebhook, delivery)).toBe(1);
  expect([posted, seen]).toEqual([['orders'], ['delivered']]);
  expect(engineActivities(common)).not.toHaveProperty('deliverWebhook');
  await client.connection.close();
});
