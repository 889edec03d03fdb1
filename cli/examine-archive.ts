import type { Client } from '@temporalio/client';
import type { KeyRing } from '../activities/key-ring.ts';
import { ArchiveAtHand } from '../audit/archive/open-archive.ts';
import { lostHead } from '../audit/archive/witness.ts';
import {
  ARCHIVE_EVERY,
  archiveIdOf,
  lagOf,
  lastArchived,
  leftOf,
  readArchive,
  retentionOf,
} from '../temporal/archive-schedule.ts';
import type { Configuration } from '../temporal/configuration.ts';
import { archivePlace, placeText } from './archive-place.ts';
import { type Finding, ill, well } from './finding.ts';

/** An archive that is so many turns behind has nobody who fills it. */
const MOST_LAG_MS = 10 * ARCHIVE_EVERY;

/** Whether the archive answers, whether a worker fills it, and how long Temporal still keeps what it lacks. */
export async function archiveFindings(
  client: Client,
  configuration: Configuration,
  keyRing: KeyRing,
  now = Date.now(),
): Promise<readonly Finding[]> {
  const { taskQueue } = configuration.temporal;
  return [await place(client, configuration, keyRing), await turns(client, taskQueue, now)];
}

async function place(client: Client, configuration: Configuration, keyRing: KeyRing): Promise<Finding> {
  const where = archivePlace(configuration);
  const last = await lastArchived(client, configuration.temporal.taskQueue);
  const hand = new ArchiveAtHand(where, keyRing);
  try {
    try {
      const archive = await hand.openThere();
      const lost = await lostHead(hand, last);
      if (lost !== null)
        return ill(
          'archive',
          `${placeText(where)}: ${lost.text}`,
          'turns stand still meanwhile: see docs/archive.md',
        );
      if (archive === null) return well('archive', `${placeText(where)} is not there yet: a worker makes it`);
      const { n } = await archive.head();
      const only = where.engine === 'sqlite' ? ', for processes of this machine only' : '';
      return well('archive', `${placeText(where)}, ${n} entries${only}`);
    } finally {
      await hand.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return ill(
      'archive',
      `${placeText(where)} does not answer: ${why}`,
      'see docs/archive.md; payments go on meanwhile',
    );
  }
}

async function turns(client: Client, taskQueue: string, now: number): Promise<Finding> {
  const name = 'archive turns';
  const id = archiveIdOf(taskQueue);
  const report = await readArchive(client, taskQueue);
  if (report === null)
    return ill(name, 'not scheduled', 'a worker schedules it when it starts: tranche worker');
  if (report.paused)
    return ill(name, `schedule ${id} is paused`, `temporal schedule toggle --unpause --schedule-id ${id}`);
  if (report.result === null) return well(name, 'scheduled, none came to its end yet');
  const { result } = report;
  const lag = lagOf(result, now);
  const left = leftOf(result, await retentionOf(client), now);
  const behind = `all that ended before ${new Date(now - lag).toISOString()} is kept`;
  const mend = `Temporal forgets what is missing in ${Math.max(0, Math.floor(left / 3_600_000))} h: see tranche archive status`;
  if (result.missing.count > 0)
    return ill(name, `${behind}; ${result.missing.count} run(s) could not be kept`, mend);
  return lag > MOST_LAG_MS
    ? ill(name, `${behind}, and no turn came to its end since`, mend)
    : well(name, behind);
}
