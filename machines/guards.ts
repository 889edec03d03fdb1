import { formatFigure } from '../payment/money.ts';
import type { OperationState } from '../payment/operation.ts';
import { nextOperationState } from './operation-machine.ts';
import type { PaymentEvent } from './payment-event.ts';
import { verbOf } from './payment-event.ts';
import type { PaymentState } from './payment-state.ts';
import {
  atProvider,
  figures,
  findOperation,
  isClosing,
  isSettled,
  nextSequenceNumber,
} from './payment-state.ts';

/** Why an entry is illegal, by guard and with its figures; null when it is legal. */
export type Objection = null | { readonly guard: string; readonly text: string };
type Guard = (state: PaymentState, event: PaymentEvent) => Objection;

const object = (guard: string, text: string): Objection => ({ guard, text });

/** The operation machine allows this move from where the operation is. */
const legalMove: Guard = (state, event) => {
  const operation = findOperation(state, event.operation ?? '');
  const verb = verbOf(event.type) as OperationState;
  if (operation === undefined) return object('legalMove', `no operation ${String(event.operation)}`);
  if (operation.origin === 'observed' && verb !== 'reversed' && verb !== 'approved') {
    return object('legalMove', `${operation.id} was observed, not sent`);
  }
  if (nextOperationState(operation.state, verb) === null) {
    return object('legalMove', `${operation.id} is ${operation.state}, asked ${verb}`);
  }
  const naming =
    operation.kind === 'authorization'
      ? state.authorization.hold === null && event.data['hold'] !== undefined
      : operation.providerReference === undefined && event.data['providerReference'] !== undefined;
  if (
    verb === 'approved' &&
    operation.state === 'approved' &&
    event.data['booked'] === operation.booked &&
    !naming
  ) {
    return object(
      'legalMove',
      `${operation.id} is approved with ${formatFigure(operation.booked ?? 0)} already`,
    );
  }
  if (verb === 'approved' && operation.state === 'not_performed' && operation.kind !== 'authorization') {
    return object('legalMove', `${operation.id} was not performed`);
  }
  return null;
};

/** An id names one intent, and its amount is a safe integer above zero (M3, M7). */
const newIntent: Guard = (state, event) => {
  if (findOperation(state, event.operation ?? '') !== undefined)
    return object('newIntent', `${String(event.operation)} is taken`);
  return null;
};

/** Nothing new goes to a provider that locked the payment. */
const unlocked: Guard = (state, event) => {
  const repeats = findOperation(state, event.operation ?? '')?.state === 'unknown';
  return state.locked && !repeats
    ? object('unlocked', 'locked by the provider until a resolution lifts it')
    : null;
};

/** M1: what is planned is covered by what is capturable. */
const withinCapturable: Guard = (state, event) => {
  const amount = event.data['amount'];
  const { capturable, reserved } = figures(state);
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount <= 0 || amount > capturable) {
    const asked =
      typeof amount === 'number' && Number.isSafeInteger(amount) ? formatFigure(amount) : String(amount);
    return object(
      'withinCapturable',
      `capturable ${formatFigure(capturable)}, asked ${asked}, reserved ${formatFigure(reserved)}`,
    );
  }
  return null;
};

/** M2: what is planned as a refund is covered by what was captured and not given back. */
const withinRefundable: Guard = (state, event) => {
  const amount = event.data['amount'];
  const { refundable } = figures(state);
  if (typeof amount !== 'number' || !Number.isSafeInteger(amount) || amount <= 0 || amount > refundable) {
    return object('withinRefundable', `refundable ${formatFigure(refundable)}, asked ${String(amount)}`);
  }
  return null;
};

/** The lane: one call of a payment is at the provider at a time; a repeat and a collection are one call. */
const laneFree: Guard = (state, event) => {
  const together = event.data['sentWith'];
  const busy = [state.authorization, ...state.operations].find(
    (operation) =>
      operation.id !== event.operation &&
      atProvider(operation) &&
      (together === undefined || operation.sentWith !== together),
  );
  return busy === undefined ? null : object('laneFree', `${busy.id} is ${busy.state}`);
};

