/** Rule: a wait that can be kept is kept and said so; any other is ignored, as RFC 7240 wants it. */
import { expect, it } from 'vitest';
import { waitOf } from '../../api/prefer.ts';
import { CREATE } from './edge.ts';
import { MemoryPayments } from './memory-payments.ts';
import { wire } from './wire.ts';

it.each<[string | string[] | undefined, number | null]>([
  [undefined, null],
  ['', null],
  ['wait=0', 0],
  ['wait=60', 60],
  ['wait=61', null],
  ['wait=-1', null],
  ['wait=x', null],
  ['wait', null],
  ['respond-async, wait=5', 5],
  ['Wait = "7" ; x=y', 7],
  ['wait=5, wait=9', 5],
  [['return=minimal', 'wait=3'], 3],
  ['await=3', null],
])('reads %j as %j', (header, wait) => {
  expect(waitOf(header)).toBe(wait);
});

it('is answered as Preference-Applied', async () => {
  const { ask } = await wire(new MemoryPayments());
  const made = await ask('POST', '/v1/payments', { body: CREATE, headers: { prefer: 'wait=5' } });
  expect([made.status, made.headers.get('preference-applied')]).toEqual([201, 'wait=5']);
  const body = { amount: { value: 1, currency: 'EUR' } };
  const ignored = await ask('POST', '/v1/payments/o-1/captures', { body, headers: { prefer: 'wait=900' } });
  expect([ignored.status, ignored.headers.get('preference-applied')]).toEqual([201, null]);
});
