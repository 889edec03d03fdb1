/** Builds the request of each call, or says what forbids it. Pure: the same call, the same bytes. */
import { exponentOf } from '../../payment/currency.ts';
import type { AuthoriseCall, CaptureCall, ProviderCall, ReleaseCall } from '../../payment/call.ts';
import { toDecimal } from '../../payment/decimal.ts';
import type { Refusal } from '../provider.ts';
import type { CcvAccount } from './account.ts';
import { METHOD } from './descriptor.ts';
import { cancellationCodeOf } from './reasons.ts';
import { authReferenceOf } from './reference.ts';
import { type CcvRequest, ccvRequest } from './wire.ts';

/** The largest `requestId` that every source takes (provider notes 1.3). */
const LAST_REQUEST_ID = 999_999_999;

const AT = 'authorization.request';

const isRefusal = (made: object): made is Refusal => 'path' in made;

/** The `requestId`, which somebody who sees the whole terminal allocated; null where there is none that the terminal takes. */
export function requestIdOf(call: ProviderCall): string | null {
  const allocated: unknown = 'allocated' in call ? call.allocated : undefined;
  if (typeof allocated !== 'string' || !/^[1-9]\d*$/.test(allocated)) return null;
  return Number(allocated) <= LAST_REQUEST_ID ? allocated : null;
}

/** @throws z.ZodError where a call that nothing forbids still makes no valid request: a defect of ours. */
export function requestOf(account: CcvAccount, call: ProviderCall): CcvRequest | Refusal {
  const exponent = exponentFor(account, call.currency);
  if (typeof exponent === 'object') return exponent;
  const fault = faultInAmount(call);
  if (fault !== null) return fault;
  const own = ownMembers(account, call);
  if (isRefusal(own)) return own;
  const requestId = requestIdOf(call);
  if (requestId === null) {
    return {
      path: 'allocated',
      message: `requestId has to be allocated before the call, 1 to ${LAST_REQUEST_ID}`,
    };
  }
  return ccvRequest.parse({
    ...own,
    requestId,
    amount: toDecimal(call.amount, exponent),
    currency: call.currency,
    terminalOperatingEnvironment: account.operatingEnvironment,
    terminalAccessProtocol: account.accessProtocol,
    terminalLanguage: account.language,
    terminalEnvironment: account.environment,
  });
}

/** The exponent of a currency on this account, or why there is none. */
export function exponentFor(account: CcvAccount, currency: string): number | Refusal {
  try {
    return exponentOf(currency, account.exponents ?? {});
  } catch (error) {
    return { path: 'amount.currency', message: error instanceof Error ? error.message : 'is not a currency' };
  }
}

/**
 * A zero amount cancels the hold. Only a release says so: a capture of 0 would let a slip of the pen become a
 * cancellation (provider notes 1.5).
 */
function faultInAmount({ action, amount }: ProviderCall): Refusal | null {
  const fits = action === 'release' ? amount === 0 : Number.isSafeInteger(amount) && amount >= 1;
  if (fits) return null;
  const range = action === 'release' ? 'is 0 for a release' : 'is 1 or more minor units';
  return { path: 'amount', message: `amount ${range}, got ${amount}` };
}

/** What distinguishes the calls: everything but the members that all of them share. */
function ownMembers(account: CcvAccount, call: ProviderCall): Record<string, unknown> | Refusal {
  switch (call.action) {
    case 'authorise':
      return authorisation(call);
    case 'capture':
      return capture(account, call);
    case 'release':
      return release(call);
    case 'refund':
      return {
        path: 'action',
        message:
          'a terminal gives nothing back: the answer to a capture names nothing that a refund refers to',
      };
  }
}

function authorisation({ request }: AuthoriseCall): Record<string, unknown> | Refusal {
  if (request.method !== METHOD) return { path: `${AT}.method`, message: `is ${METHOD}` };
  for (const name of ['returnUrls', 'customer', 'options'] as const) {
    const [first] = Object.keys(request[name] ?? {});
    if (first !== undefined)
      return { path: `${AT}.${name}.${first}`, message: `a terminal takes no ${first}` };
  }
  return { paymentType: 'AUTHORISE' };
}

function capture(account: CcvAccount, call: CaptureCall): Record<string, unknown> | Refusal {
  const [option] = Object.keys(call.details.options ?? {});
  if (option !== undefined) {
    const known = option === 'captureCancellationReasonCode' || option.startsWith('terminal');
    return {
      path: `options.${option}`,
      message: known ? `${option} is set by the engine` : `${option} is no option of this request`,
    };
  }
  const pair = authReferenceOf(call.hold, 'hold');
  if (isRefusal(pair)) return pair;
  const reason = account.captureReasonCode === 'omit' ? {} : { captureCancellationReasonCode: 'NO_ERROR' };
  return { paymentType: 'CAPTURE', ...pair, ...reason };
}

/** A hold is cancelled whole. What a capture left over was freed with it, so there is nothing to ask for later. */
function release(call: ReleaseCall): Record<string, unknown> | Refusal {
  if (call.kind !== 'void')
    return { path: 'kind', message: 'only a hold with nothing captured can be released' };
  const code = cancellationCodeOf(call.details.reason);
  if (code === null) return { path: 'reason', message: 'NO_ERROR is no reason for a cancellation' };
  const pair = authReferenceOf(call.hold, 'hold');
  if (isRefusal(pair)) return pair;
  return { paymentType: 'CAPTURE', ...pair, captureCancellationReasonCode: code };
}
