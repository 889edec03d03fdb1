// An order ships over days: a capture per shipment, the last one final, cancelled lines released, returns refunded.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { OrderChange } from '../../activities/contract.ts';
import type { fulfilment, FulfilmentInput } from '../../workflows/fulfilment.ts';
import {
  cancelLine,
  captureAgain,
  forgoShipment,
  type OrderState,
  readProgress,
  returnLine,
  shipItems,
} from '../../workflows/order-messages.ts';
import { ACCOUNT, type Engine, startEngine, until } from '../support/payments.ts';

let engine: Engine;
const told: OrderChange[] = [];
beforeAll(async () => {
  const orderChanged = async (change: OrderChange): Promise<void> => {
    told.push(change);
  };
  engine = await startEngine(inject('temporal'), { activities: { orderChanged } });
});
afterAll(() => engine.stop());

const eur = (value: number) => ({ value, currency: 'EUR' });
const LINES: FulfilmentInput['order']['lines'] = [
  { id: 'shirt', description: 'Shirt', quantity: 3, unitPrice: eur(2_999) },
  { id: 'shoes', description: 'Shoes', quantity: 1, unitPrice: eur(8_950) },
  { id: 'post', type: 'shipment', description: 'Parcel', quantity: 1, unitPrice: eur(495) },
  { id: 'spring', type: 'voucher', description: 'Spring', quantity: 1, unitPrice: eur(-1_000) },
];
const TOTAL = 3 * 2_999 + 8_950 + 495 - 1_000;

async function order(over: Partial<FulfilmentInput> = {}, card = '9410010000000000001') {
  const id = `o-${randomUUID()}`;
  const request = {
    method: 'cc',
    options: { pseudocardpan: card },
    customer: { lastname: 'Muster', country: 'DE' },
  };
  const input: FulfilmentInput = {
    order: { id, account: ACCOUNT, currency: 'EUR', lines: LINES, authorization: { request } },
    tellShop: true,
    ...over,
  };
  const handle = await engine.client.workflow.start<typeof fulfilment>('fulfilment', {
    workflowId: `order/${id}`,
    taskQueue: engine.taskQueue,
    args: [input],
  });
  const update = <A extends unknown[]>(
    definition: { readonly name: string },
    ...args: A
  ): Promise<OrderState> => handle.executeUpdate(definition.name, { args } as never);
  const settled = (so: (state: OrderState) => boolean) =>
    until(() => handle.query(readProgress), so, 'the order');
  return { id, handle, update, settled };
}
const states = ({ book }: OrderState) =>
  book.requests.map(({ id, state, final }) => `${id} ${state}${final ? ' final' : ''}`);

test('three shipments, the last one final, and every unit of the order captured', async () => {
  const { id, update, settled } = await order();
  await update(shipItems, { shipment: 's-1', items: [{ line: 'shirt', quantity: 1 }] });
  await update(shipItems, { shipment: 's-2', items: [{ line: 'shirt', quantity: 2 }] });
  await update(shipItems, { shipment: 's-2', items: [{ line: 'shirt', quantity: 2 }] });
  await update(shipItems, { shipment: 's-3', items: [{ line: 'shoes', quantity: 1 }] });
  const state = await settled(({ status }) => status === 'complete');
  expect(states(state)).toEqual(['s-1 approved', 's-2 approved', 's-3 approved final']);
  const view = await engine.payments.get(id);
  expect(view.amounts.captured.value).toBe(TOTAL);
  expect(view.captures.map((each) => each.final)).toEqual([false, false, true]);
  expect(told.filter((change) => change.order === id).map((change) => change.operation)).toEqual([
    'authorization',
    's-1',
    's-2',
    's-3',
  ]);
});

