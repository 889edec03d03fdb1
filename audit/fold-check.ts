import { created, IllegalEntry, takeFact } from '../machines/fold.ts';
import type { PaymentEvent } from '../machines/payment-event.ts';
import { amountsOf, figures } from '../machines/payment-state.ts';
import { legalCommands } from '../machines/rules.ts';
import { statusOf } from '../machines/status.ts';
import type { BundleEntry } from './bundle.ts';
import { type Difference, firstDifference } from './difference.ts';

/** Where folding the entries through the machine gives something else than the entries say: state, amounts, legal moves. */
export function foldDifference(ledger: readonly BundleEntry[]): Difference | null {
  const [first, ...rest] = ledger;
  if (first?.type !== 'payment.created')
    return { entry: 1, where: 'type', expected: 'payment.created', actual: first?.type ?? null };
  let snapshot = created(first, first.at);
  let before: BundleEntry['before'] = null;
  for (const entry of [first, ...rest]) {
    if (entry !== first) {
      try {
        snapshot = takeFact(snapshot, entry as PaymentEvent).snapshot;
      } catch (error) {
        if (!(error instanceof IllegalEntry)) throw error;
        return {
          entry: entry.n,
          where: 'type',
          expected: `an entry that ${error.guard} allows`,
          actual: error.message,
        };
      }
    }
    const { context } = snapshot;
    const after = { status: statusOf(context), amounts: amountsOf(figures(context)) };
    const found = firstDifference(
      { before, after, legal: legalCommands(context) },
      { before: entry.before, after: entry.after, legal: entry.legal },
    );
    if (found !== null) return { ...found, entry: entry.n };
    before = after;
  }
  return null;
}
