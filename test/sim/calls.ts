import type { AuthoriseCall, CaptureCall, RefundCall, ReleaseCall } from '../../payment/call.ts';
import type { ReadCall } from '../../payment/read.ts';
import { drawLife } from '../../sim/draw.ts';
import type { ProviderName, Setting } from '../../sim/setting.ts';

const base = { account: 'a', payment: 'p', attempt: 1, currency: 'EUR' } as const;

export const authorise = (amount = 10_000): AuthoriseCall => ({
  ...base,
  action: 'authorise',
  operation: 'authorization',
  amount,
  request: { method: 'any' },
});

export const capture = (operation: string, amount: number, more: Partial<CaptureCall> = {}): CaptureCall => ({
  ...base,
  action: 'capture',
  operation,
  amount,
  hold: {},
  sequenceNumber: null,
  final: false,
  details: {},
  ...more,
});

export const release = (operation: string): ReleaseCall => ({
  ...base,
  action: 'release',
  operation,
  amount: 0,
  hold: {},
  sequenceNumber: null,
  kind: 'void',
  details: {},
});

export const refund = (operation: string, amount: number, anchor?: string): RefundCall => ({
  ...base,
  action: 'refund',
  operation,
  amount,
  hold: {},
  sequenceNumber: null,
  details: {},
  ...(anchor === undefined ? {} : { anchor }),
});

export const read = (kind: ReadCall['kind'], operation: string, amount = 0): ReadCall => ({
  action: 'read',
  account: 'a',
  payment: 'p',
  operation,
  kind,
  amount,
  currency: 'EUR',
  hold: {},
  keys: {},
  attempts: 1,
});

/** A drawn setting of one provider, of 10 000 taken over, with nothing special but what is asked for. */
export function settingOf<Name extends ProviderName>(
  provider: Name,
  own: Partial<Extract<Setting, { provider: Name }>> = {},
): Extract<Setting, { provider: Name }> {
  const { setting } = drawLife(1, 'safety', { provider });
  const sound = { amount: 10_000, currency: 'EUR', adopted: 0, lenient: false };
  return { ...(setting as Extract<Setting, { provider: Name }>), ...sound, ...own };
}
