/**
 * The one judge of every scenario: what the ledger says of the money is what the twin booked, each intent at most once,
 * and the ledger's own rules hold.
 */
import { isDeepStrictEqual } from 'node:util';
import { bookBreaches } from '../../audit/books-rules.ts';
import { ledgerBreaches } from '../../audit/ledger-rules.ts';
import type { CoreState } from '../../machines/core-state.ts';
import { fold } from '../../machines/fold.ts';
import { figures, type PaymentState } from '../../machines/payment-state.ts';
import type { Operation } from '../../payment/operation.ts';
import type { ProviderCall } from '../../payment/call.ts';
import type { HoldReference } from '../../payment/hold.ts';
import { SECOND, type ContractLife } from './contract-life.ts';
import type { ContractBooks } from './contract-provider.ts';

const OPEN: readonly Operation['state'][] = ['unknown', 'pending'];

/** What a call went out under. */
export type IntentOf = (call: ProviderCall) => string;

/** What is judged: a payment's state, and every call that it made. */
export interface Judged {
  readonly state: CoreState;
  readonly calls: readonly ProviderCall[];
}

/** Everything that is wrong, one sentence each. */
export function breachesOf(judged: Judged, books: ContractBooks, intentOf: IntentOf): readonly string[] {
  const { ledger, machine } = judged.state;
  const folded = JSON.parse(JSON.stringify(fold(ledger))) as typeof machine;
  return [
    ...ledgerBreaches(ledger).map(({ rule, text }) => `${rule}: ${text}`),
    ...bookBreaches(ledger, books).map(({ rule, text }) => `${rule}: ${text}`),
    ...(isDeepStrictEqual(folded, machine) ? [] : ['M9: the folded ledger is not the state']),
    ...sums(machine.context, books),
    ...effects(judged, books, intentOf),
    ...repeats(judged.calls),
  ];
}

function sums(state: PaymentState, books: ContractBooks): string[] {
  const { held, captured, refunded, authorized } = figures(state);
  const pairs = [
    ['authorized', authorized, books.authorized],
    ['captured', captured, books.captured],
    ['refunded', refunded, books.refunded],
    ['held', held, books.held],
  ] as const;
  return pairs
    .filter(([, ours, theirs]) => ours !== theirs)
    .map(([name, ours, theirs]) => `M3: ${name} is ${ours} in the ledger, ${theirs} in the provider's books`);
}

/** M3 by the key of each intent: what is approved was booked once, what ended without effect never, and nothing else was. */
function effects({ state: core, calls: all }: Judged, books: ContractBooks, intentOf: IntentOf): string[] {
  const { operations } = core.machine.context;
  const breaches: string[] = [];
  const mine = new Set<string>();
  for (const operation of operations) {
    const calls = all.filter((call) => call.operation === operation.id);
    if (calls.length === 0) continue;
    const intents = new Set(calls.map(intentOf));
    for (const intent of intents) mine.add(`${operation.kind} ${intent}`);
    const found = books.bookings.filter(
      ({ kind, intent }) => kind === operation.kind && intent !== null && intents.has(intent),
    );
    const { id, state } = operation;
    const most = state === 'approved' || OPEN.includes(state) ? 1 : 0;
    if (found.length > most || (state === 'approved' && found.length !== 1))
      breaches.push(`M3: ${operation.kind} ${id} is ${state} and was booked ${found.length} times`);
    const [booking] = found;
    if (state !== 'approved' || booking === undefined || operation.kind === 'release') continue;
    const booked = operations
      .filter((one) => one.id === id || one.sentWith === id)
      .reduce((sum, one) => sum + (one.booked ?? 0), 0);
    if (booking.amount !== booked)
      breaches.push(`M3: ${id} is booked ${booked}, at the provider ${booking.amount}`);
  }
  for (const { kind, intent, amount } of books.bookings) {
    if (intent !== null && !mine.has(`${kind} ${intent}`))
      breaches.push(`M3: the provider booked a ${kind} of ${amount} that nobody asked for`);
  }
  return breaches;
}

/** M10: what repeats a lost attempt is the same call to the letter. */
function repeats(calls: readonly ProviderCall[]): string[] {
  return calls.flatMap((call, place) => {
    const before = calls.slice(0, place).findLast(({ operation }) => operation === call.operation);
    if (call.attempt === 1 || before === undefined) return [];
    return isDeepStrictEqual({ ...call, attempt: 0 }, { ...before, attempt: 0 })
      ? []
      : [`M10: attempt ${call.attempt} of ${call.operation} is another call than the one before`];
  });
}

/** Every operation whose end only a person can say; none where the payment is at rest. */
export const openOperations = (life: ContractLife): readonly Operation[] =>
  [life.payment.authorization, ...life.payment.operations].filter(({ state }) => OPEN.includes(state));

/**
 * A person looks into the provider's own pages and says what stands there.
 *
 * @param known - what a hold is adopted by, where no answer named it.
 */
export async function resolveTruthfully(
  life: ContractLife,
  books: ContractBooks,
  intentOf: IntentOf,
  known: HoldReference | null = null,
): Promise<void> {
  for (const operation of openOperations(life)) {
    if (operation.sentWith !== undefined && operation.sentWith !== operation.id) continue;
    const intents = new Set(life.callsOf(operation.id).map(intentOf));
    const booking = books.bookings.find(
      ({ kind, intent }) => kind === operation.kind && intent !== null && intents.has(intent),
    );
    const authorized = operation.kind === 'authorization' ? books.authorized : 0;
    const amount = operation.kind === 'authorization' ? authorized : (booking?.amount ?? 0);
    const happened = operation.kind === 'authorization' ? authorized > 0 : booking !== undefined;
    const reference = operation.kind === 'authorization' ? known : (booking?.reference ?? null);
    const refused = await life.resolve(
      happened
        ? {
            operation: operation.id,
            outcome: 'approved',
            ...(operation.kind === 'release' ? {} : { amount }),
            ...(reference === null ? {} : { reference }),
          }
        : { operation: operation.id, outcome: 'not_performed' },
    );
    if (refused !== null) throw new Error(`the truth about ${operation.id} was refused by ${refused}`);
  }
  for (const code of life.attentions) {
    if (code === 'amount-differs' || code === 'terminal-blocked') await life.resolve({ attention: code });
  }
  await life.pass(SECOND);
}
