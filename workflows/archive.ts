/**
 * Keeps the runs of payments that have ended where Temporal's retention does not reach. A schedule starts it; payments know
 * nothing of it. How far it is stands in the archive itself, so an archive that was away, or put back from a backup, is
 * brought up to date from there.
 */
import { continueAsNew, log, proxyActivities } from '@temporalio/workflow';
import type { ArchiveActivities, ArchivedPage, ArchiveResult, ArchiveSpan } from '../activities/contract.ts';
import { ARCHIVE_OPTIONS } from './activity-options.ts';

export interface ArchiveInput {
  /** Pages in one run, before it goes on as a new one. @default 50 */
  readonly pagesPerRun?: number;
  /** A head that a person gives up: the archive was put back from an older backup. */
  readonly accepts?: string;
  /** What the run before carried over. */
  readonly state?: ArchiveState;
}

interface ArchiveState {
  readonly span: ArchiveSpan;
  readonly cursor: string | null;
  readonly looked: number;
  readonly stored: number;
}

const PAGES_PER_RUN = 50;

export async function archive(input: ArchiveInput = {}): Promise<ArchiveResult> {
  const { pagesPerRun = PAGES_PER_RUN } = input;
  const activities = proxyActivities<ArchiveActivities>(ARCHIVE_OPTIONS);
  let state = input.state ?? (await begun(activities, input.accepts));

  for (let pages = 0; ; pages += 1) {
    if (pages === pagesPerRun) await continueAsNew<typeof archive>({ ...input, state });
    const page = await activities.archivePage({ ...state.span, cursor: state.cursor });
    state = { ...added(state, page), cursor: page.next };
    if (page.next === null) break;
  }

  const { span, looked, stored } = state;
  const { head, missing, ...kept } = await activities.endArchiving(span);
  if (missing.count > 0)
    log.warn('runs that ended are not in the archive yet', { reason: String(missing.count) });
  return { until: new Date(span.until).toISOString(), looked, stored, head, missing, ...kept };
}

async function begun(activities: ArchiveActivities, accepts: string | undefined): Promise<ArchiveState> {
  const span = await (accepts === undefined
    ? activities.beginArchiving(Date.now())
    : activities.beginArchiving(Date.now(), accepts));
  const again = await activities.retryMissing();
  return added({ span, cursor: null, looked: 0, stored: 0 }, again);
}

const added = (state: ArchiveState, { looked, stored }: ArchivedPage): ArchiveState => ({
  ...state,
  looked: state.looked + looked,
  stored: state.stored + stored,
});
