/** What crosses the wire, parsed in both directions: one JSON object each way (seed 000, provider notes 1.2). */
import * as z from 'zod';
import { membersOf } from './members.ts';
import { REASON_CODES } from './reasons.ts';
import { isVersion } from './reference.ts';

const text = z.string().min(1);
const zero = /^0(?:\.0+)?$/;
const positive = z
  .string()
  .regex(/^(?:0|[1-9]\d*)(?:\.\d{2,4})?$/)
  .refine((amount) => !/^[0.]+$/.test(amount));

const common = {
  /** Between 0 and 1000000000 by the seed; a second source takes nine digits at most (provider notes 1.3). */
  requestId: z.string().regex(/^[1-9]\d{0,8}$/),
  currency: z.string().regex(/^[A-Z]{3}$/),
  terminalOperatingEnvironment: text,
  terminalAccessProtocol: text,
  terminalLanguage: text,
  terminalEnvironment: text,
};
const hold = {
  authReference: text,
  authReferenceVersion: z.custom<string | number>(isVersion),
};
const cancellation = z.enum(REASON_CODES).exclude(['NO_ERROR']);

/** A request as it leaves, the amount as decimal text: an authorisation, a capture of something, or a cancellation. */
export const ccvRequest = z.union([
  z.strictObject({ paymentType: z.literal('AUTHORISE'), ...common, amount: positive }),
  z.strictObject({
    paymentType: z.literal('CAPTURE'),
    ...common,
    amount: positive,
    ...hold,
    captureCancellationReasonCode: z.literal('NO_ERROR').optional(),
  }),
  z.strictObject({
    paymentType: z.literal('CAPTURE'),
    ...common,
    amount: z.string().regex(zero),
    ...hold,
    captureCancellationReasonCode: cancellation,
  }),
]);

export type CcvRequest = z.output<typeof ccvRequest>;

/** In the order of the seed's example. */
const MEMBERS = [
  'paymentType',
  'requestId',
  'amount',
  'currency',
  'authReference',
  'authReferenceVersion',
  'terminalOperatingEnvironment',
  'terminalAccessProtocol',
  'terminalLanguage',
  'terminalEnvironment',
  'captureCancellationReasonCode',
] as const;

const { rawJSON } = JSON as typeof JSON & { rawJSON(source: string): unknown };

/** The body. The amount is a number as it was placed, digit by digit: `25.00`, which no float writes. */
export function bodyOf(request: CcvRequest): string {
  const given: Readonly<Partial<Record<string, string | number | undefined>>> = request;
  return JSON.stringify(
    Object.fromEntries(
      MEMBERS.flatMap((name) => {
        const value = given[name];
        if (value === undefined) return [];
        return [[name, name === 'amount' ? rawJSON(String(value)) : value]];
      }),
    ),
  );
}

export type AnswerFault =
  | 'empty-answer'
  | 'not-utf8'
  | 'not-json'
  | 'not-an-object'
  | 'conflicting-members'
  | 'no-status';

export interface CcvAnswer {
  readonly status: string;
  readonly members: Readonly<Record<string, unknown>>;
  /** Each value as it was written, which tells `25.00` from `25`. */
  readonly sources: ReadonlyMap<string, string>;
  /** Set where only the status could be read, because a receipt broke the JSON around it: the text as it came. */
  readonly broken?: string;
}

export type AnswerRead =
  | { readonly ok: true; readonly answer: CcvAnswer }
  | { readonly ok: false; readonly fault: AnswerFault };

const answer = z.looseObject({ status: z.string().regex(/^[A-Za-z][A-Za-z_]{0,63}$/) });
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads an answer.
 *
 * @param framed - false where nothing but the end of the connection ended the body, so that it may be cut.
 */
export function readAnswer(body: Uint8Array, framed: boolean): AnswerRead {
  let json: string;
  try {
    json = utf8.decode(body);
  } catch {
    return { ok: false, fault: 'not-utf8' };
  }
  if (json.trim() === '') return { ok: false, fault: 'empty-answer' };
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    const broken = framed ? readAroundReceipts(json) : null;
    return broken === null ? { ok: false, fault: 'not-json' } : { ok: true, answer: broken };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { ok: false, fault: 'not-an-object' };
  const sources = new Map<string, string>();
  for (const { name, source } of membersOf(json)) {
    if ((sources.get(name) ?? source) !== source) return { ok: false, fault: 'conflicting-members' };
    sources.set(name, source);
  }
  const parsed = answer.safeParse(value);
  if (!parsed.success) return { ok: false, fault: 'no-status' };
  const { status, ...members } = parsed.data;
  return { ok: true, answer: { status, members, sources } };
}

const BEFORE_RECEIPTS =
  /^\s*\{\s*"status"\s*:\s*"([A-Za-z][A-Za-z_]{0,63})"\s*,\s*"(?:customer|merchant|journal)Receipt"\s*:/;

/**
 * The answer as the seed prints it is no JSON: the quotes of its receipts are not escaped to the end. What such an answer
 * says is still plain where it came whole, its status stands before every receipt and nowhere again, and it names no
 * amount and no reference that could not be read.
 */
function readAroundReceipts(json: string): CcvAnswer | null {
  const status = BEFORE_RECEIPTS.exec(json)?.[1];
  if (status === undefined || !/\}\s*$/.test(json)) return null;
  const names = json.match(/"(?:status|amount|currency|authReference)\\?"/g) ?? [];
  return names.length === 1 ? { status, members: {}, sources: new Map(), broken: json } : null;
}
