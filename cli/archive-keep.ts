import type { Archive } from '../audit/archive/archive.ts';
import type { Expired, KeepRules } from '../audit/archive/retention.ts';
import { parseDuration } from '../payment/duration.ts';
import type { Configuration } from '../temporal/configuration.ts';
import { logToStderr, reportProgress } from '../temporal/progress.ts';
import { placeText } from './archive-place.ts';
import { openedAt, placeAt, withArchive } from './archive-session.ts';
import { callerName } from './body.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import type { Invocation } from './invocation.ts';
import { type Output, table } from './output.ts';

export function expireRecords(call: Invocation<{ dryRun?: boolean }>): Promise<ExitCode> {
  const { options, output } = call;
  const dry = options.dryRun === true;
  return withArchive(call, async ({ archive, configuration }) => {
    const rules = rulesOf(configuration);
    const { expire } = await import('../audit/archive/retention.ts');
    const gone: Expired[] = [];
    for await (const one of expire(archive, rules, { now: Date.now(), by: callerName(), dry }))
      gone.push(one);
    output.data({ dryRun: dry, payments: gone });
    const rows = gone.map(({ payment, account, endedAt, records, embargo }) => [
      payment,
      account ?? '',
      endedAt,
      embargo ? 'stays: under embargo' : `${records} record(s) ${dry ? 'would go' : 'removed'}`,
    ]);
    if (rows.length > 0) output.line(table(['payment', 'account', 'ended', ''], rows));
    output.note(noteOf(gone, rules, dry));
    return EXIT.done;
  });
}

function noteOf(gone: readonly Expired[], { overall, byAccount }: KeepRules, dry: boolean): string {
  if (overall === null && Object.keys(byAccount).length === 0)
    return 'archive.keep says nothing, so everything is kept for ever';
  const count = gone.filter(({ embargo }) => !embargo).length;
  return `the time of ${gone.length} payment(s) is over; ${count} ${dry ? 'would be removed' : 'removed'}`;
}

function rulesOf({ archive }: Configuration): KeepRules {
  const { default: overall, ...byAccount } = archive?.keep ?? {};
  return {
    overall: overall === undefined ? null : parseDuration(overall),
    byAccount: Object.fromEntries(
      Object.entries(byAccount).map(([account, keep]) => [account, parseDuration(keep)]),
    ),
  };
}

export function placeEmbargo(
  call: Invocation<{ why: string; lift?: boolean; ahead?: boolean }>,
): Promise<ExitCode> {
  const { options, output } = call;
  const { why, lift, ahead } = options;
  const [payment = ''] = call.args;
  if (why.trim() === '' || why.length > 2_000) throw new UsageError('--why has 1 to 2000 characters');
  return withArchive(call, async ({ archive }) => {
    const { embargo, liftEmbargo } = await import('../audit/archive/retention.ts');
    if (ahead !== true && (await archive.ofPayment(payment)).length === 0) {
      output.data({ payment, error: 'unknown' });
      output.note(
        `the archive has nothing of payment ${payment}, so nothing was done; --ahead places it before the payment is there`,
      );
      return EXIT.refused;
    }
    const entry = await (lift === true ? liftEmbargo : embargo)(archive, payment, why, callerName());
    output.data(entry);
    output.line(
      lift === true
        ? `payment ${payment}: the rules hold again (entry ${entry.n})`
        : `payment ${payment} is kept until the embargo is lifted (entry ${entry.n})`,
    );
    return EXIT.done;
  });
}

export function rekeyRecords(call: Invocation<object>): Promise<ExitCode> {
  return withArchive(call, async ({ archive, keyRing }) => {
    let done = 0;
    const end = reportProgress(logToStderr, () => `${done} records`);
    try {
      for (let more = await archive.rekey(); more > 0; more = await archive.rekey()) done += more;
    } finally {
      end();
    }
    call.output.data({ key: keyRing.writes, records: done });
    call.output.line(
      `${done} record(s) put under key ${keyRing.writes}; it opens all of the archive by itself now`,
    );
    return EXIT.done;
  });
}

export async function backUp(call: Invocation<{ to: string }>): Promise<ExitCode> {
  const place = await placeAt('--to', call.options.to);
  return withArchive(call, async ({ archive, keyRing }) => {
    const other = await openedAt(place, keyRing, true);
    try {
      return await copied(call.output, archive, other, placeText(place));
    } finally {
      await other.close();
    }
  });
}

export async function restoreFrom(call: Invocation<{ from: string }>): Promise<ExitCode> {
  const from = await placeAt('--from', call.options.from);
  return withArchive(
    call,
    async ({ archive, keyRing, place }) => {
      const other = await openedAt(from, keyRing, false);
      try {
        return await copied(call.output, other, archive, placeText(place));
      } finally {
        await other.close();
      }
    },
    true,
  );
}

async function copied(output: Output, from: Archive, to: Archive, place: string): Promise<ExitCode> {
  const [{ copyArchive, NoCopy }, { headText }] = await Promise.all([
    import('../audit/archive/copy.ts'),
    import('../audit/archive/progress.ts'),
  ]);
  let at = 0;
  const end = reportProgress(logToStderr, () => `entry ${at}`);
  try {
    const entries = await copyArchive(from, to, (n) => {
      at = n;
    });
    const head = headText(await to.head());
    output.data({ place, entries, head });
    output.line(`${entries} entries copied to ${place}, head ${head}`);
    output.note('check it with: tranche archive verify');
    return EXIT.done;
  } catch (error) {
    if (!(error instanceof NoCopy)) throw error;
    output.data({ error: error.message });
    output.note(error.message);
    return EXIT.refused;
  } finally {
    end();
  }
}
