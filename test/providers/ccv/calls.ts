/** Calls and options that the tests of this folder vary. */
import type {
  AuthoriseCall,
  CaptureCall,
  ProviderCall,
  RefundCall,
  ReleaseCall,
} from '../../../payment/call.ts';
import { ccvAccount, type CcvAccount, type CcvOptions } from '../../../providers/ccv/account.ts';
import { providerCalls } from '../../support/provider-calls.ts';

/** The reference of the seed's example. */
export const REFERENCE = 'H4sIAAAAAAAAA6tWcs7PLchJLUlNCShKdSwt';

export const options = (change: Partial<CcvOptions> = {}): CcvOptions => ({
  provider: 'ccv',
  url: 'http://127.0.0.1:1',
  operatingEnvironment: 'UNATTENDED',
  accessProtocol: 'OPI_NL',
  language: 'ENG',
  environment: 'EVCHARGING',
  ...change,
});

export const account = (change: Partial<CcvOptions> = {}): CcvAccount => ccvAccount.parse(options(change));

const calls = providerCalls({
  account: 'ccv-ev',
  currency: 'EUR',
  hold: { authReference: REFERENCE, authReferenceVersion: '1' },
  authorise: { amount: 5_000, request: { method: 'terminal' } },
  capture: { amount: 2_500, final: true },
  refund: { amount: 500 },
});

let last = 0;
/** The next requestId, as the owner of a terminal would allocate it. */
export const next = (): string => {
  last += 1;
  return String(last);
};

export const authorise = (
  change: Partial<AuthoriseCall> = {},
  allocated: string | undefined = next(),
): AuthoriseCall => calls.authorise({}, { ...change, ...(allocated === undefined ? {} : { allocated }) });

export const capture = (change: Partial<CaptureCall> = {}): CaptureCall =>
  calls.capture({}, { allocated: next(), ...change });

export const release = (change: Partial<ReleaseCall> = {}): ReleaseCall =>
  calls.release({ allocated: next(), ...change });

export const refund = (change: Partial<RefundCall> = {}): RefundCall =>
  calls.refund({}, { allocated: next(), ...change });

export const everyCall: readonly ProviderCall[] = [authorise(), capture(), release()];
