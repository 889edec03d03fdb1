/** Rule: through the activities, a reference leaves sealed, opens for the next call only, and no receipt is in the clear (M8). */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { KeyRing } from '../../../activities/key-ring.ts';
import { createProviderActivities } from '../../../activities/provider-activities.ts';
import { isSealed, sealContext, unseal } from '../../../activities/sealing.ts';
import type { CallResult } from '../../../payment/outcome.ts';
import { ccv } from '../../../providers/ccv/provider.ts';
import { startCcvTwin } from '../../../sandbox/ccv/twin.ts';
import { environment } from '../../activities/support/fake-account.ts';
import { authorise, capture, options } from './calls.ts';

test('authorise, then capture with what was sealed', async () => {
  const twin = await startCcvTwin({ wholeCardNumber: true });
  const account = ccv.configure('ccv-ev', { ...options({ url: twin.url }) });
  const keyRing = new KeyRing([{ id: 'k', key: randomBytes(32) }]);
  const activities = createProviderActivities({ accounts: new Map([[account.name, account]]), keyRing });

  const call = authorise();
  const held: CallResult = await environment().run(activities.authorise, call);
  const { authReference } = (await twin.admin('GET', 'references/hold-1')) as { authReference: string };
  expect(held).toMatchObject({ outcome: 'approved', booked: 5_000, hold: { authReferenceVersion: '1' } });
  expect(isSealed(held.hold?.['authReference'])).toBe(true);
  expect(held.providerReference).toBe(account.holdKey({ authReference }));
  expect(JSON.parse(unseal(keyRing, held.sealed ?? '', sealContext(call)))).toMatchObject({
    authReference,
    customerReceipt: expect.stringContaining('Kopie Kaarthouder'),
    eJournal: expect.stringContaining('<E-Journal>'),
  });

  const taken: CallResult = await environment().run(activities.capture, capture({ hold: held.hold ?? {} }));
  expect(taken.outcome).toBe('approved');
  expect(twin.books().holds[0]).toMatchObject({ captured: 2_500, released: 2_500 });
  const seen = JSON.stringify([held, taken]);
  for (const secret of [authReference, 'Kopie', 'E-Journal>', '41111111']) expect(seen).not.toContain(secret);
  await Promise.all([account.close(), twin.close()]);
});
