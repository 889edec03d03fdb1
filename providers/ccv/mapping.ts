/** From a terminal's answer to an outcome. Pure and total: whatever came, the worst that it can become is `unknown`. */
import type { ProviderCall } from '../../payment/call.ts';
import { fromDecimal } from '../../payment/decimal.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { Approved, CallResult, Unknown } from '../../payment/outcome.ts';
import { withoutCardNumbers } from '../card-number.ts';
import type { CcvAccount } from './account.ts';
import { DOCUMENTS, keptDocuments, keptText } from './receipts.ts';
import { holdKeyOf, isVersion } from './reference.ts';
import { requestIdOf } from './request.ts';
import { meaningOf } from './statuses.ts';
import { type CcvAnswer, readAnswer } from './wire.ts';

export interface RawAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** False where nothing but the end of the connection ended the body. */
  readonly framed: boolean;
}

export interface Reading {
  /** Decimals of the call's currency. */
  readonly exponent: number;
  readonly approvedAmount: CcvAccount['approvedAmount'];
}

type Evidence = Pick<Unknown, 'facts' | 'sealed' | 'hold' | 'providerReference'>;

/** Other answered values that may be read, by the names of the answer to a SALE and of OPI (provider notes 1.2, 1.7). */
const FACTS = [
  'card',
  'stan',
  'timestamp',
  'terminalId',
  'approvalCode',
  'receiptNumber',
  'message',
] as const;
const LONGEST_FACT = 256;

/** The key under which the terminal knows an attempt. */
export const keysOf = (call: ProviderCall): Readonly<Record<string, string>> => {
  const requestId = requestIdOf(call);
  return requestId === null ? {} : { requestId };
};

/** @returns without `exchange`, which the adapter adds. */
export function resultOf(call: ProviderCall, raw: RawAnswer, reading: Reading): CallResult {
  return { ...outcomeOf(call, raw, reading), keys: keysOf(call) };
}

const unknown = (reason: string, evidence: Evidence, message?: string): Unknown => ({
  outcome: 'unknown',
  reason,
  ...evidence,
  ...(message === undefined ? {} : { message }),
});

function outcomeOf(call: ProviderCall, raw: RawAnswer, reading: Reading): CallResult {
  // The only status code that comes with answers in the sources; another is somebody else speaking, or a terminal in trouble.
  if (raw.status !== 200) return unknown('http-status', whole(raw.body), `HTTP ${raw.status}`);
  const read = readAnswer(raw.body, raw.framed);
  if (!read.ok) return unknown(read.fault, whole(raw.body));
  const { answer } = read;
  const evidence = evidenceOf(call, answer);
  const facts = evidence.facts ?? {};
  const meaning = meaningOf(answer.status);
  if (meaning === null) return unknown('status-not-listed', evidence, answer.status);
  if (meaning.class === 'done') return done(call, answer, evidence, reading);
  // A refusal that hands out a hold contradicts itself.
  if (evidence.hold !== undefined && meaning.class !== 'unknown')
    return unknown('refused-with-reference', evidence, answer.status);
  switch (meaning.class) {
    case 'unknown':
      return unknown(meaning.reason, evidence, answer.status);
    case 'not-started':
      return {
        outcome: 'not_performed',
        reason: meaning.reason,
        message: facts['message'] ?? answer.status,
        firstOnly: true,
        // A cardholder does not wait: an authorisation that begins later would ask whoever stands there then.
        ...(meaning.busy && call.action !== 'authorise' ? { busy: true } : {}),
        ...evidence,
      };
    case 'refused':
      return {
        outcome: 'declined',
        decline: {
          code: answer.status,
          message: facts['message'] ?? answer.status,
          hold: 'stands',
          again: call.action === 'authorise' ? meaning.authorisation : meaning.followUp,
        },
        firstOnly: true,
        ...evidence,
      };
  }
}

