// An engine whose worker keeps an archive, and how Temporal's forgetting is brought about.
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { createArchiveActivities } from '../../activities/archive-activities.ts';
import type { ArchiveResult } from '../../activities/contract.ts';
import type { KeyRing } from '../../activities/key-ring.ts';
import { archivePort } from '../../audit/archive/keep-runs.ts';
import { KeptPayments, type KeptOptions } from '../../audit/archive/kept-payments.ts';
import { ArchiveAtHand, type ArchivePlace } from '../../audit/archive/open-archive.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { dataConverter } from '../../temporal/data-converter.ts';
import type { ArchiveInput, archive as archiveWorkflow } from '../../workflows/archive.ts';
import { type Engine, type EngineOptions, startEngine, until } from './payments.ts';
import type { ProvidedTemporal } from './temporal-server.ts';
import { testKeyRing } from './test-key.ts';

export interface ArchivingOptions extends EngineOptions {
  readonly place?: ArchivePlace;
  /** What histories are opened with. @default the test's */
  readonly readsWith?: () => KeyRing;
  readonly kept?: KeptOptions;
}

export interface Archiving extends Engine {
  readonly archive: ArchiveAtHand;
  /** One turn, as the schedule starts it. */
  archiveNow(input?: ArchiveInput): Promise<ArchiveResult>;
  /** Turns until a payment stands in the archive, and what they came to. */
  archived(payment: string): Promise<ArchiveResult>;
  /** Takes a run from Temporal, or all of a payment that is closed, as retention does. */
  forget(payment: string, run?: string): Promise<void>;
}

export async function startArchiving(
  temporal: ProvidedTemporal,
  {
    place = { engine: 'sqlite', path: ':memory:' },
    readsWith = testKeyRing,
    kept,
    ...options
  }: ArchivingOptions = {},
): Promise<Archiving> {
  const taskQueue = `test-${randomUUID()}`;
  const archive = new ArchiveAtHand(place, testKeyRing());
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({
    connection,
    namespace: temporal.namespace,
    dataConverter: dataConverter(testKeyRing()),
  });
  const port = archivePort({
    client,
    taskQueue,
    codec: {
      encode: async (payloads) => payloads,
      decode: (payloads) => encryptionCodec(readsWith()).decode(payloads),
    },
    archive,
  });
  const engine = await startEngine(temporal, {
    ...options,
    taskQueue,
    account: { closeAfter: 'PT1S', ...options.account },
    client: { archive: new KeptPayments(archive, kept), ...options.client },
    activities: { ...createArchiveActivities(port), ...options.activities },
  });
  const archiveNow: Archiving['archiveNow'] = (input = {}) =>
    client.workflow.execute<typeof archiveWorkflow>('archive', {
      workflowId: `archive-${randomUUID()}`,
      taskQueue,
      args: [input],
    });
  return {
    ...engine,
    archive,
    archiveNow,
    archived: async (payment) => {
      const { result } = await until(
        async () => ({
          result: await archiveNow(),
          entry: await (await archive.open()).bundleEntry(payment),
        }),
        ({ entry }) => entry !== null,
        'the payment in the archive',
      );
      return result;
    },
    forget: async (payment, run) => {
      const workflowId = `payment/${payment}`;
      const runs = run === undefined ? await runsOf(client, workflowId) : [run];
      for (const runId of runs) {
        await client.workflowService.deleteWorkflowExecution({
          namespace: temporal.namespace,
          workflowExecution: { workflowId, runId },
        });
        await until(
          () =>
            client.workflow
              .getHandle(workflowId, runId)
              .describe()
              .then(
                () => true,
                () => false,
              ),
          (there) => !there,
          'the forgetting',
          // The server deletes after its other tasks on the run, and begins anew with growing pauses.
          110_000,
        );
      }
    },
    stop: async () => {
      await engine.stop();
      await connection.close();
      await archive.close();
    },
  };
}

async function runsOf(client: Client, workflowId: string): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { runId } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` }))
    found.push(runId);
  return found;
}
