import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { Discrepancy, Reconciliation } from '../audit/reconcile/reconcile.ts';
import type * as Rows from '../audit/reconcile/rows.ts';
import { bundlesFrom } from './bundle-source.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { fileSink } from './output-file.ts';
import { type Output, styled, table } from './output.ts';
import { plainJson } from './plain-text.ts';

interface Reconciling {
  account: string;
  from: string;
  to: string;
  settlement: string;
  mapping?: string;
  bundles?: string;
  csv?: string;
}

/** Differences that are shown and kept for `--json`; all are counted, and all go to `--csv`. */
const SHOWN = 50;
const KEPT = 1_000;

/** `audit reconcile`. */
export function reconcileCommand(audit: Command, ended: Ended): void {
  act<Reconciling>(
    audit
      .command('reconcile')
      .description('compare what the ledger booked with what a provider settled; exit 0 only if all agree')
      .requiredOption('--account <name>', 'the account whose movements are compared')
      .requiredOption('--from <day>', 'the first day, in the time zone of the mapping (YYYY-MM-DD)')
      .requiredOption('--to <day>', 'the last day, included')
      .requiredOption('--settlement <file>', "the provider's file (CSV)")
      .option('--mapping <file>', 'how the file is to be read (JSON), see docs/reports.md')
      .option('--bundles <folder>', 'the ledger from the bundles of a folder; without it from the engine')
      .option('--csv <file>', 'totals and all differences as CSV'),
    ended,
    reconcileFile,
  );
}

async function reconcileFile({ options, config, output }: Invocation<Reconciling>): Promise<ExitCode> {
  const { account, from, to, settlement } = options;
  const [{ reconcile }, { readSettlement }, mappings, { isDay, nextDay }, rows] = await Promise.all([
    import('../audit/reconcile/reconcile.ts'),
    import('../audit/reconcile/settlement-file.ts'),
    import('../audit/reconcile/mapping.ts'),
    import('../audit/reconcile/day.ts'),
    import('../audit/reconcile/rows.ts'),
  ]);
  if (!isDay(from) || !isDay(to) || from > to)
    throw new UsageError('--from and --to take days, the first one not after the last: 2026-11-21');
  try {
    const mapping =
      options.mapping === undefined
        ? mappings.DEFAULT_MAPPING
        : mappings.parseMapping(readFileSync(options.mapping, 'utf8'));
    const margin = Math.max(4, mapping.date.toleranceDays + 1);
    const kept: Discrepancy[] = [];
    const csv = options.csv === undefined ? null : await fileSink('--csv', options.csv);
    let result: Reconciliation;
    try {
      await csv?.write(rows.reconciliationHead());
      result = await reconcile({
        account,
        from,
        to,
        mapping,
        bundles: bundlesFrom({
          folder: options.bundles,
          account,
          since: `${nextDay(from, -margin)}T00:00:00Z`,
          config,
        }),
        lines: readSettlement(settlement, mapping),
        onDifference: async (found) => {
          if (kept.length < KEPT) kept.push(found);
          await csv?.write(rows.differenceRow(found));
        },
      });
      for (const total of result.totals) await csv?.write(rows.totalRow(total));
    } finally {
      await csv?.close();
    }
    show(output, rows, result, kept);
    plainJson(output, { ...result, listed: kept });
    return result.agrees ? EXIT.done : EXIT.refused;
  } catch (error) {
    const system = error instanceof Error && 'syscall' in error && 'path' in error;
    if (system || error instanceof mappings.MappingError)
      throw new UsageError(error instanceof Error ? error.message : String(error));
    throw error;
  }
}

function show(
  output: Output,
  { totalCells, differenceCells }: typeof Rows,
  result: Reconciliation,
  kept: readonly Discrepancy[],
): void {
  if (output.json) return;
  output.line(
    `account ${result.account}, ${result.from} to ${result.to}: ${result.payments} payments, ${result.bookings} bookings; ${result.lines} lines, ${result.linesInRange} of these days, ${result.ignored} left out by the mapping`,
  );
  output.line();
  output.line(
    table(
      ['day', 'provider', 'movement', 'currency', 'ledger', 'file', 'difference', 'count', 'of file'],
      result.totals.map(totalCells),
    ),
  );
  if (kept.length > 0) {
    output.line();
    output.line(
      table(
        ['difference', 'payment', 'movement', 'ledger', 'file', 'line', 'reference', 'note'],
        kept.slice(0, SHOWN).map(differenceCells),
      ),
    );
    const all = Object.values(result.differences).reduce((sum, count) => sum + count, 0);
    if (all > SHOWN) output.line(`… and ${all - SHOWN} more: --csv FILE has them all`);
  }
  output.line();
  output.line(
    result.agrees
      ? styled(
          'green',
          `agrees: ${result.matched} of ${result.bookings} bookings found, nothing else in the file`,
        )
      : styled('red', `does not agree: ${disagreement(result)}`),
  );
}

function disagreement({ account, from, to, differences, nothing }: Reconciliation): string {
  const counted = Object.entries(differences).filter(([, count]) => count > 0);
  if (counted.length > 0) return counted.map(([name, count]) => `${count} ${name}`).join(', ');
  return nothing === 'no-payment'
    ? `nothing was compared: no payment of account ${account} was found`
    : `nothing was compared: neither a booking nor a line of ${from} to ${to}`;
}
