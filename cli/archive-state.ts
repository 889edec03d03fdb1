import type { Head } from '../audit/archive/entry.ts';
import type { ArchiveResult } from '../activities/contract.ts';
import { logToStderr, reportProgress } from '../temporal/progress.ts';
import { placeText } from './archive-place.ts';
import { type ArchiveSession, withArchive } from './archive-session.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import type { Invocation } from './invocation.ts';
import { styled } from './output.ts';

export function verifyRecords(call: Invocation<{ head?: string; offline?: boolean }>): Promise<ExitCode> {
  const { options, output } = call;
  const given = options.head === undefined ? null : headIn(options.head);
  if (options.head !== undefined && given === null)
    throw new UsageError('--head takes <number>:<64 hex digits>, as tranche archive status prints it');
  return withArchive(call, async (session) => {
    const turn = given === null && options.offline !== true ? await lastTurn(session) : null;
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
    output.data({ holds, checks });
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
async function lastTurn({ configuration, keyRing }: ArchiveSession): Promise<ArchiveResult | null> {
  const [{ Client }, { connectClient, resolveTarget }, { dataConverter }, { lastArchived }] =
    await Promise.all([
      import('@temporalio/client'),
      import('../temporal/connection.ts'),
      import('../temporal/data-converter.ts'),
      import('../temporal/archive-schedule.ts'),
    ]);
  try {
    const target = resolveTarget(configuration.temporal);
    const connection = await connectClient(target, 5_000);
    try {
      const client = new Client({
        connection,
        namespace: target.namespace,
        dataConverter: dataConverter(keyRing),
      });
      return await client.withDeadline(Date.now() + 5_000, () =>
        lastArchived(client, configuration.temporal.taskQueue),
      );
    } finally {
      await connection.close();
    }
  } catch (error) {
    logToStderr(`no second witness: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}

function headIn(text: string): Head | null {
  const [, n, link] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  return n === undefined || link === undefined ? null : { n: Number(n), link };
}
