import type { Status } from '../payment/status.ts';
import type { PaymentState } from './payment-state.ts';
import { figures, inFlight, releaseRefused, sequenceExhausted } from './payment-state.ts';

/** The rows of the status table of the agreement, section 2, in order; the first that fits is the status. */
export const STATUS_ROWS: readonly {
  readonly status: Status;
  readonly when: (state: PaymentState) => boolean;
}[] = [
  {
    status: 'authorizing',
    when: (state) => ['planned', 'sent', 'unknown'].includes(state.authorization.state),
  },
  { status: 'awaiting', when: (state) => state.authorization.state === 'pending' },
  {
    status: 'declined',
    when: (state) => state.authorization.state !== 'approved' || state.authorization.booked === 0,
  },
  { status: 'locked', when: (state) => figures(state).held > 0 && state.locked },
  {
    status: 'lapsing',
    when: (state) =>
      figures(state).held > 0 &&
      !state.operations.some(inFlight) &&
      (releaseRefused(state) || sequenceExhausted(state)),
  },
  {
    status: 'partially_captured',
    when: (state) => {
      const sums = figures(state);
      return sums.held > 0 && sums.captured > 0;
    },
  },
  { status: 'authorized', when: (state) => figures(state).held > 0 },
  { status: 'captured', when: (state) => figures(state).captured > 0 },
  { status: 'expired', when: (state) => state.lapsed > 0 },
  { status: 'released', when: () => true },
];

/** States are immutable, and one is asked about many times in a row. */
let asked: PaymentState | null = null;
let answer: Status = 'released';

/** The status of a payment: a total function of its amounts. */
export function statusOf(state: PaymentState): Status {
  if (state !== asked) {
    answer = firstRow(state);
    asked = state;
  }
  return answer;
}

function firstRow(state: PaymentState): Status {
  for (const row of STATUS_ROWS) if (row.when(state)) return row.status;
  return 'released';
}
