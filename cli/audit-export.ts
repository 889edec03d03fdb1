import type { KeyObject } from 'node:crypto';
import type * as Export from '../audit/export.ts';
import { logToStderr, reportProgress } from '../temporal/progress.ts';
import { keyText } from './key-text.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import type { Invocation } from './invocation.ts';
import { findConfiguration } from './source.ts';

export interface Exporting {
  query?: string;
  since?: string;
  out: string;
  sign?: string;
  recorded: boolean;
}

interface Tally {
  all: number;
  written: number;
  skipped: number;
  readonly failed: { readonly payment: string; readonly error: string }[];
}

/** A payment that cannot be exported does not keep the others; the exit code tells. */
export async function exportBundles({
  args,
  options,
  config,
  output,
}: Invocation<Exporting>): Promise<ExitCode> {
  const { query, since, out } = options;
  const choice = {
    ...(query === undefined ? {} : { query }),
    ...(since === undefined ? {} : { since: instantOf(since) }),
  };
  const many = Object.keys(choice).length > 0;
  if (many === args.length > 0) throw new UsageError('name payments, or say --query or --since');
  const privateKey = options.sign === undefined ? undefined : await signingKey(options.sign);
  const { configuration } = findConfiguration(config);
  const [{ connectEngine }, audit, { encryptionCodec }] = await Promise.all([
    import('./connect.ts'),
    import('../audit/export.ts'),
    import('../temporal/codec.ts'),
  ]);
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
    const end = reportProgress(logToStderr, () => barOf(tally));
    try {
      for await (const payment of many ? audit.paymentsBy(engine.client, choice) : args) {
        await exportOne(audit, origin, payment, out, tally);
      }
    } finally {
      end();
    }
    if (out !== '-') output.data({ folder: out, ...tally });
    output.note(summaryOf(tally, out));
    return tally.failed.length > 0 ? EXIT.refused : EXIT.done;
  } finally {
    await engine.close();
  }
}

async function exportOne(
  audit: typeof Export,
  origin: Export.Origin,
  payment: string,
  out: string,
  tally: Tally,
): Promise<void> {
  try {
    if (out !== '-' && (await audit.isFinished(origin, out, payment))) {
      tally.skipped += 1;
      return;
    }
    const { bundle, differences } = await audit.exportPayment(origin, payment);
    if (out === '-') await written(audit.bundleText(bundle));
    else await audit.writeBundle(out, bundle);
    tally.written += 1;
    for (const { entry, where } of differences.slice(0, 1))
      logToStderr(
        `${payment}: histories and recorded ledger differ${entry === null ? '' : ` at entry ${entry}`}, ${where}`,
      );
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    tally.failed.push({ payment, error: text });
    logToStderr(`${payment}: ${text}`);
  }
}

/** Waits until it is taken, so that a slow reader does not fill the memory. */
const written = (text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error == null ? resolve() : reject(error)));
  });

const WIDTH = 24;

function barOf({ all, written: done, skipped, failed }: Tally): string {
  const now = done + skipped + failed.length;
  const filled = Math.round((Math.min(now, all) / Math.max(1, all)) * WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}] ${now} of ${Math.max(all, now)} payments`;
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

function instantOf(text: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new UsageError('--since takes an instant of RFC 3339');
  return new Date(at).toISOString();
}

async function signingKey(file: string): Promise<KeyObject> {
  const { KeyFault, readPrivateKey } = await import('../audit/signature.ts');
  try {
    return readPrivateKey(keyText('--sign', file));
  } catch (error) {
    if (error instanceof KeyFault) throw new UsageError(`--sign ${file}: ${error.message}`);
    throw error;
  }
}
