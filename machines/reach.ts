import type { Capabilities } from '../payment/capability.ts';
import { MACHINE_VERSION } from './created.ts';
import type { EntryBound } from './entries.ts';
import { entriesFrom, textOf } from './entries.ts';
import type { Snapshot } from './fold.ts';
import { created, takeFact } from './fold.ts';
import type { PaymentEvent } from './payment-event.ts';

const TIMING: Capabilities['timing'] = {
  validity: null,
  margin: 0,
  warnBefore: 0,
  lapseAfter: 0,
  awaitUntil: 0,
  unknownAfter: 0,
  gateAfter: 0,
  repeats: [],
  giveUpAfter: 0,
  absenceAfter: 120_000,
  resendAfter: 35_000,
  closeAfterCaptures: 0,
  closeAfterNone: 0,
};

/** Capabilities that rule nothing out, for graphs of the machine. */
export const GRAPH_CAPABILITIES: Capabilities = {
  remainder: 'final-flag',
  maxCaptures: null,
  maxRefunds: null,
  holds: 'money',
  voidable: true,
  releaseAfterCapture: 'tried',
  refundAnchor: 'payment',
  resend: 'same-key',
  query: 'none',
  sequence: { max: 127, gate: 'response', declineUsesNumber: false },
  failures: null,
  allocates: null,
  maxAmount: null,
  plans: ['immediate'],
  timing: TIMING,
};

/** A payment of two minor units at its beginning, for graphs of the machine. */
export function graphInput(amount = 2): {
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: string;
} {
  const data = {
    id: 'p-1',
    account: 'account',
    provider: 'payone',
    currency: 'EUR',
    amount,
    capabilities: GRAPH_CAPABILITIES,
    plan: { captures: 'immediate', onDeadline: 'alert' },
    machineVersion: MACHINE_VERSION,
    adopt: null,
  };
  return { data, at: '2026-01-01T00:00:00.000Z' };
}

const BOUND: EntryBound = { captures: 2, refunds: 1, releases: 1, intents: 2, observed: 1, outside: true };

/** What a life brings by itself; of anything else one is enough in one life. */
const ORDINARY = /^authorization\.|^(capture|release|refund)\.(planned|sent|approved|declined)$|^final\./;
/** What takes something else back. */
const UNDOES = /\.(restored|lifted|cleared)$|^chargeback\.reversed$|^payment\.closed$/;

interface Place {
  readonly at: Snapshot;
  /** Something out of the ordinary has happened. */
  readonly special: boolean;
}

function newIntent({ type, data }: PaymentEvent): boolean {
  return type.endsWith('.planned') && data['amount'] !== undefined;
}

/**
 * Which statuses an entry type leads to from each status, found by driving the machine through every
 * small life: `from` → type → statuses.
 */
export function reach(): ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>> {
  const found = new Map<string, Map<string, Set<string>>>();
  const { data, at } = graphInput();
  const seen = new Set<string>();
  const places: Place[] = [{ at: created({ data }, at), special: false }];
  for (let place = places.pop(); place !== undefined; place = places.pop()) {
    const from = place.at;
    for (const event of entriesFrom(from.context, BOUND)) {
      const ordinary = ORDINARY.test(event.type);
      if (place.special && (newIntent(event) || (!ordinary && !UNDOES.test(event.type)))) continue;
      const to = takeFact(from, event).snapshot;
      const types = found.get(from.value) ?? new Map<string, Set<string>>();
      found.set(
        from.value,
        types.set(event.type, (types.get(event.type) ?? new Set<string>()).add(to.value)),
      );
      const special = place.special || !ordinary;
      const text = `${special ? '*' : ''}${textOf(to.context)}`;
      if (seen.has(text)) continue;
      seen.add(text);
      places.push({ at: to, special });
    }
  }
  return found;
}
