import type { CallResult } from '../payment/outcome.ts';
import { HEARTBEAT_TIMEOUT, HTTP_TIMEOUT, SEND_WINDOW } from './capabilities.ts';
import type { CallFault } from './life.ts';

/** When a request reaches the provider, when it is worked on, and when what is known of it here. Milliseconds after the send; null = never. */
export interface Passage {
  readonly arrives: number | null;
  /** Work takes this long after the arrival. */
  readonly works: number;
  /** The answer is known this long after the work was done; null where it is lost. */
  readonly returns: number | null;
  /** What is reported where no answer comes, and when. */
  readonly otherwise: { readonly after: number; readonly result: CallResult } | null;
}

const lost = (after: number, reason: string): Passage['otherwise'] => ({
  after,
  result: { outcome: 'unknown', reason },
});

/** The way of one call there and back under the fault that was drawn for it. */
export function passageOf(fault: CallFault | null, latency: number): Passage {
  const half = Math.ceil(latency / 2);
  switch (fault?.kind) {
    case 'refused-connection':
      return {
        arrives: null,
        works: 0,
        returns: null,
        otherwise: { after: half, result: { outcome: 'not_performed', reason: 'refused-connection' } },
      };
    case 'paused': {
      const result: CallResult = { outcome: 'not_performed', reason: 'paused', pausedFor: fault.ms };
      return { arrives: null, works: 0, returns: null, otherwise: { after: half, result } };
    }
    case 'lost-before':
      return { arrives: null, works: 0, returns: null, otherwise: lost(HTTP_TIMEOUT, 'timeout') };
    case 'lost-after':
      return { arrives: half, works: 0, returns: null, otherwise: lost(HTTP_TIMEOUT, 'timeout') };
    case 'slow':
      return fault.ms + latency < HTTP_TIMEOUT
        ? { arrives: half, works: fault.ms, returns: half, otherwise: null }
        : { arrives: half, works: fault.ms, returns: null, otherwise: lost(HTTP_TIMEOUT, 'timeout') };
    case 'frozen':
      return {
        arrives: fault.ms <= SEND_WINDOW ? fault.ms + half : null,
        works: 0,
        returns: null,
        otherwise: lost(HEARTBEAT_TIMEOUT, 'heartbeat'),
      };
    case 'refusal':
      return fault.lost
        ? { arrives: half, works: 0, returns: null, otherwise: lost(HTTP_TIMEOUT, 'timeout') }
        : { arrives: half, works: 0, returns: half, otherwise: null };
    default:
      return { arrives: half, works: 0, returns: half, otherwise: null };
  }
}
