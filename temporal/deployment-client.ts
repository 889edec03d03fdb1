import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { versionText } from './deployment.ts';
import { type ListedRun, quoted, type RunPage, runPage } from './visibility-page.ts';

/** One version of an installation's workers, as the server knows it. */
export interface VersionReport {
  readonly buildId: string;
  /** `draining`: payments are pinned to it; `drained`: none is, its workers may be ended. */
  readonly status: 'current' | 'ramping' | 'draining' | 'drained' | 'inactive';
  /** Workers of this version that polled the task queue of late. */
  readonly workers: number;
  /** Open workflows that are pinned to it, as visibility counts them. */
  readonly pinned: number;
}

export interface DeploymentReport {
  readonly name: string;
  /** Null: new tasks go to workers without a version. */
  readonly current: string | null;
  readonly ramping: { readonly buildId: string; readonly percentage: number } | null;
  /** The newest first. */
  readonly versions: readonly VersionReport[];
}

const STATUS = ['inactive', 'inactive', 'current', 'ramping', 'draining', 'drained', 'inactive'] as const;

/**
 * @param name - of the deployment.
 * @param taskQueue - the one whose pollers count.
 * @returns null where no worker ever polled under this name.
 */
export async function readDeployment(
  client: Client,
  name: string,
  taskQueue: string,
): Promise<DeploymentReport | null> {
  const { namespace } = client.options;
  const described = await client.workflowService
    .describeWorkerDeployment({ namespace, deploymentName: name })
    .catch((error: unknown) => {
      if (isNotFound(error)) return null;
      throw error;
    });
  const info = described?.workerDeploymentInfo;
  if (!info) return null;
  const polling = await buildsThatPoll(client, name, taskQueue);
  const { routingConfig } = info;
  const versions: VersionReport[] = [];
  for (const summary of info.versionSummaries ?? []) {
    const buildId = summary.deploymentVersion?.buildId;
    if (!buildId) continue;
    versions.push({
      buildId,
      status: STATUS[summary.status ?? 0] ?? 'inactive',
      workers: polling.filter((build) => build === buildId).length,
      pinned: (await client.workflow.count(pinnedQuery(name, buildId))).count,
    });
  }
  const ramping = routingConfig?.rampingDeploymentVersion?.buildId;
  return {
    name,
    current: routingConfig?.currentDeploymentVersion?.buildId || null,
    ramping: ramping ? { buildId: ramping, percentage: routingConfig?.rampingVersionPercentage ?? 0 } : null,
    versions,
  };
}

/** The server does not route to a version as it was asked to: it does not know it, or it serves too few queues. */
export class VersionRefused extends Error {
  override readonly name = 'VersionRefused';
}

/**
 * From now on new payments begin at this version, and those that are not pinned go on there with their next task.
 *
 * @param missing - also where a task queue that the version before served has no worker of this one.
 * @throws VersionRefused in the server's words where no worker of the version ever polled, or a queue is missing.
 */
export async function promoteVersion(
  client: Client,
  name: string,
  buildId: string,
  missing = false,
): Promise<void> {
  const { namespace, identity } = client.options;
  await oncePolled(() =>
    client.workflowService.setWorkerDeploymentCurrentVersion({
      namespace,
      deploymentName: name,
      buildId,
      ignoreMissingTaskQueues: missing,
      identity,
    }),
  );
}

/**
 * Sends this share of the payments, 0 to 100, to a version that is not current yet; by their ids, so each stays on its side.
 *
 * @throws VersionRefused as {@link promoteVersion}.
 */
export async function rampVersion(
  client: Client,
  name: string,
  buildId: string,
  percentage: number,
  missing = false,
): Promise<void> {
  const { namespace, identity } = client.options;
  await oncePolled(() =>
    client.workflowService.setWorkerDeploymentRampingVersion({
      namespace,
      deploymentName: name,
      buildId,
      percentage,
      ignoreMissingTaskQueues: missing,
      identity,
    }),
  );
}

