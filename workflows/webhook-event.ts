/** The entries of a ledger as a merchant is told of them. What is not named here is not told: no line, hold or evidence. */
import type { WebhookEvent, WebhookOperation, WebhookPayment } from '../activities/contract.ts';
import type { CoreState } from '../machines/core-state.ts';
import { nounOf, verbOf } from '../machines/payment-event.ts';
import { findOperation, type PaymentState } from '../machines/payment-state.ts';
import type { Amounts, LedgerEntry } from '../payment/ledger.ts';
import type { Money } from '../payment/money.ts';
import { OPERATION_KINDS, type OperationState } from '../payment/operation.ts';
import type { Plan } from '../payment/plan.ts';

/** Steps on the way to an outcome, and the creation that an outcome follows: they are told with what comes next. */
export const isQuiet = ({ type }: Pick<LedgerEntry, 'type'>): boolean =>
  type === 'payment.created' || type.endsWith('.planned') || type.endsWith('.sent');

/**
 * At most so many entries after the given number, oldest first. Amounts of the payment and states of operations are
 * those after each entry; what never changes about an operation is taken from where it stands now.
 */
export function eventsAfter(core: CoreState, told: number, most: number): readonly WebhookEvent[] {
  return core.ledger.slice(told, told + most).map((entry) => eventOf(core, entry));
}

function eventOf({ machine, facts, ledger }: CoreState, entry: LedgerEntry): WebhookEvent {
  const state = machine.context;
  const { n, at, type, by, rule, data, after } = entry;
  const money = moneyIn(state.currency);
  const payment: WebhookPayment = {
    id: state.id,
    account: state.account,
    provider: state.provider,
    status: after.status,
    order: facts.order === undefined ? null : { reference: facts.order.reference },
    amounts: amountsIn(after.amounts, money),
  };
  return {
    type,
    timestamp: at,
    data: {
      entry: n,
      payment,
      operation: operationIn(state, ledger, entry, money),
      rule,
      by: { kind: by.kind, via: by.via },
      ...(typeof data['amount'] === 'number' && entry.operation === null
        ? { amount: money(data['amount']) }
        : {}),
      ...(nounOf(type) === 'attention' ? { attention: attentionIn(entry) } : {}),
      ...(type === 'plan.changed' ? { plan: data['plan'] as Plan } : {}),
    },
  };
}

type ToMoney = (value: number) => Money;

const moneyIn =
  (currency: string): ToMoney =>
  (value) => ({ value, currency });

function amountsIn(sums: Amounts, money: ToMoney): WebhookPayment['amounts'] {
  const { authorized, captured, released, lapsed } = sums;
  return {
    authorized: money(authorized),
    held: money(authorized - captured - released - lapsed),
    captured: money(captured),
    reserved: money(sums.reserved),
    released: money(released),
    lapsed: money(lapsed),
    refunded: money(sums.refunded),
    refunding: money(sums.refunding),
    chargedBack: money(sums.chargedBack),
  };
}

function attentionIn({ data }: LedgerEntry): NonNullable<WebhookEvent['data']['attention']> {
  const message = data['message'];
  return { code: String(data['code']), ...(typeof message === 'string' ? { message } : {}) };
}

/** Members of an entry's data that are told as they are, and those that are amounts. */
const TOLD = [
  'providerReference',
  'decline',
  'reason',
  'final',
  'sequenceNumber',
  'kind',
  'sentWith',
] as const;
const TOLD_OF_HOLD = ['redirectUrl', 'authorizedAt', 'expiresAt', 'expiresBy'] as const;
const TOLD_AMOUNTS = ['booked', 'frees'] as const;

function operationIn(
  state: PaymentState,
  ledger: readonly LedgerEntry[],
  entry: LedgerEntry,
  money: ToMoney,
): WebhookOperation | null {
  const { operation: id, data } = entry;
  if (id === null) return null;
  const found = id === 'authorization' ? state.authorization : findOperation(state, id);
  if (found === undefined) return null;
  const names = id === 'authorization' ? [...TOLD, ...TOLD_OF_HOLD] : TOLD;
  const told: Record<string, unknown> = {};
  for (const name of names) if (data[name] !== undefined && data[name] !== null) told[name] = data[name];
  for (const name of TOLD_AMOUNTS) if (typeof data[name] === 'number') told[name] = money(data[name]);
  return {
    id,
    type: found.kind,
    state: stateAfter(ledger, entry),
    amount: money(found.amount),
    origin: found.origin,
    ...(found.capture === undefined ? {} : { capture: found.capture }),
    ...told,
  };
}

const SAYS_STATE: ReadonlySet<string> = new Set([...OPERATION_KINDS, 'observed']);

/** As the last entry about the operation has it, this one or one before: what came later is not known to it. */
function stateAfter(ledger: readonly LedgerEntry[], { n, operation }: LedgerEntry): OperationState {
  const last = ledger.findLast(
    (each) => each.n <= n && each.operation === operation && SAYS_STATE.has(nounOf(each.type)),
  );
  return last === undefined || nounOf(last.type) === 'observed'
    ? 'approved'
    : (verbOf(last.type) as OperationState);
}
