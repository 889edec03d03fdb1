import type { AnyAdmin } from '../../cli/demo/neighbour.ts';
import type { Command } from '../../payment/command.ts';
import type { Random } from '../../sim/random.ts';
import type { PaymentClient } from '../../temporal/client.ts';
import type { CreateBody } from '../../temporal/create-body.ts';
import { PaymentError } from '../../temporal/payment-error.ts';
import { type OrderState, readProgress, returnLine, shipItems } from '../../workflows/order-messages.ts';
import { PAYONE, type Rig } from './rig.ts';

/** What one payment of the corpus lives through; the same number and seed draw the same story. */
export interface Story {
  readonly kind: string;
  /** In this many of a hundred stories. */
  readonly share: number;
  /** @returns the id of its payment. */
  tell(rig: Rig, id: string, random: Random): Promise<string>;
}

const CARD = '9410010000000000001';
/** Every capture stays pending until somebody says what became of it. */
const PENDING_CARD = '9410017000000003';
/** PAYONE's twin declines a capture whose last five digits are these with error 55. */
const DECLINED = 77_055;
const SHOP = { by: 'shop', role: 'caller' } as const;
const OPERATOR = { by: 'anna', role: 'operator' } as const;
const PATIENCE_MS = 20_000;

export const STORIES: readonly Story[] = [
  {
    kind: 'payone, parts and refunds',
    share: 26,
    async tell(rig, id, random) {
      const amount = await held(rig.payments, id, random);
      await parts(rig.payments, id, random, amount, random.int(1, 5));
      return id;
    },
  },
  {
    kind: 'payone, an answer is lost',
    share: 10,
    async tell(rig, id, random) {
      const amount = await held(rig.payments, id, random);
      const { authorization } = await rig.payments.get(id);
      const txid = authorization.providerReference ?? '';
      await admin(rig, PAYONE).fault({ match: { request: 'capture', txid }, fault: 'lost-after' });
      await parts(rig.payments, id, random, amount, 2);
      return id;
    },
  },
  {
    kind: 'payone, declined and smaller, the rest released',
    share: 9,
    async tell(rig, id, random) {
      await created(rig.payments, payone(id, 200_000 + random.int(0, 500) * 100));
      await ask(rig.payments, id, { type: 'capture', id: 'c-1', amount: DECLINED });
      await ask(rig.payments, id, { type: 'capture', id: 'c-2', amount: random.int(1_000, 60_000) });
      await ask(rig.payments, id, { type: 'release', id: 'v-1' });
      return id;
    },
  },
  {
    kind: 'payone, pending until a person says so',
    share: 8,
    async tell(rig, id, random) {
      await created(rig.payments, payone(id, 50_000, PENDING_CARD));
      await ask(rig.payments, id, { type: 'capture', id: 'c-1', amount: random.int(1_000, 9_000) });
      await ask(rig.payments, id, { type: 'capture', id: 'c-2', amount: 2_000 });
      await ask(rig.payments, id, { type: 'withdraw', id: 'w-1', capture: 'c-2' });
      const word = { operation: 'c-1', outcome: 'approved' } as const;
      const said = { type: 'resolve', id: 's-1', word, evidence: 'seen in the portal', by: 'anna' } as const;
      await ask(rig.payments, id, said, OPERATOR);
      return id;
    },
  },
  {
    kind: 'payone, voided and closed',
    share: 7,
    async tell(rig, id, random) {
      await held(rig.payments, id, random);
      await ask(rig.payments, id, { type: 'release', id: 'v-1' });
      return id;
    },
  },
  {
    kind: 'payone, many captures over several runs',
    share: 4,
    async tell(rig, id, random) {
      const amount = 1_000_000;
      await created(rig.restless, payone(id, amount));
      await parts(rig.restless, id, random, amount, random.int(8, 25));
      return id;
    },
  },
  {
    kind: 'payone, an order that ships in parts',
    share: 8,
    async tell(rig, id, random) {
      const lines = [
        { id: 'shirt', description: 'Shirt', quantity: 2, unitPrice: eur(random.int(1_000, 5_000)) },
        { id: 'post', type: 'shipment', description: 'Parcel', quantity: 1, unitPrice: eur(495) },
      ] as const;
      const authorization = {
        request: { method: 'cc', options: { pseudocardpan: CARD }, customer: CUSTOMER },
      };
      const handle = await rig.client.workflow.start('fulfilment', {
        workflowId: `order/${id}`,
        taskQueue: rig.taskQueue,
        args: [{ order: { id, account: PAYONE, currency: 'EUR', lines, authorization } }],
      });
      for (const shipment of ['s-1', 's-2']) {
        const items = [{ line: 'shirt', quantity: 1 }];
        await handle.executeUpdate<OrderState, [object]>(shipItems.name, { args: [{ shipment, items }] });
      }
      await until(async () => (await handle.query<OrderState, []>(readProgress.name)).status === 'complete');
      if (random.chance(0.5)) {
        const back = { id: 'back-1', shipment: 's-1', line: 'shirt', quantity: 1 };
        await handle.executeUpdate<OrderState, [object]>(returnLine.name, { args: [back] });
      }
      return id;
    },
  },
  {
    kind: 'swedbankpay, parts, a lost answer, the rest cancelled',
    share: 9,
    async tell(rig, id, random) {
      const amount = random.int(100, 900) * 100;
      const order = { payeeReference: id.replace(/[^A-Za-z0-9]/g, '').slice(-30), amount, currency: 'SEK' };
      const made = await admin(rig, 'swedbank').call('POST', 'payments', order);
      const payment = String((made as { readonly id: unknown }).id);
      await created(rig.payments, adopted(id, 'swedbank', { value: amount, currency: 'SEK' }, { payment }));
      if (random.chance(0.4))
        await admin(rig, 'swedbank').fault({
          match: { request: 'create-capture', payment },
          fault: 'lost-after',
        });
      await parts(rig.payments, id, random, amount, random.int(1, 3));
      return id;
    },
  },
  {
    kind: 'ccv, a terminal, one capture',
    share: 6,
    async tell(rig, id, random) {
      const amount = random.int(40, 90) * 100;
      const body = { id, account: 'charger', amount: eur(amount) };
      await created(rig.payments, { ...body, authorization: { request: { method: 'terminal' } } });
      await ask(rig.payments, id, { type: 'capture', id: 'kwh-1', amount: random.int(1_000, amount) });
      return id;
    },
  },
  {
    kind: 'paymentoptions, one capture and refunds',
    share: 6,
    async tell(rig, id, random) {
      const amount = random.int(2_000, 50_000);
      const made = await admin(rig, 'hotel').call('POST', 'holds', { amount, currency: 'JPY' });
      const transactionId = String((made as { readonly transactionId: unknown }).transactionId);
      await created(
        rig.payments,
        adopted(id, 'hotel', { value: amount, currency: 'JPY' }, { transactionId }),
      );
      await parts(rig.payments, id, random, amount, 1);
      return id;
    },
  },
  {
    kind: 'finline, collected into one capture',
    share: 7,
    async tell(rig, id, random) {
      const amount = random.int(500, 2_000) * 100;
      const orderId = `corpus-${id}`.slice(0, 40);
      await admin(rig, 'boxes').call('POST', 'orders', { orderId, amount, currency: 'UAH' });
      if (random.chance(0.4))
        await admin(rig, 'boxes').fault({
          match: { request: 'capture', order_id: orderId },
          fault: 'lost-after',
        });
      const body = adopted(id, 'boxes', { value: amount, currency: 'UAH' }, { orderId });
      await created(rig.payments, { ...body, plan: { captures: 'collect', onDeadline: 'capture' } });
      await ask(rig.payments, id, { type: 'capture', id: 'box-1', amount: Math.floor(amount / 3) });
      if (random.chance(0.3)) {
        await ask(rig.payments, id, { type: 'capture', id: 'box-2', amount: 100 });
        await ask(rig.payments, id, { type: 'withdraw', id: 'w-1', capture: 'box-2' });
      }
      await ask(rig.payments, id, {
        type: 'capture',
        id: 'box-3',
        amount: Math.floor(amount / 4),
        final: true,
      });
      return id;
    },
  },
];