/** M4: a first send takes the number after the last one used up or notified, a repeat keeps its own. */
const sequenceInTurn: Guard = (state, event) => {
  const rule = state.capabilities.sequence;
  if (rule === null) return null;
  const operation = findOperation(state, event.operation ?? '');
  const number = event.data['sequenceNumber'];
  const told = typeof event.data['notified'] === 'number' ? event.data['notified'] : 0;
  const next = Math.max(nextSequenceNumber(state), told + 1);
  const expected = operation?.state === 'unknown' ? operation.sequenceNumber : next;
  if (number !== expected)
    return object('sequenceInTurn', `sequence number ${String(number)}, expected ${String(expected)}`);
  if (typeof number === 'number' && number > rule.max)
    return object('sequenceInTurn', `sequence number ${number} above ${rule.max}`);
  return null;
};

/** M1 at the moment of sending: the hold still covers the capture. */
const coveredByHold: Guard = (state, event) => {
  const operation = findOperation(state, event.operation ?? '');
  if (operation === undefined || operation.state === 'unknown') return null;
  const { held } = figures(state);
  return operation.amount <= held
    ? null
    : object('coveredByHold', `held ${formatFigure(held)}, asked ${formatFigure(operation.amount)}`);
};

/** M2 at the moment of sending: what was captured and stands still covers the refund. */
const coveredByCaptured: Guard = (state, event) => {
  const operation = findOperation(state, event.operation ?? '');
  if (operation === undefined || operation.state === 'unknown') return null;
  const { captured, chargedBack, refunded } = figures(state);
  const left = captured - chargedBack - refunded;
  return operation.amount <= left
    ? null
    : object(
        'coveredByCaptured',
        `captured and not given back ${formatFigure(left)}, asked ${formatFigure(operation.amount)}`,
      );
};

/** A release goes out alone: nothing reserved, something held. */
const nothingReserved: Guard = (state, event) => {
  const operation = findOperation(state, event.operation ?? '');
  if (operation?.state === 'unknown') return null;
  const { reserved, held } = figures(state);
  return reserved === 0 && held > 0
    ? null
    : object('nothingReserved', `reserved ${formatFigure(reserved)}, held ${formatFigure(held)}`);
};

/** A release is planned once: something is held and no closing operation is in flight. */
const releasable: Guard = (state) => {
  const { held } = figures(state);
  const closing = state.operations.find(
    (operation) => isClosing(state, operation) && operation.state !== 'approved' && isOpen(operation.state),
  );
  if (closing !== undefined) return object('releasable', `${closing.id} is ${closing.state}`);
  return held > 0 ? null : object('releasable', 'nothing is held');
};

function isOpen(state: OperationState): boolean {
  return state === 'planned' || state === 'sent' || state === 'pending' || state === 'unknown';
}

/** Either the move of a release that is known, or the rest that an approved final capture frees (M6). */
const releaseApproved: Guard = (state, event) => {
  if (findOperation(state, event.operation ?? '') !== undefined) return legalMove(state, event);
  const follows = event.data['capture'];
  const capture = typeof follows === 'string' ? findOperation(state, follows) : undefined;
  const freed = event.data['kind'] === 'flag' || event.data['kind'] === 'implicit';
  if (!freed || capture?.state !== 'approved' || capture.final !== true) {
    return object('releaseApproved', `${String(event.operation)} follows no approved final capture`);
  }
  return null;
};

/** M7: what the provider reports is booked as it is, as whole minor units from 0 on. */
const bookable: Guard = (_state, event) => {
  const booked = event.data['booked'];
  return Number.isSafeInteger(booked) && (booked as number) >= 0
    ? null
    : object('bookable', `booked ${String(booked)}`);
};

/** No more comes back than was charged back. */
const chargedBack: Guard = (state, event) => {
  const amount = event.data['amount'];
  return typeof amount === 'number' && amount > 0 && amount <= state.chargedBack
    ? null
    : object('chargedBack', `charged back ${formatFigure(state.chargedBack)}, coming back ${String(amount)}`);
};

const lapses: Guard = (state, event) => {
  const amount = event.data['amount'];
  const { held } = figures(state);
  return typeof amount === 'number' && Number.isSafeInteger(amount) && amount > 0 && amount <= held
    ? null
    : object('lapses', `held ${formatFigure(held)}, lapsing ${String(amount)}`);
};