/** Pages of pinned workflows that one call moves at most, and their size: a hundred thousand of them. */
const MOST = { pages: 500, pageSize: 200 };

/**
 * Lets the open workflows that are pinned to a version follow the current one from their next task on, which today's
 * code must be able to replay. What closed in between is passed over.
 *
 * @param moved - told of each workflow's id.
 * @returns how many were moved, and whether that were all that visibility showed; it lags, so workflows that began a second
 *   ago may need a second call all the same.
 */
export async function moveFromVersion(
  client: Client,
  name: string,
  buildId: string,
  moved: (workflowId: string) => void = () => undefined,
  most: { readonly pages: number; readonly pageSize: number } = MOST,
): Promise<{ readonly moved: number; readonly done: boolean }> {
  const { namespace } = client.options;
  const { found, done } = await pinnedTo(client, name, buildId, most);
  let count = 0;
  // All are listed first: what is moved leaves the list, and pages of it would shift.
  for (const workflowExecution of found) {
    try {
      await client.workflowService.updateWorkflowExecutionOptions({
        namespace,
        workflowExecution,
        workflowExecutionOptions: { versioningOverride: { autoUpgrade: true } },
        updateMask: { paths: ['versioning_override'] },
      });
    } catch (error) {
      if (isNotFound(error)) continue;
      throw error;
    }
    count += 1;
    moved(workflowExecution.workflowId ?? '');
  }
  return { moved: count, done };
}

async function pinnedTo(
  client: Client,
  name: string,
  buildId: string,
  most: { readonly pages: number; readonly pageSize: number },
) {
  const found: NonNullable<ListedRun['execution']>[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < most.pages; pages += 1) {
    const page: RunPage = await runPage(client, pinnedQuery(name, buildId), cursor, most.pageSize);
    found.push(...page.items.flatMap(({ execution }) => execution ?? []));
    cursor = page.next;
    if (cursor === null) return { found, done: true };
  }
  return { found, done: false };
}

/** A poll lasts a minute at most, and the server remembers pollers for five. */
const FORGET_MS = 90_000;

/** The build ids of the workers that polled the queue of late, one for each poller. */
async function buildsThatPoll(client: Client, name: string, taskQueue: string): Promise<readonly string[]> {
  const { pollers } = await client.workflowService.describeTaskQueue({
    namespace: client.options.namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: 1,
  });
  const since = Date.now() - FORGET_MS;
  return (pollers ?? []).flatMap(({ deploymentOptions, lastAccessTime }) =>
    deploymentOptions?.deploymentName === name &&
    deploymentOptions.buildId &&
    Number(lastAccessTime?.seconds ?? 0) * 1_000 > since
      ? [deploymentOptions.buildId]
      : [],
  );
}

/** What lists the open workflows that are pinned to a version, for people too. */
export const pinnedQuery = (deploymentName: string, buildId: string): string =>
  `ExecutionStatus = 'Running' AND TemporalWorkflowVersioningBehavior = 'Pinned' AND TemporalWorkerDeploymentVersion = ${quoted(versionText({ deploymentName, buildId }))}`;

/** How long a worker that has just begun may take to be known for all its queues. */
const PATIENCE_MS = 10_000;

/** Asks again while the server says that the version, or one of its queues, has no worker. */
async function oncePolled(ask: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      const early = isNotFound(error) || codeOf(error) === FAILED_PRECONDITION;
      if (!early) throw error;
      if (performance.now() > end) throw new VersionRefused(wordsOf(error), { cause: error });
    }
    await delay(500);
  }
}

const NOT_FOUND = 5;
const FAILED_PRECONDITION = 9;
/** The server's own, without the number that gRPC puts before them. */
const wordsOf = (error: unknown): string =>
  error instanceof Error && 'details' in error ? String(error.details) : String(error);
const codeOf = (error: unknown): unknown =>
  error instanceof Error && 'code' in error ? error.code : undefined;
const isNotFound = (error: unknown): boolean => codeOf(error) === NOT_FOUND;
