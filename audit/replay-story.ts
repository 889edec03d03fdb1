import { created, type Snapshot, takeFact } from '../machines/fold.ts';
import type { Limits } from '../machines/limits.ts';
import { limitsOf } from '../machines/limits.ts';
import type { PaymentEvent } from '../machines/payment-event.ts';
import { type Figures, figures } from '../machines/payment-state.ts';
import { legalCommands } from '../machines/rules.ts';
import type { LedgerEntry } from '../payment/ledger.ts';
import type { Exchange } from '../payment/outcome.ts';
import type { Status } from '../payment/status.ts';
import type { Bundle, Refs } from './bundle.ts';
import type { Difference } from './difference.ts';
import { membersOf, textIn } from './event.ts';
import { ledgerDifference } from './history-check.ts';
import { type Moment, trace } from './trace.ts';

/** What was behind an entry, in the words of the history. */
export interface Behind {
  readonly kind: 'create' | 'command' | 'notice' | 'word' | 'answer' | 'read' | 'timer' | 'cancel';
  /** `capture/c-1`, `c-1#2`, `clock`; what names it in the history. */
  readonly name: string;
  /** The command, the notice, the answer without its exchange; null where there is none. */
  readonly said: unknown;
}

/** The payment right after one entry. Amounts are minor units of its currency. */
export interface Page extends LedgerEntry {
  readonly moved: readonly { readonly amount: string; readonly from: number; readonly to: number }[];
  readonly status: { readonly from: Status | null; readonly to: Status };
  readonly balances: Figures;
  readonly legal: readonly string[];
  readonly limits: Limits;
  readonly refs: Refs;
  readonly exchange?: Exchange;
  readonly behind: Behind;
  /** Which of the moments wrote it. */
  readonly moment: number;
}

/** A payment as its histories tell it. */
export interface Story {
  readonly bundle: Bundle;
  /** Everything that the core was told, in turn, with the core as that left it. */
  readonly moments: readonly Moment[];
  readonly pages: readonly Page[];
  /** The machine's snapshot after each entry. */
  readonly snapshots: readonly Snapshot[];
  /** Where the ledger of the bundle is not what the histories give; then the histories are shown. */
  readonly difference: Difference | null;
}

/** @throws NoTrace for histories that are none of a payment. */
export function storyOf(bundle: Bundle): Story {
  const moments: Moment[] = [];
  const lived = trace(bundle.histories, bundle.ledger, { watch: (moment) => moments.push(moment) });
  const pages: Page[] = [];
  const snapshots: Snapshot[] = [];
  let at = 0;
  moments.forEach((moment, index) => {
    for (const entry of moment.moved.entries) {
      const before = snapshots.at(-1);
      const snapshot =
        before === undefined ? created(entry, entry.at) : takeFact(before, entry as PaymentEvent).snapshot;
      const exchange = lived.links[at]?.exchange;
      pages.push({
        ...entry,
        ...changeOf(before ?? null, snapshot),
        legal: legalCommands(snapshot.context),
        limits: limitsOf(snapshot.context),
        refs: moment.refs,
        ...(exchange === undefined ? {} : { exchange }),
        behind: behind(moment),
        moment: index,
      });
      snapshots.push(snapshot);
      at += 1;
    }
  });
  return { bundle, moments, pages, snapshots, difference: ledgerDifference(bundle, lived) };
}

function changeOf(before: Snapshot | null, after: Snapshot): Pick<Page, 'moved' | 'status' | 'balances'> {
  const balances = figures(after.context);
  const was = before === null ? null : figures(before.context);
  const moved = (Object.keys(balances) as (keyof Figures)[]).flatMap((amount) => {
    const [from, to] = [was?.[amount] ?? 0, balances[amount]];
    return from === to ? [] : [{ amount, from, to }];
  });
  const statusOf = (snapshot: Snapshot): Status => snapshot.value as Status;
  return {
    moved,
    status: { from: before === null ? null : statusOf(before), to: statusOf(after) },
    balances,
  };
}

/** What the core was told at a moment. */
export function behind({ moved: { job, input } }: Moment): Behind {
  switch (job?.kind) {
    case undefined:
      return { kind: 'create', name: '', said: null };
    case 'update': {
      const said = membersOf(job.argument)['command'] ?? null;
      return { kind: 'command', name: job.updateId, said };
    }
    case 'signal':
      return { kind: job.name === 'notice' ? 'notice' : 'word', name: job.name, said: job.argument ?? null };
    case 'activity': {
      const { exchange: _exchange, ...said } = membersOf(
        input === null ? job.result : membersOf(input)['result'],
      );
      return { kind: job.activityType === 'read' ? 'read' : 'answer', name: job.activityId, said };
    }
    case 'timer':
      return { kind: 'timer', name: textIn(input, 'timer') || job.timerId, said: null };
    case 'cancel':
      return { kind: 'cancel', name: '', said: null };
  }
}
