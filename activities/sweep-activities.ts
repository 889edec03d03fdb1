/** One page of the sweep each. Every signal has a name of its own, so that a page may be repeated. */
import type { BrokenPayments, SharedHold, SweepActivities, SweepResult } from './contract.ts';
import { turnBetween } from './turn.ts';

export interface SweptPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** An open payment and the hold that it stands on. */
export interface HoldOwner {
  readonly payment: string;
  readonly hold: string;
  /** False where nothing is held any more. */
  readonly holding: boolean;
}

/** The open payments of this installation, as visibility shows them; it lags by seconds. */
export interface SweepPort {
  /** Those with attention, past their deadline, or long without an authorisation. `at`: milliseconds since the epoch. */
  overdue(at: number, cursor: string | null): Promise<SweptPage<string>>;
  /** Those that began after `since`, milliseconds since the epoch. */
  begunSince(since: number, cursor: string | null): Promise<SweptPage<HoldOwner>>;
  /** All that stand on one of these holds. */
  ownersOf(holds: readonly string[]): Promise<readonly HoldOwner[]>;
  broken(): Promise<BrokenPayments>;
  lastSweep(): Promise<SweepResult | null>;
  /** Signals a payment, once for each request id. Nothing happens where it has ended meanwhile. */
  poke(payment: string, requestId: string): Promise<void>;
  holdShared(payment: string, other: string, requestId: string): Promise<void>;
}

/** Signals at a time. */
const AT_ONCE = 10;
/** Visibility may have shown a payment late: each sweep looks back for so long before the last one, milliseconds. */
const LAG = 15 * 60_000;

export function createSweepActivities(port: SweepPort): SweepActivities {
  return {
    async pokeOverdue({ since, until, period, cursor }) {
      const { items, next } = await port.overdue(until, cursor);
      const due = items.flatMap((payment) => {
        const turn = turnBetween(payment, since, until, period);
        return turn === null ? [] : [{ payment, turn }];
      });
      await inGroups(due, ({ payment, turn }) => port.poke(payment, `poke/${period}/${turn}`));
      return { looked: items.length, poked: due.length, next };
    },

    async freezeShared({ since, cursor }) {
      const { items, next } = await port.begunSince(since - LAG, cursor);
      const shared = sharedAmong(await port.ownersOf([...new Set(items.map((each) => each.hold))]));
      for (const { payments } of shared) {
        await inGroups(payments, async (payment) => {
          const other = payments.find((each) => each !== payment) ?? '';
          await port.holdShared(payment, other, `hold-shared/${other}`);
        });
      }
      return { shared, next };
    },

    listBroken: () => port.broken(),
    lastSweep: () => port.lastSweep(),
  };
}

/** A hold with one owner is as it should be, and so is one that nobody holds money on any more. */
export function sharedAmong(owners: readonly HoldOwner[]): readonly SharedHold[] {
  return [...Map.groupBy(owners, (owner) => owner.hold)]
    .filter(([, group]) => group.length > 1 && group.some((owner) => owner.holding))
    .map(([hold, group]) => ({ hold, payments: group.map((owner) => owner.payment).toSorted() }));
}

async function inGroups<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  for (let from = 0; from < items.length; from += AT_ONCE) {
    await Promise.all(items.slice(from, from + AT_ONCE).map(run));
  }
}