test('a line that is cancelled before the last shipment goes with it; one cancelled after it is released', async () => {
  const first = await order();
  await first.update(cancelLine, { line: 'shoes', quantity: 1 });
  await first.update(shipItems, { shipment: 's-1', items: [{ line: 'shirt', quantity: 3 }] });
  const early = await first.settled(({ status }) => status === 'complete');
  expect(states(early)).toEqual(['s-1 approved final']);
  expect((await engine.payments.get(first.id)).amounts.held.value).toBe(0);

  const second = await order();
  await second.update(shipItems, { shipment: 's-1', items: [{ line: 'shirt', quantity: 3 }] });
  await second.settled(({ book }) => book.requests[0]?.state === 'approved');
  await second.update(cancelLine, { line: 'shoes', quantity: 1 });
  const late = await second.settled(({ status }) => status === 'complete');
  // PAYONE refuses amount 0 after a partial capture for good (935): the rest is shown as lapsing.
  expect(states(late)).toEqual(['s-1 approved', `${second.id}.release declined`]);
  expect((await engine.payments.get(second.id)).status).toBe('lapsing');
});

test('an order that is cancelled as a whole is voided', async () => {
  const { id, update, settled } = await order();
  await update(cancelLine, { line: 'shoes', quantity: 1 });
  await update(cancelLine, { line: 'shirt', quantity: 3 });
  await settled(({ status }) => status === 'complete');
  expect(await engine.payments.get(id)).toMatchObject({
    status: 'released',
    amounts: { released: { value: TOTAL } },
  });
});

test('a pending capture is completed later by the payment, and the next shipment waits for it', async () => {
  await engine.twin.admin.set({ notifyUrl: engine.noticeUrl });
  const { id, update, settled } = await order({}, '9410017000000001');
  await update(shipItems, { shipment: 's-1', items: [{ line: 'shirt', quantity: 3 }] });
  await update(shipItems, { shipment: 's-2', items: [{ line: 'shoes', quantity: 1 }] });
  const state = await settled(({ status }) => status === 'complete');
  expect(states(state)).toEqual(['s-1 approved', 's-2 approved final']);
  expect((await engine.payments.get(id)).amounts.captured.value).toBe(TOTAL);
});

test('a declined capture keeps the hold until it is tried again or given up', async () => {
  const { id, update, settled } = await order({}, '9410016000000033');
  await update(shipItems, {
    shipment: 's-1',
    items: [
      { line: 'shirt', quantity: 3 },
      { line: 'shoes', quantity: 1 },
    ],
  });
  await settled(({ book }) => book.requests[0]?.state === 'declined');
  await update(captureAgain, { shipment: 's-1', id: 's-1.2' });
  await settled(({ book }) => book.requests[1]?.state === 'declined');
  await update(forgoShipment, 's-1');
  const state = await settled(({ status }) => status === 'complete');
  expect(states(state)).toEqual(['s-1 declined final', 's-1.2 declined final', `${id}.release approved`]);
});

test('returned pieces are refunded with their share of the discount, over a continue-as-new', async () => {
  const { id, handle, update, settled } = await order({ continueAfter: 40 });
  const { runId } = await handle.describe();
  await update(shipItems, {
    shipment: 's-1',
    items: [
      { line: 'shirt', quantity: 3 },
      { line: 'shoes', quantity: 1 },
    ],
  });
  await settled(({ status }) => status === 'complete');
  for (const piece of [1, 2, 3])
    await update(returnLine, { id: `r-${piece}`, shipment: 's-1', line: 'shirt', quantity: 1 });
  await update(returnLine, { id: 'r-4', shipment: 's-1', line: 'shoes', quantity: 1 });
  await settled(({ status, book }) => status === 'complete' && book.requests.length === 5);
  await expect(
    update(returnLine, { id: 'r-5', shipment: 's-1', line: 'shoes', quantity: 1 }),
  ).rejects.toThrow();
  expect((await handle.describe()).runId).not.toBe(runId);
  // All goods came back; what was sent once stays paid for.
  expect((await engine.payments.get(id)).amounts.refunded.value).toBe(TOTAL - 495);
});

test('a declined authorisation ends the order', async () => {
  const { handle } = await order({}, '9410019000000033');
  expect(await handle.result()).toMatchObject({
    status: 'refused',
    authorization: { state: 'declined', reason: '33' },
  });
});
