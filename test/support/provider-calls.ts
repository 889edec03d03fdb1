/** Calls as the engine makes them, for the adapter tests of every provider: one payment, `order-1`, at its first try. */
import type { AuthoriseCall, CaptureCall, RefundCall, ReleaseCall } from '../../payment/call.ts';
import type { ReadCall } from '../../payment/read.ts';

/** What is different from provider to provider; amounts in minor units. */
interface Sample {
  readonly account: string;
  readonly currency: string;
  readonly hold: CaptureCall['hold'];
  readonly authorise: Pick<AuthoriseCall, 'amount' | 'request'>;
  readonly capture: Pick<CaptureCall, 'amount' | 'final'> & Partial<CaptureCall>;
  readonly release?: Partial<ReleaseCall>;
  readonly refund: Pick<RefundCall, 'amount'> & Partial<RefundCall>;
}

/** Builds calls of which a test names only what it is about. */
export function providerCalls({ account, currency, hold, ...sample }: Sample) {
  const base = { account, payment: 'order-1', attempt: 1, currency };
  return {
    authorise: (
      request: Partial<AuthoriseCall['request']> = {},
      change: Partial<AuthoriseCall> = {},
    ): AuthoriseCall => ({
      ...base,
      action: 'authorise',
      operation: 'authorization',
      amount: sample.authorise.amount,
      request: { ...sample.authorise.request, ...request },
      ...change,
    }),
    capture: (details: CaptureCall['details'] = {}, change: Partial<CaptureCall> = {}): CaptureCall => ({
      ...base,
      action: 'capture',
      operation: 'c-1',
      hold,
      sequenceNumber: null,
      ...sample.capture,
      details,
      ...change,
    }),
    release: (change: Partial<ReleaseCall> = {}): ReleaseCall => ({
      ...base,
      action: 'release',
      operation: 'r-1',
      amount: 0,
      hold,
      sequenceNumber: null,
      kind: 'void',
      details: {},
      ...sample.release,
      ...change,
    }),
    refund: (details: RefundCall['details'] = {}, change: Partial<RefundCall> = {}): RefundCall => ({
      ...base,
      action: 'refund',
      operation: 'f-1',
      hold,
      sequenceNumber: null,
      ...sample.refund,
      details,
      ...change,
    }),
    /** A question about an operation as its call left it. */
    read: (
      kind: ReadCall['kind'],
      operation: string,
      amount: number,
      change: Partial<ReadCall> = {},
    ): ReadCall => ({
      action: 'read',
      account,
      payment: 'order-1',
      operation,
      kind,
      amount,
      currency,
      hold,
      keys: {},
      attempts: 1,
      ...change,
    }),
  };
}
