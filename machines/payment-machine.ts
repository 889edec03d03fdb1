import { assign, setup } from 'xstate';
import type { EntryData } from '../payment/ledger.ts';
import { STATUSES, type Status } from '../payment/status.ts';
import { apply } from './apply.ts';
import { createdState } from './created.ts';
import { objectionTo } from './guards.ts';
import type { PaymentEvent } from './payment-event.ts';
import type { PaymentState } from './payment-state.ts';
import { statusOf } from './status.ts';

/** Entries that every payment takes until it is closed. */
const ANY_TIME = ['plan.changed', 'attention.raised', 'attention.cleared', 'payment.closed'] as const;

const AUTHORIZATION = [
  'authorization.planned',
  'authorization.sent',
  'authorization.approved',
  'authorization.pending',
  'authorization.declined',
  'authorization.not_performed',
  'authorization.unknown',
  'authorization.reversed',
] as const;

/** What ends or corrects an operation, takes money out of the hold, or is seen at the provider. */
const BOOKINGS = [
  ...(['capture', 'release', 'refund'] as const).flatMap(
    (noun) =>
      [
        `${noun}.approved`,
        `${noun}.pending`,
        `${noun}.declined`,
        `${noun}.not_performed`,
        `${noun}.unknown`,
        `${noun}.reversed`,
      ] as const,
  ),
  'observed.capture',
  'observed.release',
  'observed.refund',
  'hold.lapsed',
  'hold.restored',
  'chargeback.booked',
  'chargeback.reversed',
  'final.set',
  'final.unset',
  'lock.set',
  'lock.lifted',
  'deadline.warned',
  'deadline.reached',
] as const;

const INTENTS = (['capture', 'release', 'refund'] as const).flatMap(
  (noun) => [`${noun}.planned`, `${noun}.sent`] as const,
);

/**
 * What every status after an approved authorisation takes. Whether a new intent is covered is for the
 * guards to say with the figures; a repeat or a wait for its turn must stay possible in all of them,
 * because what was seen elsewhere may have emptied the hold meanwhile.
 */
const AUTHORIZED = [...INTENTS, ...BOOKINGS, ...AUTHORIZATION, ...ANY_TIME] as const;

type EventType = PaymentEvent['type'];
type ActionName = 'callProvider' | 'index' | 'tell' | 'complete';

/** What the driver has to do beside writing the entry down; returned as data, never run here. */
function actionsOf(type: EventType): ActionName[] {
  if (type.endsWith('.sent')) return ['callProvider'];
  if (type === 'payment.closed') return ['complete'];
  if (type.startsWith('attention.') || type === 'plan.changed') return ['index'];
  if (/\.(approved|declined|not_performed|reversed)$/.test(type)) return ['tell', 'index'];
  return [];
}

const actors = setup({
  types: {
    context: {} as PaymentState,
    events: {} as PaymentEvent,
    input: {} as { data: EntryData; at: string },
  },
  guards: {
    legal: ({ context, event }) => objectionTo(context, event) === null,
    inStatus: ({ context }, params: { status: Status }) => statusOf(context) === params.status,
    isClosed: ({ context }) => context.closedAt !== null,
  },
  actions: {
    fold: assign(({ context, event }) => apply(context, event)),
    callProvider: () => {},
    index: () => {},
    tell: () => {},
    complete: () => {},
  },
});

function takes<const T extends EventType>(types: readonly T[]) {
  return Object.fromEntries(
    types.map((type) => [type, { guard: 'legal', actions: ['fold', ...actionsOf(type)] }]),
  ) as Record<T, { guard: 'legal'; actions: ('fold' | ActionName)[] }>;
}

const becomes = (status: Status) => ({
  guard: { type: 'inStatus' as const, params: { status } },
  target: status,
});

/** Where the amounts lead. Statuses exclude each other, so their order here does not matter. */
function leads(from: Status | 'deciding') {
  const others = STATUSES.filter((status) => status !== from);
  return [{ guard: 'isClosed' as const, target: 'closed' as const }, ...others.map(becomes)];
}

/** A status stays as long as its entries leave the amounts within it, as four of five do. */
function during<const T extends EventType>(status: Status, types: readonly T[]) {
  return { always: leads(status), on: takes(types) };
}

const NO_INPUT = new Error('a payment begins with the data of payment.created');

/** XState makes an actor for each transition and starts it without input; one ready-made error costs no stack trace. */
function noInput(): never {
  throw NO_INPUT;
}

/**
 * The payment: its state value is the status, its context the facts, its events the ledger's entries.
 * The status is a total function of the amounts: an entry writes them, then they lead where they lead.
 * An entry that its guard refuses moves nothing (`n` stays), and the fold reports it.
 */
export const paymentMachine = actors.createMachine({
  id: 'payment',
  initial: 'deciding',
  context: ({ input }) => createdState((input ?? noInput()).data, input.at),
  states: {
    deciding: { always: leads('deciding') },
    authorizing: during('authorizing', [...AUTHORIZATION, ...ANY_TIME]),
    awaiting: during('awaiting', [...AUTHORIZATION, ...ANY_TIME]),
    declined: during('declined', [...AUTHORIZATION, ...BOOKINGS, ...ANY_TIME]),
    authorized: during('authorized', AUTHORIZED),
    partially_captured: during('partially_captured', AUTHORIZED),
    lapsing: during('lapsing', AUTHORIZED),
    locked: during('locked', AUTHORIZED),
    captured: during('captured', AUTHORIZED),
    expired: during('expired', AUTHORIZED),
    released: during('released', AUTHORIZED),
    closed: { type: 'final' },
  },
});
