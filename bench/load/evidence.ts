import { setTimeout as delay } from 'node:timers/promises';
import type { ProviderBooks } from '../../audit/provider-books.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import { PaymentError } from '../../temporal/payment-error.ts';
import type { Log } from '../../temporal/progress.ts';
import { type Evidence, openIn } from './judge.ts';
import type { Asked } from './lane.ts';
import type { Merchant } from './merchant.ts';
import type { Stage } from './stage.ts';

const AT_ONCE = 16;
const LOOK_MS = 1_000;

/**
 * Reads every ledger, waits until nothing in it is open, and reads the twins' books of the same payments.
 *
 * @param settleMs - how long open operations are waited for; what is open then stays in the evidence.
 */
export async function gather(
  stage: Stage,
  merchants: readonly Merchant[],
  asked: readonly Asked[],
  settleMs: number,
  log: Log,
): Promise<Evidence> {
  const ledgers = await settledLedgers(stage, asked, settleMs, log);
  const books = new Map<string, ProviderBooks>();
  const known = new Map<string, number>();
  const each = new Set(merchants);
  for (const merchant of each) {
    const admin = stage.admins.get(merchant.account);
    if (admin === undefined) throw new Error(`no twin of ${merchant.account}`);
    const mine = new Map<string, readonly LedgerEntry[]>();
    for (const { payment, account } of asked) {
      const ledger = ledgers.get(payment);
      if (account === merchant.account && ledger !== undefined) mine.set(payment, ledger);
    }
    for (const [payment, book] of await merchant.books(admin, mine)) books.set(payment, book);
    // Elsewhere the holds are made by the load itself.
    if (merchant.config.provider === 'payone') known.set(merchant.account, await merchant.holds(admin));
  }
  return { accounts: [...each].map(({ account }) => account), asked, ledgers, books, known };
}

async function settledLedgers(
  stage: Stage,
  asked: readonly Asked[],
  settleMs: number,
  log: Log,
): Promise<Map<string, readonly LedgerEntry[]>> {
  const ledgers = new Map<string, readonly LedgerEntry[]>();
  const until = performance.now() + settleMs;
  const created = new Set(asked.filter((each) => each.created).map(({ payment }) => payment));
  let waiting = asked.map(({ payment }) => payment);
  for (;;) {
    const next: string[] = [];
    const queue = [...waiting];
    const work = async (): Promise<void> => {
      for (let payment = queue.pop(); payment !== undefined; payment = queue.pop()) {
        const ledger = await stage.engine.payments.ledger(payment).catch((error: unknown) => {
          if (isMissing(error) && !created.has(payment)) return undefined;
          log(`${payment}: ${String(error)}`);
          return null;
        });
        if (ledger === undefined) continue;
        if (ledger !== null) ledgers.set(payment, ledger);
        if (ledger === null || openIn(ledger).length > 0) next.push(payment);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    if (next.length === 0 || performance.now() > until) return ledgers;
    log(`${next.length} of ${asked.length} payments are still open`);
    waiting = next;
    await delay(LOOK_MS);
  }
}

/** Nobody was told of it, and it did not come about. */
const isMissing = (error: unknown): boolean => error instanceof PaymentError && error.code === 'not-found';
