import type { EntryData, Fact } from '../payment/ledger.ts';
import type { Operation, OperationState } from '../payment/operation.ts';
import { OPERATION_STATES } from '../payment/operation.ts';
import { objectionTo } from './guards.ts';
import { nextOperationState } from './operation-machine.ts';
import type { PaymentEvent } from './payment-event.ts';
import { paymentMachine } from './payment-machine.ts';
import type { PaymentState } from './payment-state.ts';
import { figures, findOperation, nextSequenceNumber } from './payment-state.ts';
import { statusOf } from './status.ts';

/** How many intents of a kind the entries of one life may make. */
export interface EntryBound {
  readonly captures: number;
  /** All intents together. */
  readonly intents: number;
  readonly refunds: number;
  readonly releases: number;
  /** Operations that are seen at the provider. */
  readonly observed: number;
  /** Entries that people and the provider's word bring: lapse, lock, chargeback. */
  readonly outside: boolean;
}

const AT = '2026-01-01T00:00:00.000Z';

/** Concrete entries that this payment takes next, for graphs of the machine: every legal type with small amounts. */
export function entriesFrom(state: PaymentState, bound: EntryBound): readonly PaymentEvent[] {
  const taken = paymentMachine.config.states?.[statusOf(state)]?.on ?? {};
  const out: PaymentEvent[] = [];
  const add = (type: PaymentEvent['type'], operation: string | null, data: EntryData = {}): void => {
    const fact: Fact = {
      type,
      operation,
      by: { kind: 'engine', name: 'tranche', via: 'answer' },
      rule: 'graph',
      data,
    };
    const event = { ...fact, at: AT } as PaymentEvent;
    if (type in taken && objectionTo(state, event) === null) out.push(event);
  };
  if (state.closedAt !== null) return [];
  moves(state, state.authorization, add);
  for (const operation of state.operations) moves(state, operation, add);
  closing(state, add);
  intents(state, bound, add);
  if (bound.outside) outside(state, bound, add);
  add('payment.closed', null);
  return out;
}

type Add = (type: PaymentEvent['type'], operation: string | null, data?: EntryData) => void;

function moves(state: PaymentState, operation: Operation, add: Add): void {
  for (const verb of OPERATION_STATES) {
    if (nextOperationState(operation.state, verb) === null) continue;
    if (operation.state === 'approved' && verb === 'approved') continue;
    // The graph needs one kind of local close and one repeat, not all of them.
    if (operation.state === 'planned' && verb === 'approved' && operation.kind !== 'authorization') continue;
    if (verb === 'sent' && operation.attempts > 1) continue;
    if (operation.kind === 'authorization' && verb === 'reversed' && state.operations.length > 0) continue;
    add(`${operation.kind}.${verb}`, operation.id, dataOf(state, operation, verb));
  }
}

function dataOf(state: PaymentState, operation: Operation, verb: OperationState): EntryData {
  const { held } = figures(state);
  if (verb === 'approved') return { booked: operation.kind === 'release' ? held : operation.amount };
  if (verb === 'declined')
    return {
      decline: {
        code: 'no',
        message: 'no',
        hold: 'stands',
        again: operation.kind === 'release' ? 'no' : 'later',
      },
    };
  if (verb !== 'sent') return {};
  const number = operation.state === 'unknown' ? operation.sequenceNumber : nextSequenceNumber(state);
  return {
    attempt: operation.attempts + 1,
    ...(operation.kind === 'authorization' ? {} : { sequenceNumber: number }),
    ...(operation.kind === 'capture' ? { final: operation.final === true || operation.amount >= held } : {}),
  };
}

function intents(state: PaymentState, bound: EntryBound, add: Add): void {
  const { capturable, refundable, held } = figures(state);
  const count = (kind: string): number =>
    state.operations.filter(
      (each) => each.kind === kind && each.origin === 'engine' && !each.id.endsWith('.rest'),
    ).length;
  const captures = count('capture');
  if (captures + count('refund') + count('release') >= bound.intents) return;
  if (captures < bound.captures) {
    for (const amount of new Set([1, capturable]))
      add('capture.planned', `c-${captures + 1}`, { amount, finalAsked: null });
  }
  if (count('refund') < bound.refunds)
    add('refund.planned', `r-${count('refund') + 1}`, { amount: refundable });
  if (count('release') < bound.releases)
    add('release.planned', `v-${count('release') + 1}`, { amount: held });
}

function closing(state: PaymentState, add: Add): void {
  const { held } = figures(state);
  const final = state.operations.find(
    (each) => each.kind === 'capture' && each.state === 'approved' && each.final === true,
  );
  if (final !== undefined && state.finalBy === null) add('final.set', final.id);
  if (final !== undefined && held > 0 && findOperation(state, `${final.id}.rest`) === undefined) {
    add('release.approved', `${final.id}.rest`, {
      amount: held,
      booked: held,
      kind: 'flag',
      capture: final.id,
    });
  }
  if (state.finalBy !== null && findOperation(state, state.finalBy)?.state === 'reversed')
    add('final.unset', state.finalBy);
}

function outside(state: PaymentState, bound: EntryBound, add: Add): void {
  const { held, captured, reserved, lapsed } = figures(state);
  const seen = state.operations.filter((each) => each.origin === 'observed').length;
  if (seen < bound.observed && state.authorization.state === 'approved') {
    const number = Math.max(
      nextSequenceNumber(state),
      ...state.operations.map((each) => (each.sequenceNumber ?? 0) + 1),
    );
    if (held > 0) add('observed.capture', `observed-${number}`, { booked: 1, sequenceNumber: number });
    if (held > 0) add('observed.release', `observed-${number}`, { booked: held, sequenceNumber: number });
    if (captured > 0) add('observed.refund', `observed-${number}`, { booked: 1, sequenceNumber: number });
  }
  if (held - reserved > 0) add('hold.lapsed', null, { amount: held - reserved });
  if (lapsed > 0) add('hold.restored', null, { amount: lapsed });
  if (state.chargedBack === 0 && captured > 0) add('chargeback.booked', null, { amount: 1 });
  if (state.chargedBack > 0) add('chargeback.reversed', null, { amount: 1 });
  if (!state.locked && held > 0) add('lock.set', null);
  if (state.locked) add('lock.lifted', null);
  add('plan.changed', null, { plan: state.plan });
  if (!state.warned) add('deadline.warned', null);
  if (!state.deadlineReached) add('deadline.reached', null);
  if (state.attentions.length === 0) add('attention.raised', null, { code: 'late-failure', message: 'late' });
  else add('attention.cleared', null, { code: 'late-failure' });
}

/** Everything of a payment that its next entries depend on, as text: times, counters and messages left out. */
export function textOf(state: PaymentState): string {
  const next = nextSequenceNumber(state);
  const one = (each: Operation): string =>
    `${each.kind}${each.state}${each.amount}/${each.booked ?? ''}${each.origin}${Math.min(each.attempts, 2)}${each.final === true ? 'F' : ''}${each.finalAsked === true ? 'f' : ''}${each.sequenceNumber === null ? '' : each.sequenceNumber - next}${each.id.endsWith('.rest') ? 'r' : ''}${each.decline?.again ?? ''}`;
  return [
    statusOf(state),
    one(state.authorization),
    ...state.operations.map(one),
    state.lapsed,
    state.chargedBack,
    state.finalBy === null ? '' : 'F',
    `${state.locked ? 'L' : ''}${state.warned ? 'w' : ''}${state.deadlineReached ? 'd' : ''}${state.attentions.length}${state.closedAt === null ? '' : 'C'}`,
  ].join('|');
}
