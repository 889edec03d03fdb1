import type { Operation } from '../payment/operation.ts';
import type { Draft } from './core-draft.ts';
import { CLOCK, clear, operationOf, patchState, payment, raise } from './core-draft.ts';
import { notPerformed } from './core-outcome.ts';
import type { Allocation } from './core-state.ts';
import { cancelTimer, startTimer } from './core-timers.ts';
import { atProvider } from './payment-state.ts';

/** Whether a first send may go: it needs no allocated reference, or has it. Asks for one where it has not. */
export function hasReference(draft: Draft, next: Operation): boolean {
  const { allocates, timing } = payment(draft).capabilities;
  if (allocates === null) return true;
  const { allocation } = draft.state;
  if (allocation?.operation === next.id) return allocation.reference !== null;
  if (allocation !== null) giveBack(draft, allocation);
  const number = draft.state.calls + 1;
  patchState(draft, {
    calls: number,
    allocation: { number, operation: next.id, reference: null, phase: 'asked', queued: false },
  });
  draft.effects.push({ type: 'allocate', number, operation: next.id, rule: allocates });
  startTimer(draft, 'allocate', draft.at + timing.unknownAfter);
  return false;
}

/** The reference that the send takes; a counter's is used up with it, a terminal's lease goes on. */
export function takeReference(draft: Draft): string | null {
  const { allocation } = draft.state;
  if (allocation === null || allocation.reference === null) return null;
  const terminal = payment(draft).capabilities.allocates?.from === 'terminal';
  patchState(draft, { allocation: terminal ? { ...allocation, phase: 'sent' } : null });
  return allocation.reference;
}

export function onAllocated(draft: Draft, number: number, reference: string): void {
  const { allocation } = draft.state;
  if (allocation?.number !== number) {
    // Nobody waits for it any more.
    if (payment(draft).capabilities.allocates?.from === 'terminal')
      draft.effects.push({ type: 'lease', number, operation: '', how: 'done' });
    return;
  }
  if (allocation.phase !== 'asked') return;
  patchState(draft, { allocation: { ...allocation, reference, phase: 'granted' } });
  cancelTimer(draft, 'allocate');
  clear(draft, 'terminal-blocked');
}

export function onQueued(
  draft: Draft,
  number: number,
  blockedBy: null | { readonly payment: string; readonly operation: string },
): void {
  const { allocation } = draft.state;
  if (allocation?.number !== number || allocation.phase !== 'asked') return;
  patchState(draft, { allocation: { ...allocation, queued: true } });
  if (blockedBy === null) return;
  const { payment: other, operation } = blockedBy;
  raise(
    draft,
    'terminal-blocked',
    `the outcome of ${operation} of payment ${other} is unknown and blocks the terminal`,
  );
}

/**
 * Nobody granted it for so long. A cardholder stands at the terminal, so an authorisation is not kept for later; anything
 * else goes on waiting, its caller does not, and a person is told.
 */
export function onUnallocated(draft: Draft): void {
  const { allocation } = draft.state;
  if (allocation?.phase !== 'asked') return;
  const waiting = operationOf(draft, allocation.operation);
  if (waiting?.state !== 'planned') return;
  if (waiting.kind === 'authorization' && isTerminal(draft)) {
    notPerformed(draft, waiting, 'terminal-busy', { by: CLOCK, rule: 'terminal-busy' });
    return;
  }
  // Told to wait, it is in turn; who blocks the terminal was told then.
  if (allocation.queued) return;
  patchState(draft, { allocation: { ...allocation, queued: true } });
  raise(
    draft,
    'terminal-blocked',
    `${waiting.kind} ${waiting.id} waits for a reference that nobody grants`,
    CLOCK,
  );
}

const isTerminal = (draft: Draft): boolean => payment(draft).capabilities.allocates?.from === 'terminal';

/** Gives back what is not used, and tells the terminal of an outcome that is not known. */
export function arrangeAllocation(draft: Draft): void {
  const { allocation } = draft.state;
  if (allocation === null) return;
  const operation = operationOf(draft, allocation.operation);
  if (allocation.phase === 'asked' && operation?.state === 'planned' && payment(draft).closedAt === null)
    return;
  const open = operation !== undefined && atProvider(operation);
  if (!open) {
    giveBack(draft, allocation);
    return;
  }
  if (operation.state === 'sent' || allocation.phase === 'unknown') return;
  patchState(draft, { allocation: { ...allocation, phase: 'unknown' } });
  lease(draft, allocation, 'unknown');
}

function giveBack(draft: Draft, allocation: Allocation): void {
  patchState(draft, { allocation: null });
  cancelTimer(draft, 'allocate');
  clear(draft, 'terminal-blocked');
  lease(draft, allocation, 'done');
}

function lease(draft: Draft, { number, operation }: Allocation, how: 'done' | 'unknown'): void {
  if (payment(draft).capabilities.allocates?.from !== 'terminal') return;
  draft.effects.push({ type: 'lease', number, operation, how });
}
