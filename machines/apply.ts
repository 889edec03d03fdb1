import type { AttentionCode } from '../payment/attention.ts';
import type { EntryData } from '../payment/ledger.ts';
import type { Operation, OperationKind, OperationState, ReleaseKind } from '../payment/operation.ts';
import type { Decline } from '../payment/outcome.ts';
import type { Plan } from '../payment/plan.ts';
import { nextOperationState } from './operation-machine.ts';
import type { PaymentEvent } from './payment-event.ts';
import { nounOf, verbOf } from './payment-event.ts';
import type { PaymentState } from './payment-state.ts';
import { findOperation } from './payment-state.ts';

const ENTRY_OPERATIONS = new Set<string>(['authorization', 'capture', 'release', 'refund']);

/** The payment after one fact. Total over legal facts; guards stand before it. */
export function apply(state: PaymentState, event: PaymentEvent): PaymentState {
  const noun = nounOf(event.type);
  const counted = { ...state, n: state.n + 1 };
  if (noun === 'authorization') return applyAuthorization(counted, event);
  if (ENTRY_OPERATIONS.has(noun)) return applyOperation(counted, event, noun as OperationKind);
  if (noun === 'observed') return applyObserved(counted, event);
  return applyPayment(counted, event);
}

function applyAuthorization(state: PaymentState, event: PaymentEvent): PaymentState {
  const { data } = event;
  const moved = { ...state.authorization, ...moveOperation(state.authorization, event) };
  const authorization = {
    ...moved,
    ...picked(data, ['redirectUrl', 'authorizedAt', 'expiresAt', 'expiresBy']),
    ...(data['hold'] === undefined ? {} : { hold: data['hold'] as PaymentState['authorization']['hold'] }),
  };
  return { ...state, authorization };
}

function applyOperation(state: PaymentState, event: PaymentEvent, kind: OperationKind): PaymentState {
  const id = event.operation ?? '';
  const known = findOperation(state, id);
  if (known === undefined)
    return { ...state, operations: [...state.operations, plannedOperation(id, kind, event)] };
  const moved = moveOperation(known, event);
  const operations = state.operations.map((operation) => (operation.id === id ? moved : operation));
  return {
    ...state,
    operations,
    sequence: sequenceAfter(state, moved, event),
    failures: failuresAfter(state, moved, event),
  };
}

/** A call counts once, whatever it carried; an approved one begins anew. */
function failuresAfter(
  state: PaymentState,
  moved: Operation,
  { type }: PaymentEvent,
): PaymentState['failures'] {
  const { failures, capabilities } = state;
  if (capabilities.failures === null || (moved.kind !== 'capture' && moved.kind !== 'refund'))
    return failures;
  if (moved.sentWith !== undefined && moved.sentWith !== moved.id) return failures;
  const verb = verbOf(type);
  if (verb === 'approved' && failures[moved.kind] > 0) return { ...failures, [moved.kind]: 0 };
  return verb === 'declined' ? { ...failures, [moved.kind]: failures[moved.kind] + 1 } : failures;
}

function plannedOperation(id: string, kind: OperationKind, event: PaymentEvent): Operation {
  const { data } = event;
  const planned: Operation = {
    id,
    kind,
    state: 'planned',
    amount: data['amount'] as number,
    booked: null,
    origin: 'engine',
    at: event.at,
    attempts: 0,
    sequenceNumber: null,
    ...picked(data, ['finalAsked', 'final', 'frees', 'capture', 'override']),
    ...(data['kind'] === undefined ? {} : { releaseKind: data['kind'] as ReleaseKind }),
  };
  return verbOf(event.type) === 'planned' ? planned : moveOperation(planned, event);
}