/** Captures of one size, as many as are wanted. */
export async function captureOften({ payments }: Rig, id: string, count: number): Promise<void> {
  await created(payments, payone(id, count * 100));
  for (let number = 1; number <= count; number += 1)
    await payments.command(id, { type: 'capture', id: `c-${number}`, amount: 100 }, SHOP);
}

const CUSTOMER = { lastname: 'Muster', country: 'DE' } as const;
const eur = (value: number) => ({ value, currency: 'EUR' });

function payone(id: string, value: number, card = CARD): CreateBody {
  const request = { method: 'cc', options: { pseudocardpan: card }, customer: CUSTOMER };
  return { id, account: PAYONE, amount: eur(value), authorization: { request } };
}

const adopted = (
  id: string,
  account: string,
  amount: CreateBody['amount'],
  reference: Readonly<Record<string, string>>,
): CreateBody => ({ id, account, amount, authorization: { adopt: { reference } } });

function admin({ admins }: Rig, account: string): AnyAdmin {
  const found = admins.get(account);
  if (found === undefined) throw new Error(`there is no twin of ${account}`);
  return found;
}

async function created(payments: PaymentClient, body: CreateBody): Promise<void> {
  await payments.create(body, { by: 'shop' });
}

/** A card payment of some amount that ends in no word of the twin's. */
async function held(payments: PaymentClient, id: string, random: Random): Promise<number> {
  const amount = random.int(20, 600) * 100;
  await created(payments, payone(id, amount));
  return amount;
}

/** A refusal is part of the story; everything else ends it. */
async function ask(
  payments: PaymentClient,
  id: string,
  command: Command,
  asker: Asker = SHOP,
): Promise<void> {
  try {
    await payments.command(id, command, asker);
  } catch (error) {
    if (!(error instanceof PaymentError)) throw error;
  }
}

type Asker = Parameters<PaymentClient['command']>[2];

/** Captures in parts, the last one with all that is left or with a release behind it, and now and then money back. */
async function parts(
  payments: PaymentClient,
  id: string,
  random: Random,
  amount: number,
  count: number,
): Promise<void> {
  const part = Math.max(1, Math.floor(amount / (count + 1)));
  for (let number = 1; number <= count; number += 1)
    await ask(payments, id, {
      type: 'capture',
      id: `c-${number}`,
      amount: random.int(Math.ceil(part / 2), part),
    });
  if (random.chance(0.5)) await ask(payments, id, { type: 'capture', id: 'c-last' });
  else if (random.chance(0.6)) await ask(payments, id, { type: 'release', id: 'v-1' });
  await until(async () => {
    const { captures } = await payments.get(id);
    return captures.every(({ state }) => !['sent', 'unknown', 'planned'].includes(state));
  });
  const refunds = random.int(0, 2);
  for (let number = 1; number <= refunds; number += 1)
    await ask(payments, id, {
      type: 'refund',
      id: `r-${number}`,
      capture: 'c-1',
      amount: Math.ceil(part / 8),
    });
}

/** A story that comes to no end in time is told as far as it came. */
async function until(so: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    if (await so().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
