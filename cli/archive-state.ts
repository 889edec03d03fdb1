import type { Client as TemporalClient } from '@temporalio/client';
import type { ArchiveResult } from '../activities/contract.ts';
import { headIn } from '../audit/archive/witness.ts';
import { logToStderr, reportProgress } from '../temporal/progress.ts';
import { placeText } from './archive-place.ts';
import { type ArchiveSession, withArchive } from './archive-session.ts';
import { EXIT, type ExitCode, UnreachableError, UsageError } from './exit.ts';
import type { Invocation } from './invocation.ts';
import { styled } from './output.ts';

export function verifyRecords(call: Invocation<{ head?: string; offline?: boolean }>): Promise<ExitCode> {
  const { options, output } = call;
  const given = options.head === undefined ? null : headIn(options.head);
  if (options.head !== undefined && given === null)
    throw new UsageError('--head takes <number>:<64 hex digits>, as tranche archive status prints it');
  return withArchive(call, async (session) => {
    const turn =
      given === null && options.offline !== true && !session.named ? await lastTurn(session) : null;
    const witness = given ?? (turn === null ? null : headIn(turn.head));
    const { checkArchive } = await import('../audit/archive/check-archive.ts');
    let [done, all] = [0, 0];
    const end = reportProgress(logToStderr, () => `${done} of ${all} records`);
    const checks = await checkArchive(session.archive, {
      ...(witness === null ? {} : { witness }),
      progress: (now, of) => {
        [done, all] = [now, of];
      },
    }).finally(end);
    const holds = checks.every(({ pass }) => pass !== false);
    const place = placeText(session.place);
    output.data({ place, holds, checks });
    output.line(`archive   ${place}`);
    for (const { name, pass, text, found } of checks) {
      const word =
        pass === null ? styled('dim', '  -   ') : pass ? styled('green', '  pass') : styled('red', '  FAIL');
      output.line(`${word}  ${name.padEnd(8)}  ${text}`);
      for (const more of found.slice(1)) output.line(`${' '.repeat(18)}${more}`);
    }
    output.line(holds ? styled('green', 'holds') : styled('red', 'does not hold'));
    return holds ? EXIT.done : EXIT.refused;
  });
}

export function showStatus(call: Invocation<object>): Promise<ExitCode> {
  const { output } = call;
  return withArchive(call, async (session) => {
    const { archive, place } = session;
    const { countMissing, headText, listMissing, readProgress } = await import(
      '../audit/archive/progress.ts'
    );
    const [counted] = await archive.database.query(
      "SELECT count(*) AS bundles, coalesce(sum(bytes), 0) AS bytes FROM archive_entry WHERE kind = 'bundle'",
    );
    const [bare] = await archive.database.query(
      "SELECT count(*) AS runs FROM archive_entry WHERE kind = 'run' AND ended <> 'continued'",
    );
    const status = {
      place: placeText(place),
      head: headText(await archive.head()),
      bundles: Number(counted?.['bundles']),
      bytes: Number(counted?.['bytes']),
      withoutBundle: Number(bare?.['runs']),
      ...(await readProgress(archive.database)),
      missing: { ...(await countMissing(archive.database)), runs: await listMissing(archive.database, 20) },
    };
    output.data(status);
    output.line(`place      ${status.place}`);
    output.line(`head       ${status.head}`);
    output.line(`holds      ${status.bundles} bundle(s), ${status.bytes} bytes of JSON`);
    output.line(`up to      ${status.until ?? 'nothing yet: a worker fills it'}`);
    output.line(`all seen   ${status.scannedAt ?? 'never'}`);
    if (status.withoutBundle > 0)
      output.line(`no bundle  ${status.withoutBundle} run(s); tranche archive list --kind run names them`);
    output.line(`missing    ${status.missing.count}`);
    for (const { payment, run, closedAt, tries, error } of status.missing.runs)
      output.line(`  ${payment}, run ${run}, ended ${closedAt}, tried ${tries} times: ${error}`);
    return status.missing.count === 0 ? EXIT.done : EXIT.refused;
  });
}

/** What Temporal knows of the chain; null where it does not answer, and that is said. */
async function lastTurn(
  session: Pick<ArchiveSession, 'configuration' | 'keyRing'>,
): Promise<ArchiveResult | null> {
  const { lastArchived } = await import('../temporal/archive-schedule.ts');
  try {
    return await withTemporal(session, (client) =>
      client.withDeadline(Date.now() + 5_000, () =>
        lastArchived(client, session.configuration.temporal.taskQueue),
      ),
    );
  } catch (error) {
    logToStderr(`no second witness: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

async function withTemporal<T>(
  { configuration, keyRing }: Pick<ArchiveSession, 'configuration' | 'keyRing'>,
  use: (client: TemporalClient) => Promise<T>,
): Promise<T> {
  const [{ Client }, { connectClient, resolveTarget }, { dataConverter }] = await Promise.all([
    import('@temporalio/client'),
    import('../temporal/connection.ts'),
    import('../temporal/data-converter.ts'),
  ]);
  const target = resolveTarget(configuration.temporal);
  const connection = await connectClient(target, 5_000);
  try {
    return await use(
      new Client({ connection, namespace: target.namespace, dataConverter: dataConverter(keyRing) }),
    );
  } finally {
    await connection.close();
  }
}

/** A turn of its own, started in Temporal: who can only write the archive cannot have a loss taken. */
export async function acceptHead(call: Invocation<object>): Promise<ExitCode> {
  const { output } = call;
  const [head = ''] = call.args;
  if (headIn(head) === null)
    throw new UsageError('the head is <number>:<64 hex digits>, as tranche doctor prints it');
  const [{ findConfiguration }, { keyRingOf }, { acceptArchive }] = await Promise.all([
    import('./source.ts'),
    import('../temporal/key-ring.ts'),
    import('../temporal/archive-schedule.ts'),
  ]);
  const { configuration } = findConfiguration(call.config);
  const session = { configuration, keyRing: keyRingOf(configuration) };
  try {
    const result = await withTemporal(session, (client) =>
      acceptArchive(client, configuration.temporal.taskQueue, head),
    );
    output.data(result);
    output.line(`taken: the archive's head is ${result.head}, ${result.stored} run(s) were kept again`);
    return EXIT.done;
  } catch (cause) {
    let last = cause;
    while (last instanceof Error && last.cause instanceof Error) last = last.cause;
    const why = last instanceof Error ? last.message : String(last);
    throw new UnreachableError(`the turn did not come to its end: ${why}; a worker has to run`, { cause });
  }
}
