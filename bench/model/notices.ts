import { figures, nextSequenceNumber } from '../../machines/payment-state.ts';
import type { Notice } from '../../payment/notice.ts';
import type { Operation } from '../../payment/operation.ts';
import type { Bounds } from './bounds.ts';
import type { Move } from './move.ts';
import { may, spend, TXID } from './move.ts';
import type { Node, Used } from './node.ts';

type Add = (label: string, part: Partial<Notice>) => void;

/** What the provider may tell unasked. A word that ends an unknown or a pending outcome is free: it is what is waited for. */
export function notices(node: Node, bounds: Bounds): Move[] {
  const out: Move[] = [];
  const adder =
    (used: Used): Add =>
    (label, part) => {
      const input = { type: 'notice', notice: noticeOf(node, part) } as const;
      out.push({ label: `notice ${label}`, input, at: node.at + 1, used });
    };
  awaited(node, bounds, adder(node.used));
  if (may(node, bounds, 'notices')) surprising(node, bounds, adder(spend(node, 'notices')));
  return out;
}

const isOpen = ({ state }: Operation): boolean => state === 'unknown' || state === 'pending';

function awaited(node: Node, bounds: Bounds, add: Add): void {
  const { authorization, operations } = node.state.machine.context;
  if (isOpen(authorization)) {
    add('authorised', { about: 'authorization', price: bounds.amount });
    add('authorisation failed', { about: 'authorization', state: 'failed' });
    if (authorization.state === 'unknown')
      add('authorisation pending', { about: 'authorization', state: 'pending' });
  }
  for (const operation of operations) {
    if (!isOpen(operation) || operation.sequenceNumber === null) continue;
    const said = toldOf(operation);
    add(`${operation.id} booked`, said);
    add(`${operation.id} failed`, { ...said, state: 'failed' });
    if (operation.state === 'unknown') add(`${operation.id} pending`, { ...said, state: 'pending' });
  }
}

function surprising(node: Node, bounds: Bounds, add: Add): void {
  const { context } = node.state.machine;
  const { authorization, operations } = context;
  if (authorization.state === 'sent' || authorization.state === 'not_performed')
    add('authorised', { about: 'authorization', price: bounds.amount });
  if (authorization.state === 'sent' || authorization.state === 'approved')
    add('authorisation failed', { about: 'authorization', state: 'failed' });
  if (authorization.state !== 'approved') return;
  for (const operation of operations) if (operation.sequenceNumber !== null) ofOperation(operation, add);
  // What has no number names no operation of ours, and what was made elsewhere is read, not told.
  if (context.capabilities.sequence !== null) elsewhere(node, add);
  const { captured } = figures(context);
  if (captured > 0) {
    add('charged back 1', { about: 'chargeback', price: 1 });
    if (context.chargedBack > 0)
      add('chargeback reversed', { about: 'chargeback-reversed', price: context.chargedBack });
  }
}

/** Numbers that no call of ours holds: the next one, and the one after what is at the provider. */
function elsewhere({ state }: Node, add: Add): void {
  const { context } = state.machine;
  const held = context.operations.find(
    (operation) => operation.state === 'sent' || operation.state === 'unknown',
  )?.sequenceNumber;
  const next = Math.max(nextSequenceNumber(context), state.confirmed + 1);
  const sequenceNumber = held === next ? next + 1 : next;
  const sums = figures(context);
  for (const price of new Set([1, sums.held]))
    if (price > 0) add(`elsewhere capture ${price}`, { about: 'capture', price, sequenceNumber });
  if (sums.refundable > 0) add('elsewhere refund 1', { about: 'refund', price: 1, sequenceNumber });
}

function toldOf({ kind, sequenceNumber, amount }: Operation) {
  const about = kind === 'refund' ? ('refund' as const) : ('capture' as const);
  return { about, sequenceNumber, price: kind === 'release' ? null : amount };
}

/** Before its answer, against it, or long after it. */
function ofOperation(operation: Operation, add: Add): void {
  const { id, kind, state } = operation;
  const at = state === 'sent' || isOpen(operation);
  const said = toldOf(operation);
  if (state === 'sent' || (state === 'reversed' && kind !== 'release')) add(`${id} booked`, said);
  if (state === 'sent' || state === 'approved') add(`${id} failed`, { ...said, state: 'failed' });
  if (at && kind !== 'release' && operation.amount > 1)
    add(`${id} booked with less`, { ...said, price: operation.amount - 1 });
  if (at && kind === 'capture') add(`${id}'s number taken`, { ...said, about: 'refund', price: 1 });
  const denied = operation.reason === 'resolved' || operation.decline?.code === 'resolved';
  if ((state === 'declined' || state === 'not_performed') && denied) add(`${id} booked after all`, said);
}

function noticeOf(node: Node, part: Partial<Notice>): Notice {
  return {
    identity: `${node.at}/${node.used.notices}`,
    providerReference: TXID,
    about: 'nothing',
    state: 'approved',
    sequenceNumber: null,
    receivable: null,
    price: null,
    balance: null,
    currency: 'EUR',
    at: new Date(node.at).toISOString(),
    facts: {},
    ...part,
  };
}
