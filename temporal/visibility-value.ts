import type { Payload } from '@temporalio/common';

/** A search attribute as visibility answers it: JSON text, or null where it is unset. Never through the codec. */
export function decodeSearchAttributeValue(payload: Partial<Payload> | null | undefined): string | null {
  const data = payload?.data;
  if (data === null || data === undefined || data.length === 0) return null;
  const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return typeof first === 'string' ? first : null;
}
