import type { Command } from 'commander';
import type { Movement } from '../audit/movements.ts';
import { bundlesFrom } from './bundle-source.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { fileSink, stdoutSink } from './output-file.ts';
import { plainJson } from './plain-text.ts';

interface Listing {
  csv?: string | true;
  bundles?: string;
  account?: string;
  from?: string;
  to?: string;
  bom?: boolean;
}

/** `audit ledger`. */
export function ledgerCommand(audit: Command, ended: Ended): void {
  act<Listing>(
    audit
      .command('ledger')
      .description('every movement of money as one row, for a spreadsheet or a ledger system')
      .option('--csv [file]', 'CSV of RFC 4180; without a file to stdout')
      .option('--bundles <folder>', 'from the bundles of a folder; without it from the engine')
      .option('--account <name>', 'movements of this account alone')
      .option('--from <day>', 'from this day of UTC on (YYYY-MM-DD)')
      .option('--to <day>', 'up to this day, included')
      .option('--bom', 'begin the file with a byte order mark, which some spreadsheets need to see UTF-8'),
    ended,
    list,
  );
}

async function list({ options, config, output }: Invocation<Listing>): Promise<ExitCode> {
  const { account, from, to, csv } = options;
  const [{ movementsOf }, { movementHead, movementRow }, { isDay }] = await Promise.all([
    import('../audit/movements.ts'),
    import('../audit/movement-rows.ts'),
    import('../audit/reconcile/day.ts'),
  ]);
  for (const day of [from, to])
    if (day !== undefined && !isDay(day)) throw new UsageError('--from and --to take a day: 2026-11-21');
  if (from !== undefined && to !== undefined && from > to) throw new UsageError('--from is after --to');
  const file = typeof csv === 'string' ? csv : null;
  if (output.json && file === null && csv === true)
    throw new UsageError('--csv without a file and --json both want stdout; say one of them');
  const sink = file !== null ? await fileSink('--csv', file) : output.json ? null : stdoutSink;
  const since = from === undefined ? undefined : `${from}T00:00:00Z`;
  const rows: Movement[] = [];
  let payments = 0;
  let count = 0;
  const take = async (movement: Movement): Promise<void> => {
    count += 1;
    if (sink === null) rows.push(movement);
    else await sink.write(movementRow(movement));
  };
  await sink?.write(`${options.bom === true ? '\uFEFF' : ''}${movementHead()}`);
  try {
    for await (const bundle of bundlesFrom({ folder: options.bundles, account, since, config })) {
      if (account !== undefined && bundle.payment.account !== account) continue;
      payments += 1;
      for (const movement of movementsOf(bundle)) {
        const day = movement.at.slice(0, 10);
        if ((from === undefined || day >= from) && (to === undefined || day <= to)) await take(movement);
      }
    }
  } finally {
    await sink?.close();
  }
  if (file !== null) {
    output.line(`${file}: ${count} movements`);
    output.data({ file, movements: count });
  } else plainJson(output, { movements: rows });
  if (payments > 0) return EXIT.done;
  output.note(`there is no payment${account === undefined ? '' : ` of account ${account}`}`);
  return EXIT.refused;
}
