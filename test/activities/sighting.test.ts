// Only what says that a provider was not reached, or that it broke, speaks against it; every answer speaks for it.
import { expect, test } from 'vitest';
import { type Sighting, sightingOf } from '../../activities/sighting.ts';
import type { CallResult, Exchange } from '../../payment/outcome.ts';
import type { ReadResult } from '../../payment/read.ts';

const exchange = (status: number | null): Exchange => ({
  method: 'POST',
  url: 'https://provider.example/',
  request: {},
  status,
  response: {},
  tookMs: 1,
});
const decline = { code: '1', message: 'no', hold: 'stands', again: 'no' } as const;

test.each<[CallResult | ReadResult, Sighting]>([
  [{ outcome: 'approved' }, 'there'],
  [{ outcome: 'pending' }, 'there'],
  [{ outcome: 'declined', decline, exchange: exchange(503) }, 'there'],
  [{ outcome: 'not_performed', reason: 'refused-connection', exchange: exchange(null) }, 'away'],
  [{ outcome: 'not_performed', reason: 'unresolved-name' }, 'away'],
  [{ outcome: 'not_performed', reason: 'unreachable' }, 'away'],
  [{ outcome: 'not_performed', reason: 'connect-timeout' }, 'away'],
  [{ outcome: 'not_performed', reason: 'send-window' }, 'away'],
  [{ outcome: 'not_performed', reason: 'rate', exchange: exchange(429) }, 'there'],
  [{ outcome: 'not_performed', reason: 'sequence', exchange: exchange(200) }, 'there'],
  [{ outcome: 'not_performed', reason: 'validation' }, 'nothing'],
  [{ outcome: 'not_performed', reason: 'aborted', exchange: exchange(null) }, 'nothing'],
  [{ outcome: 'unknown', reason: 'timeout', exchange: exchange(null) }, 'away'],
  [{ outcome: 'unknown', reason: 'connection-lost' }, 'away'],
  [{ outcome: 'unknown', reason: 'answer-cut' }, 'away'],
  [{ outcome: 'unknown', reason: 'status', exchange: exchange(502) }, 'away'],
  [{ outcome: 'unknown', reason: 'answer', exchange: exchange(200) }, 'there'],
  [{ outcome: 'unknown', reason: 'aborted' }, 'nothing'],
  [{ read: 'approved' }, 'there'],
  [{ read: 'absent', offered: true }, 'there'],
  [{ read: 'failed', reason: 'timeout', exchange: exchange(null) }, 'away'],
  [{ read: 'failed', reason: 'status', exchange: exchange(500) }, 'away'],
  [{ read: 'failed', reason: 'answer', exchange: exchange(404) }, 'there'],
  [{ read: 'failed', reason: 'no-payment' }, 'nothing'],
])('%j is %s', (result, sighting) => {
  expect(sightingOf(result)).toBe(sighting);
});