const restores: Guard = (state, event) => {
  const amount = event.data['amount'];
  return typeof amount === 'number' && amount > 0 && amount <= state.lapsed
    ? null
    : object('restores', `lapsed ${formatFigure(state.lapsed)}, restoring ${String(amount)}`);
};

const raised: Guard = (state, event) =>
  state.attentions.some((attention) => attention.code === event.data['code'])
    ? null
    : object('raised', `attention ${String(event.data['code'])} is not raised`);

/** M5: nothing in flight, nothing held, no attention. */
const closable: Guard = (state) => {
  if (!isSettled(state)) return object('closable', 'not settled');
  return state.attentions.length === 0 ? null : object('closable', 'attention stands');
};

const always: Guard = () => null;

/** The names that a composed guard is made of, for the table of the machine. */
const composedOf = new WeakMap<Guard, readonly string[]>();

function partsOf(guard: Guard): readonly string[] {
  return composedOf.get(guard) ?? (guard === always ? [] : [guard.name]);
}

function both(...guards: readonly Guard[]): Guard {
  const guard: Guard = (state, event) => {
    for (const each of guards) {
      const objection = each(state, event);
      if (objection !== null) return objection;
    }
    return null;
  };
  composedOf.set(guard, guards.flatMap(partsOf));
  return guard;
}

const moves = {
  pending: legalMove,
  declined: legalMove,
  not_performed: legalMove,
  unknown: legalMove,
  reversed: legalMove,
};

function named(noun: string, guards: Readonly<Record<string, Guard>>): Record<string, Guard> {
  return Object.fromEntries(Object.entries(guards).map(([verb, guard]) => [`${noun}.${verb}`, guard]));
}

/** The guard of every entry type: the one place that says what is legal. */
export const GUARDS: Readonly<Record<string, Guard>> = {
  ...named('authorization', {
    ...moves,
    planned: legalMove,
    sent: both(legalMove, laneFree),
    approved: both(bookable, legalMove),
  }),
  ...named('capture', {
    ...moves,
    planned: planOr(both(newIntent, unlocked, withinCapturable)),
    sent: both(legalMove, unlocked, laneFree, sequenceInTurn, coveredByHold),
    approved: both(bookable, legalMove),
  }),
  ...named('release', {
    ...moves,
    planned: planOr(both(newIntent, unlocked, releasable)),
    sent: both(legalMove, unlocked, laneFree, sequenceInTurn, nothingReserved),
    approved: releaseApproved,
  }),
  ...named('refund', {
    ...moves,
    planned: planOr(both(newIntent, unlocked, withinRefundable)),
    sent: both(legalMove, unlocked, laneFree, sequenceInTurn, coveredByCaptured),
    approved: both(bookable, legalMove),
  }),
  ...named('observed', {
    capture: both(newIntent, bookable),
    release: both(newIntent, bookable),
    refund: both(newIntent, bookable),
  }),
  ...named('hold', { lapsed: lapses, restored: restores }),
  ...named('chargeback', { booked: always, reversed: chargedBack }),
  ...named('final', { set: always, unset: always }),
  ...named('lock', { set: always, lifted: always }),
  ...named('plan', { changed: always }),
  ...named('deadline', { warned: always, reached: always }),
  ...named('attention', { raised: always, cleared: raised }),
  ...named('payment', { closed: closable }),
};

/** `planned` is a new intent, or a send that was refused as out of turn and waits again. */
function planOr(fresh: Guard): Guard {
  const guard: Guard = (state, event) =>
    findOperation(state, event.operation ?? '')?.state === 'sent'
      ? legalMove(state, event)
      : fresh(state, event);
  composedOf.set(guard, partsOf(fresh));
  return guard;
}

/** The guards of an entry type, in order, by the names that refusals carry; none where it is always legal. */
export function guardNames(type: PaymentEvent['type']): readonly string[] {
  const guard = GUARDS[type];
  return guard === undefined ? [] : partsOf(guard);
}

/** The objection to an entry, or null. */
export function objectionTo(state: PaymentState, event: PaymentEvent): Objection {
  const guard = GUARDS[event.type];
  return guard === undefined ? object('known', `no entry type ${event.type}`) : guard(state, event);
}
