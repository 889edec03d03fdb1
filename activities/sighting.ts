import type { CallResult } from '../payment/outcome.ts';
import type { ReadResult } from '../payment/read.ts';

/**
 * What a result says about whether the provider is there. `nothing`: the call ended by itself, by a cancellation or
 * by a check of ours, and proves neither.
 */
export type Sighting = 'there' | 'away' | 'nothing';

/** Without an HTTP status: nobody was reached in time, or the answer was lost on its way. */
const AWAY: ReadonlySet<string> = new Set([
  'refused-connection',
  'unresolved-name',
  'unreachable',
  'connect-timeout',
  'tls',
  'no-connection',
  'send-window',
  'timeout',
  'connection-lost',
  'answer-too-large',
  'answer-malformed',
  'answer-cut',
]);

/**
 * What an adapter's result says of its provider. An HTTP status is the best evidence: 5xx counts as away, any other as
 * there, whatever the outcome is. Only for what an adapter said: a send window that closed before the adapter was
 * asked is no evidence.
 */
export function sightingOf(result: CallResult | ReadResult): Sighting {
  const verdict = 'outcome' in result ? result.outcome : result.read;
  if (verdict !== 'not_performed' && verdict !== 'unknown' && verdict !== 'failed') return 'there';
  const status = result.exchange?.status ?? null;
  if (status !== null) return status >= 500 ? 'away' : 'there';
  return 'reason' in result && AWAY.has(result.reason) ? 'away' : 'nothing';
}
