import { hostname } from 'node:os';
import type { DataConverter } from '@temporalio/common';
import {
  type NativeConnection,
  Worker,
  type WorkerDeploymentOptions,
  type WorkerOptions,
  type WorkflowBundleOption,
} from '@temporalio/worker';
import { createAllocationActivities } from '../activities/allocation-activities.ts';
import { workflowBundle } from './bundle.ts';

export interface TrancheWorkerOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly taskQueue: string;
  readonly dataConverter: DataConverter;
  /** Implementations by name: provider calls, commands, notices, and the shop's own hook; those that allocate are there. */
  readonly activities: object;
  /** @default built or taken from the cache; `null` for a worker that runs activities only */
  readonly bundle?: WorkflowBundleOption | null;
  /** Stands in the history beside what this worker did. @default `tranche/<host>/<pid>` */
  readonly identity?: string;
  /** Longest HTTP time-out of the accounts, milliseconds. `workerOptionsOf` knows it. @default 180 000, a cardholder at a terminal */
  readonly longestCallMs?: number;
  /** Most activities at once in this process; for an account with `maxConcurrent`. */
  readonly maxConcurrentActivities?: number;
  /** Activities per second that the server hands out from this queue, to all workers together; the last to poll says it. */
  readonly maxActivitiesPerSecond?: number;
  /** Polls for activities at a time. @default the SDK's */
  readonly activityPollers?: number;
  /** What a versioned worker polls as, and how its workflows meet a newer version. @default not versioned */
  readonly deployment?: WorkerDeploymentOptions;
  /** Most workflows kept in memory. @default the SDK's, by heap size */
  readonly maxCachedWorkflows?: number;
}

/** Room for the answer to be recorded after the last byte of a call. */
const RECORDING_MS = 5_000;

/** Milliseconds that a worker which is ending gives calls, and after which it stops whatever happens. */
export function shutdownTimes(longestCallMs: number): { readonly grace: number; readonly force: number } {
  const grace = longestCallMs + RECORDING_MS;
  return { grace, force: grace + RECORDING_MS };
}

/**
 * A worker that drains: on shutdown it takes no more tasks and lets provider calls end, for longer than any of them may
 * take; then it cancels what is left and stops whatever happens. What a worker that was killed had under way ends as
 * unknown.
 */
export async function createWorker(options: TrancheWorkerOptions): Promise<Worker> {
  const { connection, namespace, taskQueue, dataConverter, activities, longestCallMs = 180_000 } = options;
  const bundle = options.bundle === undefined ? await workflowBundle() : options.bundle;
  const { grace, force } = shutdownTimes(longestCallMs);
  const settings: WorkerOptions = {
    connection,
    namespace,
    taskQueue,
    dataConverter,
    activities: { ...createAllocationActivities(), ...activities },
    identity: options.identity ?? `tranche/${hostname()}/${process.pid}`,
    shutdownGraceTime: grace,
    shutdownForceTime: force,
    // Heartbeats every two seconds reach the server as they are; the default would hold them back for eight.
    maxHeartbeatThrottleInterval: 2_000,
    defaultHeartbeatThrottleInterval: 2_000,
    ...(bundle === null ? {} : { workflowBundle: bundle }),
    ...(options.maxConcurrentActivities === undefined
      ? {}
      : { maxConcurrentActivityTaskExecutions: options.maxConcurrentActivities }),
    ...(options.maxActivitiesPerSecond === undefined
      ? {}
      : { maxTaskQueueActivitiesPerSecond: options.maxActivitiesPerSecond }),
    ...(options.activityPollers === undefined
      ? {}
      : { activityTaskPollerBehavior: { type: 'simple-maximum', maximum: options.activityPollers } }),
    ...(options.deployment === undefined ? {} : { workerDeploymentOptions: options.deployment }),
    ...(options.maxCachedWorkflows === undefined ? {} : { maxCachedWorkflows: options.maxCachedWorkflows }),
  };
  return Worker.create(settings);
}
