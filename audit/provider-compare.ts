import { sharedWith } from '../machines/collection.ts';
import { fold } from '../machines/fold.ts';
import { figures, type PaymentState } from '../machines/payment-state.ts';
import type { Operation } from '../payment/operation.ts';
import type { ReadCall, ReadResult } from '../payment/read.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import type { Bundle } from './bundle.ts';
import type { Check } from './check.ts';

/** The check `provider`, and whether the provider could not be reached at all. */
export interface Comparison {
  readonly check: Check;
  readonly unreachable: boolean;
}

/** For one read; the account's own time-out is shorter. */
const LONGEST_READ_MS = 60_000;
/** What was sealed in an activity can only be opened there. */
const SEALED = 'sealed:v1:';

const check = (pass: boolean | null, text: string): Check => ({ name: 'provider', pass, text });
const unasked = (text: string): Comparison => ({ check: check(null, text), unreachable: false });

/**
 * Compares a payment with its provider's own books, by reads alone: nothing is ever sent that changes anything there.
 * Every operation is looked for by its reference and its amount compared; what is left of the hold shows captures and
 * releases that were made elsewhere. A provider whose books cannot be asked is `null` with the reason, never a pass.
 *
 * @param bundle - one that holds: its references go to the provider.
 * @param account - of the configuration; undefined where it has none of that name.
 */
export async function compareWithProvider(
  bundle: Bundle,
  account: ProviderAccount | undefined,
): Promise<Comparison> {
  const { payment, ledger } = bundle;
  if (account === undefined) return unasked(`account ${payment.account} is not in this configuration`);
  if (account.provider !== payment.provider)
    return unasked(
      `account ${account.name} is of ${account.provider} here, of ${payment.provider} in the bundle`,
    );
  if (account.read === undefined)
    return unasked(
      `the books of ${account.provider} cannot be asked; compare its settlement file with audit reconcile`,
    );
  const state = fold(ledger).context;
  const { hold } = state.authorization;
  if (hold === null) return unasked('no hold was ever approved, so there is nothing to ask for');
  if (Object.values(hold).some((value) => String(value).startsWith(SEALED)))
    return unasked('the reference of the hold is sealed and is opened in activities only');
  return asked(bundle, state, account.read.bind(account));
}

type Read = NonNullable<ProviderAccount['read']>;

async function asked(bundle: Bundle, state: PaymentState, read: Read): Promise<Comparison> {
  const last = bundle.ledger.length;
  const open: string[] = [];
  let reads = 0;
  let unreachable = false;
  const compared: Operation[] = [state.authorization, ...state.operations.filter(wentOut)];
  for (const operation of compared) {
    const call = readCallOf(bundle, state, operation);
    const result = await read(call, { signal: AbortSignal.timeout(LONGEST_READ_MS) });
    reads += 1;
    if (result.read === 'failed') {
      if (isAway(result)) unreachable = true;
      open.push(`${nameOf(operation)} could not be read (${result.reason})`);
      if (unreachable) break;
      continue;
    }
    const found = differenceIn(state, operation, call.amount, result);
    if (found === 'open')
      open.push(`${nameOf(operation)} is ${operation.state} here and ${result.read} there`);
    else if (found !== null) {
      const difference = { entry: last, ...found };
      return { check: { ...check(false, found.where), difference }, unreachable: false };
    }
  }
  const elsewhere = state.operations.filter(({ origin }) => origin === 'observed').length;
  if (elsewhere > 0) open.push(`${elsewhere} made elsewhere have no reference of ours to ask for`);
  if (open.length > 0) return { check: check(null, open.join('; ')), unreachable };
  const { captured, refunded, held } = figures(state);
  const sums = `captured ${captured}, refunded ${refunded}, held ${held}`;
  return {
    check: check(
      true,
      `${reads} reads: each operation is there as recorded (${sums}); refunds that were made elsewhere do not show in these reads`,
    ),
    unreachable: false,
  };
}

/** Went to the provider by a call of its own: what shared another's call is found there, what a capture freed has none. */
const wentOut = ({ attempts, sentWith, id, origin }: Operation): boolean =>
  origin === 'engine' && attempts > 0 && (sentWith === undefined || sentWith === id);

const nameOf = ({ kind, id }: Operation): string => (kind === 'authorization' ? kind : `${kind} ${id}`);

/** The same question that the engine asks when an outcome is unknown. */
function readCallOf({ ledger, payment }: Bundle, state: PaymentState, operation: Operation): ReadCall {
  const anchor =
    operation.capture === undefined
      ? undefined
      : state.operations.find(({ id }) => id === operation.capture)?.providerReference;
  const named = ledger.findLast(
    (entry) => entry.operation === operation.id && entry.data['keys'] !== undefined,
  );
  const amount = sharedWith(state, operation).reduce((sum, one) => sum + one.amount, 0);
  return {
    action: 'read',
    account: payment.account,
    payment: payment.id,
    operation: operation.id,
    kind: operation.kind,
    amount: operation.kind === 'release' ? 0 : amount,
    currency: payment.currency,
    hold: state.authorization.hold,
    keys: {
      ...(operation.allocated === undefined ? {} : { allocated: operation.allocated }),
      ...(named?.data['keys'] as Readonly<Record<string, string>> | undefined),
    },
    attempts: operation.attempts,
    ...(anchor === undefined ? {} : { anchor }),
  };
}

/** No answer at all, or one that says that the provider is in trouble. */
function isAway({ exchange }: ReadResult): boolean {
  return exchange !== undefined && (exchange.status === null || exchange.status >= 500);
}

interface Found {
  readonly where: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

const EFFECTLESS = new Set(['declined', 'not_performed', 'reversed']);

/** The first thing that the books say otherwise; `open` where neither side knows. */
function differenceIn(
  state: PaymentState,
  operation: Operation,
  amount: number,
  result: Exclude<ReadResult, { read: 'failed' }>,
): Found | 'open' | null {
  const name = nameOf(operation);
  const says = (expected: unknown, actual: unknown, what = ''): Found => ({
    where: `${name}${what}`,
    expected,
    actual,
  });
  if (operation.state === 'approved') {
    if (result.read !== 'approved') return says('approved', result.read);
    const booked = sharedWith(state, operation).reduce((sum, one) => sum + (one.booked ?? 0), 0);
    if (result.booked !== undefined && result.booked !== booked && operation.kind !== 'authorization')
      return says(booked, result.booked, ' booked');
  } else if (EFFECTLESS.has(operation.state)) {
    if (result.read === 'approved') return says(operation.state, `approved ${result.booked ?? amount}`);
    if (result.read === 'pending') return 'open';
  } else if (result.read === 'approved' || result.read === 'declined')
    return says(
      operation.state,
      result.read === 'approved' ? `approved ${result.booked ?? amount}` : result.read,
    );
  else return 'open';
  return heldDifference(state, result);
}

/** What the hold still covers. Nobody can say while something is under way there. */
function heldDifference(state: PaymentState, { remaining, unsettled }: ReadResult): Found | null {
  const { held, lapsed } = figures(state);
  if (remaining === undefined || unsettled === true || remaining === held || remaining === held + lapsed)
    return null;
  return { where: 'held', expected: held, actual: remaining };
}