function done(call: ProviderCall, answer: CcvAnswer, evidence: Evidence, reading: Reading): CallResult {
  const currency = answer.members['currency'];
  if (currency !== undefined && currency !== call.currency)
    return unknown('currency-differs', evidence, shown(currency));
  const amount = amountOf(answer, reading.exponent);
  if (amount === 'unreadable') return unknown('amount-unreadable', evidence);
  if (call.action === 'authorise') return authorised(call.amount, amount, evidence, reading.approvedAmount);
  // The answer to a capture names no amount (seed 000); one that names another than was asked contradicts the request.
  if (amount !== null && amount !== call.amount)
    return { ...unknown('amount-differs', evidence), answered: amount };
  return { outcome: 'approved', ...evidence };
}

/** What was approved may be less than was asked (provider notes 1.8), and is what later captures are measured by. */
function authorised(
  asked: number,
  answered: number | null,
  evidence: Evidence,
  approvedAmount: CcvAccount['approvedAmount'],
): CallResult {
  // Without the pair the hold can be neither captured nor cancelled (provider notes 1.4).
  if (evidence.hold === undefined) return unknown('reference-missing', evidence);
  const booked = answered ?? (approvedAmount === 'asked' ? asked : null);
  if (booked === null) return unknown('amount-missing', evidence);
  if (booked < 0 || booked > asked) return { ...unknown('amount-differs', evidence), answered: booked };
  const approved: Approved = { outcome: 'approved', booked, ...evidence };
  return approved;
}

/** Texts such as "50.00" (provider notes 1.2) and numbers are read, from what was written; null where there is none. */
function amountOf(answer: CcvAnswer, exponent: number): number | 'unreadable' | null {
  const value = answer.members['amount'];
  if (value === undefined || value === null) return null;
  const text = typeof value === 'string' ? value : (answer.sources.get('amount') ?? '');
  const read = fromDecimal(text, exponent);
  return read.ok ? read.value : 'unreadable';
}

/** What an answer leaves behind: facts that may be read, and what is sealed. The reference is sealed as it came. */
function evidenceOf(call: ProviderCall, answer: CcvAnswer): Evidence {
  if (answer.broken !== undefined) {
    return {
      facts: { answer: 'only the status could be read' },
      sealed: JSON.stringify({ answer: keptText(answer.broken) }),
    };
  }
  const { members } = answer;
  const documents = keptDocuments(Object.fromEntries(DOCUMENTS.map((name) => [name, members[name]])));
  const { authReference } = members;
  const version = versionOf(answer);
  const reference = typeof authReference === 'string' && authReference !== '' ? authReference : null;
  const kept = {
    ...(reference === null ? {} : { authReference: reference }),
    ...documents.texts,
  };
  const hold: HoldReference | null =
    call.action === 'authorise' && reference !== null && version !== null
      ? { authReference: reference, authReferenceVersion: version }
      : null;
  return {
    facts: { ...factsOf(call, answer), ...documents.facts },
    ...(Object.keys(kept).length === 0 ? {} : { sealed: JSON.stringify(kept) }),
    ...(hold === null || reference === null ? {} : { hold, providerReference: holdKeyOf(reference) }),
  };
}

/** A number is taken only where it is written the way that it will be echoed. */
function versionOf(answer: CcvAnswer): string | number | null {
  const value = answer.members['authReferenceVersion'];
  if (!isVersion(value)) return null;
  return typeof value === 'string' || answer.sources.get('authReferenceVersion') === String(value)
    ? value
    : null;
}

function factsOf(call: ProviderCall, answer: CcvAnswer): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const name of FACTS) {
    const value = answer.members[name];
    if (value !== undefined && value !== null && value !== '') facts[name] = shown(value);
  }
  // An example of the provider's own repeats another id than was sent (provider notes 1.2): noted, and no reason to doubt.
  const { requestId } = answer.members;
  if (requestId !== undefined && shown(requestId) !== requestIdOf(call))
    facts['answeredRequestId'] = shown(requestId);
  return facts;
}

const shown = (value: unknown): string =>
  withoutCardNumbers(typeof value === 'string' ? value : JSON.stringify(value)).slice(0, LONGEST_FACT);

/** An answer that could not be read may hold the only copy of a reference: it is kept, sealed, for a person. */
function whole(body: Uint8Array): Evidence {
  if (body.length === 0) return {};
  return { sealed: JSON.stringify({ answer: keptText(Buffer.from(body).toString('utf8')) }) };
}
