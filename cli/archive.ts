import type { Command } from 'commander';
import { backUp, expireRecords, placeEmbargo, rekeyRecords, restoreFrom } from './archive-keep.ts';
import { exportRecords, listRecords, showPayment } from './archive-read.ts';
import { acceptHead, showStatus, verifyRecords } from './archive-state.ts';
import { act as plainAct, type Ended, type Invocation } from './invocation.ts';
import type { ExitCode } from './exit.ts';

/** `archive …`: what is kept of payments when Temporal has forgotten them. */
export function archiveCommands(program: Command, ended: Ended): void {
  const archive = program
    .command('archive')
    .description('payments that have ended, kept beyond what Temporal keeps');

  act(
    found(archive.command('list').description('payments in the archive, newest first'))
      .option('--kind <kind>', 'bundle, run, tombstone, embargo or embargo-lifted', 'bundle')
      .option('--limit <number>', 'entries at a time, 1 to 1000', '50')
      .option('--cursor <cursor>', 'what the page before gave as next'),
    ended,
    listRecords,
  );
  act(
    archive
      .command('show')
      .description('all entries of a payment, and how it ended')
      .argument('<payment>', 'its id'),
    ended,
    showPayment,
  );
  act(
    found(archive.command('export').description('bundles out of the archive, for audit verify|replay|report'))
      .argument('[payments...]', 'ids of payments; without any, all that the options name')
      .option('--out <folder>', 'one file per payment; - writes one line per bundle to stdout', '-')
      .option('--sign <file>', 'sign with this Ed25519 key, see audit keygen'),
    ended,
    exportRecords,
  );
  act(
    archive
      .command('verify')
      .description('open every record and check the chain; exit 0 only if everything holds')
      .option('--head <n:link>', 'what another place knows of the chain, as status prints it')
      .option('--offline', 'do not ask Temporal what the last turn saw'),
    ended,
    verifyRecords,
  );
  act(
    archive.command('status').description('where the archive is, how far it is, and what it lacks'),
    ended,
    showStatus,
  );
  plainAct(
    archive
      .command('accept')
      .description(
        'take it that the archive lost what followed an older backup: turns go on, and fetch what Temporal has',
      )
      .argument('<head>', 'that the last turn left, as tranche doctor prints it'),
    ended,
    acceptHead,
  );
  act(
    archive
      .command('expire')
      .description('remove the content of payments whose time is over (archive.keep), each with a tombstone')
      .option('--dry-run', 'only say what would go'),
    ended,
    expireRecords,
  );
  act(
    archive
      .command('embargo')
      .description('keep the records of a payment whatever the rules say')
      .argument('<payment>', 'its id')
      .requiredOption('--why <text>', 'the reason, 1 to 2000 characters')
      .option('--lift', 'let the rules hold again')
      .option('--ahead', 'also where the archive has nothing of it yet'),
    ended,
    placeEmbargo,
  );
  act(
    archive
      .command('rekey')
      .description(
        'put all records under the first key of encryption.keys, so that older ones can be dropped',
      ),
    ended,
    rekeyRecords,
  );
  act(
    archive
      .command('backup')
      .description('copy the archive into another one, or bring an earlier copy up to date')
      .requiredOption('--to <url>', 'sqlite:<path> or postgres://…'),
    ended,
    backUp,
  );
  act(
    archive
      .command('restore')
      .description(
        'copy another archive into the one of the configuration, which is empty or an earlier copy',
      )
      .requiredOption('--from <url>', 'sqlite:<path> or postgres://…'),
    ended,
    restoreFrom,
  );
}

/** Every command may be told which archive it is about. */
function act<Options>(
  command: Command,
  ended: Ended,
  action: (invocation: Invocation<Options>) => Promise<ExitCode>,
): void {
  plainAct(
    command.option(
      '--archive <url>',
      'this archive, not the one of the configuration: sqlite:<path>, postgres://…',
    ),
    ended,
    action,
  );
}

const found = (command: Command): Command =>
  command
    .option('--payment <id>', 'of this payment')
    .option('--account <name>', 'of this account')
    .option('--provider <name>', 'of this provider')
    .option('--status <status>', 'that ended with this status')
    .option('--currency <code>', 'in this currency')
    .option('--since <instant>', 'that ended then or later (RFC 3339)')
    .option('--until <instant>', 'that ended before (RFC 3339)')
    .option('--least <number>', 'of at least so many minor units')
    .option('--most <number>', 'of at most so many minor units');
