/** Reads the body of `POST /terminal/payment` and checks every member of it (seed 000). */

import { minorUnits } from './currency.ts';
import type { Settings } from './options.ts';

export interface PaymentRequest {
  readonly paymentType: 'AUTHORISE' | 'CAPTURE';
  readonly requestId: string;
  /** Minor units. */
  readonly amount: number;
  readonly currency: string;
  readonly authReference?: string;
  readonly authReferenceVersion?: string;
  readonly reason?: string;
}

/** A status other than SUCCESS, and why, for whoever reads the books. */
export interface Refusal {
  readonly status: string;
  readonly why: string;
}

const refuse = (status: string, why: string): Refusal => ({ status, why });

/** Values of the seed and its sibling pages (provider notes 1.2). */
const known: Readonly<Record<string, readonly string[]>> = {
  terminalOperatingEnvironment: ['UNATTENDED', 'ATTENDED'],
  terminalAccessProtocol: ['OPI_NL', 'OPI_DE'],
  terminalEnvironment: ['EVCHARGING', 'CARPARKING', 'PETROL'],
};

export const reasonCodes: readonly string[] = [
  'NO_ERROR',
  'DISPENSER_BACK_OFFICE_SYSTEM_NOT_RESPONDING_TO_REQUEST',
  'AVAILABLE_FUNDS_TOO_SMALL_TO_DELIVER',
  'CLIENT_DID_NOT_TAKE_PRODUCT_IN_TIME',
  'DISPENSER_BACK_OFFICE_SYSTEM_INTERNAL_FAILURE',
  'WRONG_PRODUCT',
  'UNEXPECTED_OPERATION_RESULT',
  'AMOUNT_ZERO_OR_NO_VOLUME',
];

const always = [
  'paymentType',
  'requestId',
  'amount',
  'currency',
  'terminalOperatingEnvironment',
  'terminalAccessProtocol',
  'terminalLanguage',
  'terminalEnvironment',
] as const;
const ofCapture = ['authReference', 'authReferenceVersion', 'captureCancellationReasonCode'] as const;

/** A number of the body as it was written. */
interface Written {
  readonly written: string;
}

const isWritten = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && 'written' in value;

type Parse = (
  text: string,
  reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/** @returns the members of the object, numbers as they were written; undefined for anything else */
export function readMembers(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    const value = (JSON.parse as Parse)(text, (_key, given, { source }) =>
      typeof given === 'number' ? { written: source ?? '' } : given,
    );
    if (typeof value !== 'object' || value === null || Array.isArray(value) || isWritten(value))
      return undefined;
    return value as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

/** Every member as it must be, in the order of the seed's table. */
export function checkPayment(
  members: Readonly<Record<string, unknown>>,
  settings: Settings,
): PaymentRequest | Refusal {
  const type = members['paymentType'];
  if (type === undefined) return refuse('MISSING_MANDATORY_DATA', 'paymentType');
  if (type !== 'AUTHORISE' && type !== 'CAPTURE') return refuse('VALIDATION_ERROR', 'paymentType');
  const allowed: readonly string[] = type === 'CAPTURE' ? [...always, ...ofCapture] : always;
  const stranger = Object.keys(members).find((name) => !allowed.includes(name));
  if (stranger !== undefined) return refuse('FORMAT_ERROR', `${stranger} is no member of ${type}`);
  const required = type === 'CAPTURE' ? [...always, 'authReference', 'authReferenceVersion'] : always;
  const missing = required.find((name) => members[name] === undefined || members[name] === null);
  if (missing !== undefined) return refuse('MISSING_MANDATORY_DATA', missing);
  const notText = allowed.find(
    (name) => name !== 'amount' && members[name] !== undefined && typeof members[name] !== 'string',
  );
  if (notText !== undefined) return refuse('FORMAT_ERROR', `${notText} is no text`);
  const text = (name: string): string => String(members[name]);

  const requestId = text('requestId');
  if (!/^[1-9]\d{0,8}$/.test(requestId)) return refuse('VALIDATION_ERROR', 'requestId');
  const currency = text('currency');
  if (!/^[A-Z]{3}$/.test(currency)) return refuse('VALIDATION_ERROR', 'currency');
  const given = members['amount'];
  if (!isWritten(given)) return refuse('FORMAT_ERROR', 'amount is no number');
  const amount = minorUnits(given.written, currency);
  if (amount === undefined) return refuse('VALIDATION_ERROR', 'amount');
  const wrong = faultInTerminal(members, settings);
  if (wrong !== undefined) return refuse('VALIDATION_ERROR', wrong);
  if (type === 'AUTHORISE') {
    return amount > 0
      ? { paymentType: type, requestId, amount, currency }
      : refuse('VALIDATION_ERROR', 'amount');
  }
  const reason = members['captureCancellationReasonCode'] as string | undefined;
  if (reason !== undefined && !reasonCodes.includes(reason))
    return refuse('VALIDATION_ERROR', 'captureCancellationReasonCode');
  const cancels = reason !== undefined && reason !== 'NO_ERROR';
  // Taking something and cancelling contradict each other, and so do taking nothing and no reason (provider notes 1.5).
  if (cancels !== (amount === 0))
    return refuse('VALIDATION_ERROR', 'amount and captureCancellationReasonCode');
  return {
    paymentType: type,
    requestId,
    amount,
    currency,
    authReference: text('authReference'),
    authReferenceVersion: text('authReferenceVersion'),
    ...(reason === undefined ? {} : { reason }),
  };
}

function faultInTerminal(
  members: Readonly<Record<string, unknown>>,
  { terminal }: Settings,
): string | undefined {
  const setUp: Readonly<Record<string, string | undefined>> = {
    terminalOperatingEnvironment: terminal.operatingEnvironment,
    terminalAccessProtocol: terminal.accessProtocol,
    terminalLanguage: terminal.language,
    terminalEnvironment: terminal.environment,
  };
  return Object.entries(setUp).find(([name, own]) => {
    const given = String(members[name]);
    if (own !== undefined) return given !== own;
    return known[name]?.includes(given) === false || !/^[A-Z][A-Z_]{1,63}$/.test(given);
  })?.[0];
}