function moveOperation(operation: Operation, event: PaymentEvent): Operation {
  const { data } = event;
  const verb = verbOf(event.type) as OperationState;
  const { reason: _reason, ...known } = operation;
  const rest = verb === 'planned' ? alone(known) : known;
  return {
    ...rest,
    ...(verb === 'sent' && data['attempt'] === 1 ? { sentAt: event.at } : {}),
    state: nextOperationState(operation.state, verb) ?? operation.state,
    attempts: verb === 'sent' ? (data['attempt'] as number) : operation.attempts,
    booked: verb === 'approved' ? (data['booked'] as number) : operation.booked,
    ...picked(data, [
      'sequenceNumber',
      'providerReference',
      'final',
      'frees',
      'sentWith',
      'told',
      'allocated',
    ]),
    ...(data['kind'] === undefined ? {} : { releaseKind: data['kind'] as ReleaseKind }),
    ...(data['decline'] === undefined ? {} : { decline: data['decline'] as Decline }),
    ...(data['reason'] === undefined ? {} : { reason: data['reason'] as string }),
  };
}

/** What waits for its turn again belongs to no call: a new collection may have other members. */
function alone(operation: Operation): Operation {
  const { sentWith: _with, frees: _frees, allocated: _allocated, ...own } = operation;
  return own;
}

/** M4: approved and pending use a number up; a decline does where its entry says so. */
function sequenceAfter(
  state: PaymentState,
  moved: Operation,
  { type, data }: PaymentEvent,
): PaymentState['sequence'] {
  if (moved.sequenceNumber === null) return state.sequence;
  const verb = verbOf(type);
  const notified = verb === 'sent' && typeof data['notified'] === 'number' ? data['notified'] : 0;
  if (notified > state.sequence.notified) return { ...state.sequence, notified };
  const uses =
    verb === 'approved' || verb === 'pending' || (verb === 'declined' && data['numberUsed'] === true);
  return uses && moved.sequenceNumber > state.sequence.usedUp
    ? { ...state.sequence, usedUp: moved.sequenceNumber }
    : state.sequence;
}

function applyObserved(state: PaymentState, event: PaymentEvent): PaymentState {
  const { data } = event;
  const number = (data['sequenceNumber'] as number | undefined) ?? null;
  const observed: Operation = {
    id: event.operation ?? '',
    kind: verbOf(event.type) as OperationKind,
    state: 'approved',
    amount: data['booked'] as number,
    booked: data['booked'] as number,
    origin: 'observed',
    at: event.at,
    attempts: 0,
    sequenceNumber: number,
    ...picked(data, ['providerReference']),
    ...(event.type === 'observed.release' ? { releaseKind: 'request' as const } : {}),
  };
  const notified = Math.max(state.sequence.notified, number ?? 0);
  return { ...state, operations: [...state.operations, observed], sequence: { ...state.sequence, notified } };
}

function applyPayment(state: PaymentState, event: PaymentEvent): PaymentState {
  const { data } = event;
  switch (event.type) {
    case 'hold.lapsed':
      return { ...state, lapsed: state.lapsed + (data['amount'] as number) };
    case 'hold.restored':
      return { ...state, lapsed: state.lapsed - (data['amount'] as number) };
    case 'chargeback.booked':
      return { ...state, chargedBack: state.chargedBack + (data['amount'] as number) };
    case 'chargeback.reversed':
      return { ...state, chargedBack: state.chargedBack - (data['amount'] as number) };
    case 'final.set':
      return { ...state, finalBy: event.operation };
    case 'final.unset':
      return { ...state, finalBy: null };
    case 'lock.set':
      return { ...state, locked: true };
    case 'lock.lifted':
      return { ...state, locked: false, failures: { capture: 0, refund: 0 } };
    case 'plan.changed':
      return { ...state, plan: data['plan'] as Plan, warned: false, deadlineReached: false };
    case 'deadline.warned':
      return { ...state, warned: true };
    case 'deadline.reached':
      return { ...state, deadlineReached: true };
    case 'attention.raised': {
      const code = data['code'] as AttentionCode;
      const others = state.attentions.filter((attention) => attention.code !== code);
      return {
        ...state,
        attentions: [...others, { code, message: data['message'] as string, since: event.at }],
      };
    }
    case 'attention.cleared':
      return {
        ...state,
        attentions: state.attentions.filter((attention) => attention.code !== data['code']),
      };
    case 'payment.closed':
      return { ...state, closedAt: event.at };
    default:
      return state;
  }
}

function picked(data: EntryData, names: readonly string[]): Record<string, never> {
  const taken: Record<string, unknown> = {};
  for (const name of names) if (data[name] !== undefined) taken[name] = data[name];
  return taken as Record<string, never>;
}
