/** One step of the archive each. What is kept twice is kept once, so any of them may be repeated. */
import { ApplicationFailure, log } from '@temporalio/activity';
import type { ArchiveActivities, ArchivedPage, ArchiveSpan, ArchiveStand } from './contract.ts';
import { whileBeating } from './heartbeat.ts';

/** A run of a payment that has ended. */
export interface EndedRun {
  readonly payment: string;
  readonly run: string;
  readonly ended: 'completed' | 'continued' | 'failed' | 'canceled' | 'terminated' | 'timed-out';
  /** RFC 3339. */
  readonly closedAt: string;
}

/** The archive and the runs that belong in it, as these activities reach them. What is worth another try is thrown. */
export interface ArchivePort {
  /** What the last turn left and the archive does not hold any more: its head, and what is found there. */
  lost(): Promise<{ readonly head: string; readonly text: string } | null>;
  /** RFC 3339: all runs that ended before are kept or noted, and when all were last gone through; null before the first time. */
  progress(): Promise<{ readonly until: string | null; readonly scannedAt: string | null }>;
  ended(
    span: ArchiveSpan,
    cursor: string | null,
  ): Promise<{ readonly items: readonly EndedRun[]; readonly next: string | null }>;
  /** Those that are not kept yet. */
  lacking(runs: readonly EndedRun[]): Promise<readonly EndedRun[]>;
  missing(): Promise<readonly EndedRun[]>;
  /** @returns false where it could not be kept now and was noted as missing. */
  keep(run: EndedRun): Promise<boolean>;
  advance(span: ArchiveSpan): Promise<void>;
  stand(): Promise<ArchiveStand>;
}

/** Runs at a time. */
const AT_ONCE = 4;
/** Visibility may have shown a run late: each turn looks back for so long before the last one, milliseconds. */
const LAG = 15 * 60_000;
/** All that visibility still shows is gone through so often: it finds what was never listed in time, milliseconds. */
const WHOLE_EVERY = 6 * 3_600_000;

export function createArchiveActivities(port: ArchivePort): ArchiveActivities {
  return {
    async beginArchiving(now, accepts) {
      const accepted = await refuseLost(accepts);
      if (accepted !== null) return { since: 0, until: now, whole: true, accepted };
      const { until, scannedAt } = await port.progress();
      const whole = until === null || scannedAt === null || now - Date.parse(scannedAt) >= WHOLE_EVERY;
      return { since: whole ? 0 : Math.min(Date.parse(until) - LAG, now), until: now, whole };
    },

    retryMissing: () => whileBeating(async () => keepAll(await port.missing(), null)),

    archivePage: ({ cursor, ...span }) =>
      whileBeating(async () => {
        const { items, next } = await port.ended(span, cursor);
        return { ...(await keepAll(await port.lacking(items), next)), looked: items.length };
      }),

    async endArchiving(span) {
      await refuseLost(span.accepted);
      await port.advance(span);
      return port.stand();
    },
  };

  /**
   * The turn fails rather than give out another head: the newest turn that came to its end stays the witness, and doctor
   * and the alerts see that none came after it.
   */
  async function refuseLost(accepts: string | undefined): Promise<string | null> {
    const lost = await port.lost();
    if (lost === null) return null;
    if (lost.head === accepts) return lost.head;
    log.error(lost.text, { kind: 'archive', head: lost.head });
    throw ApplicationFailure.nonRetryable(lost.text, 'ArchiveCutOff');
  }

  async function keepAll(runs: readonly EndedRun[], next: string | null): Promise<ArchivedPage> {
    let stored = 0;
    for (let from = 0; from < runs.length; from += AT_ONCE) {
      const kept = await Promise.all(runs.slice(from, from + AT_ONCE).map((run) => port.keep(run)));
      stored += kept.filter(Boolean).length;
    }
    return { looked: runs.length, stored, missing: runs.length - stored, next };
  }
}
