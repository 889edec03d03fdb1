/** From PAYONE's answer to an outcome. Pure and total: whatever came, the worst that it can become is `unknown`. */
import type { ProviderCall } from '../../payment/call.ts';
import type { CallResult } from '../../payment/outcome.ts';
import { withoutCardNumbers } from '../card-number.ts';
import { meaningOf } from './error-codes.ts';
import { referenceOf } from './reference.ts';
import { type PayoneAnswer, payoneAnswer, readLines } from './wire.ts';

export interface RawAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** False where nothing but the end of the connection ended the body. */
  readonly framed: boolean;
}

type Unknown = Extract<CallResult, { outcome: 'unknown' }>;

const unknown = (reason: string, message?: string): Unknown => ({
  outcome: 'unknown',
  reason,
  ...(message === undefined ? {} : { message }),
});

const NEWLINE = 0x0a;
const LONGEST_FACT = 1_024;

/**
 * @param call - what was asked; a follow-up's answer must name its txid.
 * @returns without `exchange`, which the adapter adds.
 */
export function resultOf(call: ProviderCall, raw: RawAnswer): CallResult {
  return { ...outcomeOf(call, raw), keys: keysOf(call) };
}

/** The keys under which PAYONE knows an attempt. */
export const keysOf = (call: ProviderCall): Readonly<Record<string, string>> =>
  call.action === 'authorise'
    ? { reference: referenceOf(call.account, call.payment, call.operation) }
    : { txid: String(call.hold['txid']), sequencenumber: String(call.sequenceNumber) };

function outcomeOf(call: ProviderCall, raw: RawAnswer): CallResult {
  // Business errors come with 200 (provider notes A1); another status is somebody else speaking, or PAYONE in trouble.
  if (raw.status !== 200) return unknown('http-status', `HTTP ${raw.status}`);
  if (!raw.framed && raw.body.at(-1) !== NEWLINE && raw.body.length > 0) return unknown('answer-cut');
  const read = readLines(raw.body);
  if (!read.ok) return unknown(read.fault);
  const parsed = payoneAnswer.safeParse(read.lines);
  if (!parsed.success) return unknown(faultOf(read.lines));
  const answer = parsed.data;
  if (call.action === 'authorise') return authorised(call.request.method, answer, read.lines);
  const named = read.lines['txid'];
  if (named !== undefined && named !== String(call.hold['txid'])) return unknown('txid-differs');
  if (answer.status === 'REDIRECT') return unknown('status-not-listed', 'REDIRECT');
  return booked(answer, read.lines);
}

const faultOf = (lines: Readonly<Record<string, string>>): string => {
  const status = lines['status'];
  if (status === undefined) return 'no-status';
  return ['APPROVED', 'PENDING', 'REDIRECT', 'ERROR'].includes(status)
    ? 'answer-incomplete'
    : 'status-not-listed';
};

/** What was authorised is named by its txid and clearing type from then on. */
function authorised(
  clearingtype: string,
  answer: PayoneAnswer,
  lines: Readonly<Record<string, string>>,
): CallResult {
  if (answer.status === 'ERROR') return booked(answer, lines);
  const hold = { txid: answer.txid, clearingtype };
  if (answer.status !== 'REDIRECT') return { ...booked(answer, lines), hold };
  return {
    outcome: 'pending',
    providerReference: answer.txid,
    hold,
    redirectUrl: answer.redirecturl,
    facts: factsOf(lines),
  };
}

function booked(
  answer: Exclude<PayoneAnswer, { status: 'REDIRECT' }>,
  lines: Readonly<Record<string, string>>,
): CallResult {
  switch (answer.status) {
    case 'APPROVED':
      return { outcome: 'approved', providerReference: answer.txid, facts: factsOf(lines) };
    case 'PENDING':
      return { outcome: 'pending', providerReference: answer.txid, facts: factsOf(lines) };
    case 'ERROR':
      return refusedBy(answer, factsOf(lines));
  }
}

/** Facts that callers need: how and where the money moves, by PAYONE's names (seed 002, response parameters). */
function factsOf(lines: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const wanted =
    /^(?:clearing_[a-z]+|mandate_[a-z]+|creditor_[a-z]+|settleaccount|userid|workorderid|reasoncode|customermessage)$/;
  return Object.fromEntries(
    Object.entries(lines)
      .filter(([name, value]) => wanted.test(name) && value !== '')
      .map(([name, value]) => [name, withoutCardNumbers(value).slice(0, LONGEST_FACT)]),
  );
}

function refusedBy(
  answer: Extract<PayoneAnswer, { status: 'ERROR' }>,
  facts: Readonly<Record<string, string>>,
): CallResult {
  const code = answer.errorcode;
  const message = withoutCardNumbers(answer.errormessage).slice(0, LONGEST_FACT);
  const said = `${code} ${message}`.trim();
  const meaning = meaningOf(Number(code));
  if (meaning === null) return { ...unknown('error-not-listed', said), facts };
  const { hold, again } = meaning;
  const firstOnly = meaning.firstOnly ? { firstOnly: true } : {};
  switch (meaning.class) {
    case 'U':
      return { ...unknown('error-without-outcome', said), facts };
    case 'D':
      return { ...unknown('duplicate', said), facts };
    case 'W':
      return { outcome: 'not_performed', reason: 'sequence', message: said, busy: true, ...firstOnly, facts };
    case 'B':
      return {
        outcome: 'declined',
        decline: { code, message, hold, again },
        busy: true,
        ...firstOnly,
        facts,
      };
    case 'P':
    case 'R':
    case 'C':
      return { outcome: 'declined', decline: { code, message, hold, again }, ...firstOnly, facts };
  }
}
