/** From Swedbank Pay's words to an outcome. Pure and total: whatever came, the worst that it can become is `unknown`. */
import type { ProviderCall } from '../../payment/call.ts';
import type { CallResult, Decline } from '../../payment/outcome.ts';
import { withoutCardNumbers } from '../card-number.ts';
import { PAYMENT_ID } from './descriptor.ts';
import { hintsAtDuplicate, meaningOf, tailOf } from './problem.ts';
import { aloneIn, namesAnother, stateOf } from './view.ts';
import { type Problem, paymentAnswer, problem, readJson, type Transaction } from './wire.ts';

export interface RawAnswer {
  readonly status: number;
  readonly body: Uint8Array;
}

const LONGEST = 1_024;

type Unknown = Extract<CallResult, { outcome: 'unknown' }>;

const unknown = (reason: string, message?: string): Unknown => ({
  outcome: 'unknown',
  reason,
  ...(message === undefined ? {} : { message: clean(message) }),
});

const clean = (text: string): string => withoutCardNumbers(text).slice(0, LONGEST);

/** What the answer to a POST says of its operation; without keys and exchange, which the adapter adds. */
export function resultOf(call: ProviderCall, payeeReference: string, raw: RawAnswer): CallResult {
  const read = readJson(raw.body);
  // A refusal is only what says so in its own words: a bare status may be anybody's between here and there.
  if (!read.ok) return unknown(raw.status < 300 ? read.fault : 'http-status', `HTTP ${raw.status}`);
  if (raw.status >= 400) return refusedBy(read.value, raw.status, call.attempt);
  if (![200, 201, 202].includes(raw.status)) return unknown('http-status', `HTTP ${raw.status}`);
  return call.action === 'authorise' ? created(read.value) : moved(call, payeeReference, read.value);
}

function refusedBy(json: unknown, status: number, attempt: number): CallResult {
  const parsed = problem.safeParse(json);
  if (!parsed.success) return unknown('http-status', `HTTP ${status}`);
  const said = wordsOf(parsed.data);
  const facts = { type: clean(parsed.data.type), status: String(status) };
  if (status < 500 && hintsAtDuplicate(said, attempt)) return { ...unknown('duplicate', said), facts };
  const meaning = meaningOf(parsed.data.type, status);
  if (meaning === null) return { ...unknown('problem-not-listed', said), facts };
  if (meaning.class === 'D') return { ...unknown('duplicate', said), facts };
  if (meaning.class === 'U') return { ...unknown('problem-without-outcome', said), facts };
  const { hold, again } = meaning;
  const decline: Decline = { code: tailOf(parsed.data.type), message: clean(said), hold, again };
  return { outcome: 'declined', decline, facts, ...(meaning.firstOnly ? { firstOnly: true } : {}) };
}

/** Everything that a problem says, for people. */
const wordsOf = ({ title, detail, problems = [] }: Problem): string =>
  [title, detail, ...problems.map(({ name, description }) => [name, description].filter(Boolean).join(': '))]
    .filter(Boolean)
    .join(' · ');

function moved(
  call: Exclude<ProviderCall, { action: 'authorise' }>,
  payeeReference: string,
  json: unknown,
): CallResult {
  if (namesAnother(json, String(call.hold['payment']))) return unknown('payment-differs');
  const made = aloneIn(json, call.action);
  if (made === null) return unknown('answer-incomplete');
  if (made.transaction.payeeReference !== payeeReference) return unknown('reference-differs');
  return madeOf(call, made.id, made.transaction);
}

/**
 * What the state of a transaction says. Initialized: something unexpected happened and nobody knows (provider notes
 * B8), so that only the books can tell. AwaitingActivity: somebody still has to act.
 */
export function madeOf(call: ProviderCall, id: string, made: Transaction): CallResult {
  const known = { providerReference: id, facts: factsOf(made) };
  switch (stateOf(made)) {
    case 'completed': {
      const differs = call.action !== 'release' && made.amount !== call.amount;
      return differs
        ? { ...unknown('amount-differs'), answered: made.amount, ...known }
        : // A cancellation may leave its amount out, or name 0 for it.
          { outcome: 'approved', ...(made.amount > 0 ? { booked: made.amount } : {}), ...known };
    }
    case 'failed':
      return { outcome: 'declined', decline: declineOf(made), ...known };
    case 'awaitingactivity':
      return { outcome: 'pending', ...known };
    case 'initialized':
      return { ...unknown('initialized'), ...known };
    default:
      return { ...unknown('state-not-listed', made.state), ...known };
  }
}

/** Why a transaction failed. It is final for that transaction, and others may follow (provider notes B8). */
export function declineOf(made: Transaction): Decline {
  const cause = made.problem;
  const meaning = cause === undefined ? null : meaningOf(cause.type, cause.status ?? 0);
  const code =
    cause === undefined ? (made.failedErrorCode ?? made.failedReason ?? 'Failed') : tailOf(cause.type);
  const message = [made.failedReason, made.failedErrorDescription, cause === undefined ? '' : wordsOf(cause)]
    .filter(Boolean)
    .join(' · ');
  return {
    code: clean(code),
    message: clean(message || 'the transaction failed'),
    hold: meaning?.hold ?? 'stands',
    again: meaning?.again ?? 'later',
  };
}

function factsOf(made: Transaction): Readonly<Record<string, string>> {
  const { state, number, created, failedReason } = made;
  const facts = { state, number, created, failedReason };
  return Object.fromEntries(
    Object.entries(facts).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, clean(String(value))]],
    ),
  );
}

/** A payment that waits for its payer: the hold is named by its id from now on, and nothing is held yet. */
function created(json: unknown): CallResult {
  const parsed = paymentAnswer.safeParse(json);
  const id = parsed.success ? parsed.data.payment.id : '';
  if (!parsed.success || !PAYMENT_ID.test(id)) return unknown('answer-incomplete');
  const redirect = parsed.data.operations.find(({ rel }) => rel === 'redirect-authorization')?.href;
  const known = { providerReference: id, hold: { payment: id } };
  const web = redirect !== undefined && /^https?:\/\//i.test(redirect) && URL.canParse(redirect);
  // Without its page nobody can give a card; the payment exists and holds nothing.
  return { outcome: 'pending', ...known, ...(web ? { redirectUrl: redirect } : {}) };
}
