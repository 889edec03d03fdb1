import type { Command } from 'commander';
import type * as Export from '../audit/export.ts';
import { logToStderr, type Progress, progressBar } from '../temporal/progress.ts';
import { signingKey } from './key-file.ts';
import { instantOf } from './instant-option.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { stdoutSink, writingTo } from './output-file.ts';
import { plain } from './plain-text.ts';
import { findConfiguration } from './source.ts';

/** `audit export`. */
export function exportCommand(audit: Command, ended: Ended): void {
  act<Exporting>(
    audit
      .command('export')
      .description('bundles of payments with all that proves their histories')
      .argument('[payments...]', 'ids of payments')
      .option('--query <query>', "payments that Temporal's visibility finds (TrancheAccount = 'payone-de')")
      .option('--since <instant>', 'payments that were open then or came later (RFC 3339)')
      .option('--out <folder>', 'one file per payment; - writes one line per bundle to stdout', '-')
      .option('--jobs <number>', 'how many are exported at once', '4')
      .option('--sign <file>', 'sign with this Ed25519 key, see audit keygen')
      .option('--no-recorded', 'do not ask a worker for the recorded ledger; the histories alone speak'),
    ended,
    exportBundles,
  );
}

interface Exporting {
  query?: string;
  since?: string;
  out: string;
  jobs: string;
  sign?: string;
  recorded: boolean;
}

/** Each has a bundle in memory and a history under way from the server. */
const MOST_JOBS = 32;

interface Tally {
  all: number;
  written: number;
  skipped: number;
  readonly failed: { readonly payment: string; readonly error: string }[];
}

/** A payment that cannot be exported does not keep the others; the exit code tells. */
async function exportBundles({ args, options, config, output }: Invocation<Exporting>): Promise<ExitCode> {
  const { query, since, out } = options;
  const choice = {
    ...(query === undefined ? {} : { query }),
    ...(since === undefined ? {} : { since: await instantOf('--since', since) }),
  };
  const many = Object.keys(choice).length > 0;
  if (many === args.length > 0) throw new UsageError('name payments, or say --query or --since');
  const jobs = Number(options.jobs);
  if (!(Number.isInteger(jobs) && jobs >= 1 && jobs <= MOST_JOBS))
    throw new UsageError(`--jobs takes a whole number from 1 to ${MOST_JOBS}`);
  const privateKey = options.sign === undefined ? undefined : await signingKey(options.sign);
  const { configuration } = findConfiguration(config);
  const [{ connectEngine }, audit, { archivedBundle }, { encryptionCodec }] = await Promise.all([
    import('./connect.ts'),
    import('../audit/export.ts'),
    import('../audit/archive/archived-bundle.ts'),
    import('../temporal/codec.ts'),
  ]);
  if (out !== '-') await writingTo('--out', out, () => audit.clearDrafts(out));
  const engine = await connectEngine(configuration);
  try {
    const origin: Export.Origin = {
      client: engine.client,
      codec: encryptionCodec(engine.keyRing),
      ...(options.recorded ? { recorded: recordedBy((payment) => engine.payments.ledger(payment)) } : {}),
      ...(privateKey === undefined ? {} : { privateKey }),
    };
    const tally: Tally = { all: args.length, written: 0, skipped: 0, failed: [] };
    if (many) tally.all = await audit.countOf(engine.client, choice);
    const bar = progressBar('payments', tally.all);
    const payments = many ? audit.paymentsBy(engine.client, choice) : listed(args);
    const take = (payment: string) => archivedBundle(origin, engine.archive, payment);
    const work = async (): Promise<void> => {
      for (let next = await payments.next(); next.done !== true; next = await payments.next()) {
        await exportOne(audit, { ...origin, take }, next.value, out, tally, bar);
        bar.step();
      }
    };
    try {
      await Promise.all(Array.from({ length: jobs }, work));
    } finally {
      bar.end();
    }
    if (out !== '-') output.data({ folder: out, ...tally });
    output.note(summaryOf(tally, out));
    return tally.failed.length > 0 ? EXIT.refused : EXIT.done;
  } finally {
    await engine.close();
  }
}

async function* listed(payments: readonly string[]): AsyncGenerator<string> {
  yield* payments;
}

async function exportOne(
  audit: typeof Export,
  origin: Export.Origin & { readonly take: (payment: string) => Promise<Export.Exported> },
  payment: string,
  out: string,
  tally: Tally,
  bar: Progress,
): Promise<void> {
  const note = (text: string): void => {
    bar.clear();
    logToStderr(text);
  };
  try {
    if (out !== '-' && (await audit.isFinished(origin, out, payment))) {
      tally.skipped += 1;
      return;
    }
    const { bundle, differences } = await origin.take(payment);
    if (out === '-') await stdoutSink.write(audit.bundleText(bundle));
    else await audit.writeBundle(out, bundle);
    tally.written += 1;
    for (const { entry, where } of differences.slice(0, 1))
      note(
        `${payment}: histories and recorded ledger differ${entry === null ? '' : ` at entry ${entry}`}, ${plain(where)}`,
      );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    tally.failed.push({ payment, error: text });
    note(`${payment}: ${plain(text)}`);
  }
}

function summaryOf({ written: done, skipped, failed }: Tally, out: string): string {
  const where = out === '-' ? '' : ` to ${out}`;
  return (
    `${done} bundle${done === 1 ? '' : 's'} written${where}` +
    (skipped === 0 ? '' : `, ${skipped} were there already`) +
    (failed.length === 0 ? '' : `, ${failed.length} failed`)
  );
}

/** Asks until nobody answers; then the histories alone speak. */
function recordedBy<T>(ask: (payment: string) => Promise<T>): (payment: string) => Promise<T | undefined> {
  let silent = false;
  return async (payment) => {
    if (silent) return undefined;
    try {
      return await ask(payment);
    } catch (error) {
      silent = true;
      const text = error instanceof Error ? error.message : String(error);
      logToStderr(`no worker tells the recorded ledgers (${text}): the histories alone speak`);
      return undefined;
    }
  };
}
