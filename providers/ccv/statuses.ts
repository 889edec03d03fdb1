/** What each `status` of an answer means (provider notes 1.7: SUCCESS is documented, the others are OPI's results). */
import type { Decline } from '../../payment/outcome.ts';

export type StatusMeaning =
  | { readonly class: 'done' }
  /** Refused; a hold that was to be captured stands and may be tried again. Who could mend it: at the authorisation, later. */
  | {
      readonly class: 'refused';
      readonly authorisation: Decline['again'];
      readonly followUp: Decline['again'];
    }
  /** Not started. `busy`: a capture or void may go out again, with a new requestId, once the terminal is ready. */
  | { readonly class: 'not-started'; readonly reason: string; readonly busy: boolean }
  /** Listed, and says nothing of the money. */
  | { readonly class: 'unknown'; readonly reason: string };

const REFUSED = { class: 'refused', authorisation: 'customer', followUp: 'later' } as const;
const waiting = (reason: string): StatusMeaning => ({ class: 'not-started', reason, busy: true });
const faulty = (reason: string): StatusMeaning => ({ class: 'not-started', reason, busy: false });
const open = (reason: string): StatusMeaning => ({ class: 'unknown', reason });

/** By the status in capitals without underscores: the wire form of the words is not documented (provider notes 1.7). */
export const STATUSES: Readonly<Record<string, StatusMeaning>> = {
  SUCCESS: { class: 'done' },
  FAILURE: REFUSED,
  ABORTED: REFUSED,
  UNKNOWNCARD: REFUSED,
  BUSY: waiting('busy'),
  LOGGEDOUT: waiting('logged-out'),
  DEVICEUNAVAILABLE: waiting('device-unavailable'),
  FORMATERROR: faulty('format-error'),
  PARSINGERROR: faulty('parsing-error'),
  VALIDATIONERROR: faulty('validation-error'),
  MISSINGMANDATORYDATA: faulty('missing-mandatory-data'),
  TIMEDOUT: open('timed-out'),
  COMMUNICATIONERROR: open('communication-error'),
  PARTIALFAILURE: open('partial-failure'),
};

/** Null for a status that is not listed: what it means is not known. */
export function meaningOf(status: string): StatusMeaning | null {
  const name = status.toUpperCase().replaceAll('_', '');
  return Object.hasOwn(STATUSES, name) ? (STATUSES[name] ?? null) : null;
}
