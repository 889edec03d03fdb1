import type { CoreState } from '../machines/core-state.ts';
import { figures } from '../machines/payment-state.ts';
import type { Command, ResolveWord } from '../payment/command.ts';
import type { Operation } from '../payment/operation.ts';
import type { ProviderModel } from './provider-model.ts';

/** Attentions that ask what became of the rest. */
const STUCK: ReadonlySet<string> = new Set([
  'lapsing',
  'remainder-not-released',
  'sequence-exhausted',
  'deadline-reached',
]);

/**
 * What a person with the provider's portal open would say of one outstanding question, or null where
 * nothing can be said yet. It is always the truth of the books; a decision that the provider still
 * owes is not guessed.
 *
 * @param certain - operations that the provider refused or never saw, by id: whether it declined them.
 */
export function wordOf(
  state: CoreState,
  model: ProviderModel,
  certain: ReadonlyMap<string, 'declined'>,
): ResolveWord | null {
  const context = state.machine.context;
  if (state.running !== null || model.isOccupied()) return null;
  for (const operation of [context.authorization, ...context.operations]) {
    if (operation.state !== 'unknown' && operation.state !== 'pending') continue;
    if (operation.sentWith !== undefined && operation.sentWith !== operation.id) continue;
    return operation.kind === 'authorization'
      ? authorizationWord(operation, model, certain)
      : operationWord(operation, model, certain);
  }
  if (context.locked) return { lock: 'lifted' };
  const code = context.attentions[0]?.code;
  if (code === undefined) return null;
  const sums = figures(context);
  const stuck = STUCK.has(code) || (code === 'late-failure' && context.finalBy !== null);
  if (
    stuck &&
    sums.held > 0 &&
    sums.reserved === 0 &&
    !context.operations.some((operation) => operation.state === 'sent')
  ) {
    return restWord(model);
  }
  return { attention: code };
}

/** What became of the rest: what the provider gives back when it is asked in its portal, else it lapsed. */
export function restWord(model: ProviderModel): Extract<ResolveWord, { remainder: unknown }> {
  const released = !model.books.expired && (model.releaseInPortal() > 0 || model.books.released > 0);
  return { remainder: released ? 'released' : 'lapsed' };
}

function authorizationWord(
  operation: Operation,
  { books, hold: reference }: ProviderModel,
  certain: ReadonlyMap<string, 'declined'>,
): ResolveWord | null {
  const [hold] = books.holds;
  if (hold === undefined || hold.state === 'failed') {
    const outcome = hold !== undefined || certain.has('authorization') ? 'declined' : 'not_performed';
    return { operation: operation.id, outcome };
  }
  if (hold.state === 'pending') return null;
  return { operation: 'authorization', outcome: 'approved', amount: hold.amount, reference };
}

function operationWord(
  operation: Operation,
  model: ProviderModel,
  certain: ReadonlyMap<string, 'declined'>,
): ResolveWord | null {
  const bookings = model.books.bookings.filter((booking) => booking.operation === operation.id);
  const standing = bookings.find((booking) => booking.state !== 'failed');
  if (standing?.state === 'pending') return null;
  if (standing !== undefined) {
    const reference = model.anchorOf(operation.id);
    return {
      operation: operation.id,
      outcome: 'approved',
      amount: standing.amount,
      ...(reference === null ? {} : { reference }),
    };
  }
  if (bookings.length > 0) return { operation: operation.id, outcome: 'declined' };
  return { operation: operation.id, outcome: certain.get(operation.id) ?? 'not_performed' };
}

/** The word as a command; `nth` makes its id. */
export function resolution(word: ResolveWord, nth: number): Extract<Command, { type: 'resolve' }> {
  return { type: 'resolve', id: `r-${nth}`, word, evidence: 'seen in the portal of the provider', by: 'ada' };
}
