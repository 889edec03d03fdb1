import type { AttentionCode } from '../payment/attention.ts';
import type { Actor, EntryData, EntryType, Fact, LedgerEntry } from '../payment/ledger.ts';
import type { Operation } from '../payment/operation.ts';
import type { Effect, Reply } from './core-input.ts';
import type { CoreState } from './core-state.ts';
import { takeFact } from './fold.ts';
import type { PaymentEvent } from './payment-event.ts';
import type { PaymentState } from './payment-state.ts';
import { amountsOf, figures, hasAttention } from './payment-state.ts';
import { statusOf } from './status.ts';

/** One step in the making: the state so far, and what it asks for. Lives only within `step`. */
export interface Draft {
  state: CoreState;
  readonly at: number;
  readonly effects: Effect[];
  readonly replies: Reply[];
}

export const ENGINE: Actor = { kind: 'engine', name: 'tranche', via: 'answer' };
export const CLOCK: Actor = { kind: 'clock', name: 'tranche', via: 'timer' };

let writtenAt = Number.NaN;
let written = '';

/** RFC 3339, UTC, milliseconds. All entries of a step bear one instant, which is written out once. */
export function instant(at: number): string {
  if (at !== writtenAt) {
    written = new Date(at).toISOString();
    writtenAt = at;
  }
  return written;
}

export function payment(draft: Draft): PaymentState {
  return draft.state.machine.context;
}

export function patchState(draft: Draft, part: Partial<CoreState>): void {
  draft.state = { ...draft.state, ...part };
}

export function entryOf(n: number, at: string, fact: Fact, context: PaymentState): LedgerEntry {
  return { n, at, ...fact, after: { status: statusOf(context), amounts: amountsOf(figures(context)) } };
}

/** Writes one fact: the machine takes it, the ledger keeps it, the machine's actions become effects. Throws IllegalEntry. */
export function record(
  draft: Draft,
  type: Exclude<EntryType, 'payment.created'>,
  operation: string | null,
  by: Actor,
  rule: string,
  data: EntryData = {},
): void {
  const at = instant(draft.at);
  const fact: Fact = { type, operation, by, rule, data };
  const { snapshot, actions } = takeFact(draft.state.machine, { ...fact, at } as PaymentEvent);
  const entry = entryOf(draft.state.ledger.length + 1, at, fact, snapshot.context);
  patchState(draft, { machine: snapshot, ledger: [...draft.state.ledger, entry] });
  if (actions.includes('complete')) draft.effects.push({ type: 'complete' });
  if (actions.includes('tell') && operation !== null) tell(draft, operation, type.endsWith('.reversed'));
}

/** The order side hears of an end that its caller did not wait for, and of one that changed. */
function tell(draft: Draft, operation: string, changed: boolean): void {
  const workflow = draft.state.facts.orderWorkflow;
  const owed = draft.state.owed.includes(operation);
  if (owed) patchState(draft, { owed: draft.state.owed.filter((id) => id !== operation) });
  if (workflow === undefined || !(owed || changed)) return;
  const ended = operationOf(draft, operation);
  if (ended === undefined) return;
  draft.effects.push({ type: 'tell', workflow, operation, state: ended.state, booked: ended.booked });
}

export function operationOf(draft: Draft, id: string): Operation | undefined {
  const context = payment(draft);
  return id === 'authorization'
    ? context.authorization
    : context.operations.find((operation) => operation.id === id);
}

/** Raises an attention once; a second raise of the same code changes nothing. */
export function raise(draft: Draft, code: AttentionCode, message: string, by: Actor = ENGINE): void {
  if (hasAttention(payment(draft), code)) return;
  record(draft, 'attention.raised', null, by, code, { code, message });
  draft.effects.push({ type: 'log', level: 'warn', message: `attention ${code}`, figures: {} });
}

/** What asked a person about the rest of the hold is answered. */
export function clearRemainder(draft: Draft, by: Actor): void {
  for (const code of [
    'deadline-reached',
    'lapsing',
    'remainder-not-released',
    'sequence-exhausted',
  ] as const) {
    clear(draft, code, by);
  }
}

export function clear(draft: Draft, code: AttentionCode, by: Actor = ENGINE): void {
  if (hasAttention(payment(draft), code))
    record(draft, 'attention.cleared', null, by, 'no-longer-so', { code });
}
