/** Calls and options that the tests of this folder vary. */
import type {
  AuthoriseCall,
  CaptureCall,
  ProviderCall,
  RefundCall,
  ReleaseCall,
} from '../../../payment/call.ts';
import { ccvAccount, type CcvAccount, type CcvOptions } from '../../../providers/ccv/account.ts';

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

const base = { account: 'ccv-ev', payment: 'order-1', attempt: 1, currency: 'EUR' } as const;
const hold = { authReference: REFERENCE, authReferenceVersion: '1' } as const;

let last = 0;
/** The next requestId, as the owner of a terminal would allocate it. */
export const next = (): string => {
  last += 1;
  return String(last);
};

export const authorise = (
  change: Partial<AuthoriseCall> = {},
  allocated: string | undefined = next(),
): AuthoriseCall => ({
  ...base,
  action: 'authorise',
  operation: 'authorization',
  amount: 5_000,
  request: { method: 'terminal' },
  ...change,
  ...(allocated === undefined ? {} : { allocated }),
});

export const capture = (change: Partial<CaptureCall> = {}): CaptureCall => ({
  ...base,
  action: 'capture',
  operation: 'c-1',
  amount: 2_500,
  hold,
  sequenceNumber: null,
  allocated: next(),
  final: true,
  details: {},
  ...change,
});

export const release = (change: Partial<ReleaseCall> = {}): ReleaseCall => ({
  ...base,
  action: 'release',
  operation: 'r-1',
  amount: 0,
  hold,
  sequenceNumber: null,
  allocated: next(),
  kind: 'void',
  details: {},
  ...change,
});

export const refund = (change: Partial<RefundCall> = {}): RefundCall => ({
  ...base,
  action: 'refund',
  operation: 'f-1',
  amount: 500,
  hold,
  sequenceNumber: null,
  allocated: next(),
  details: {},
  ...change,
});

export const everyCall: readonly ProviderCall[] = [authorise(), capture(), release()];
