import { setTimeout as delay } from 'node:timers/promises';
import { archivedBundle } from '../audit/archive/archived-bundle.ts';
import { encryptionCodec } from '../temporal/codec.ts';
import { enginePayments } from '../api/engine.ts';
import { MeteredTally } from '../api/metrics.ts';
import type { NoticeAccount } from '../api/notices.ts';
import { startServer } from '../api/server.ts';
import { parseDuration } from '../payment/duration.ts';
import type { ProviderAccount } from '../providers/provider.ts';
import { viewArchive } from '../temporal/archive-view.ts';
import { secretsOf } from '../temporal/configuration-print.ts';
import { viewPayments } from '../temporal/metrics-view.ts';
import { guardsNotices } from '../temporal/notice-advice.ts';
import { routeNotice } from '../temporal/notice-routing.ts';
import { traceCommands } from '../temporal/traces.ts';
import { tokensOf } from './api-tokens.ts';
import type { Engine } from './connect.ts';
import { observability } from './observability.ts';

/** Starts the HTTP edge over an engine. Its log goes to stderr, and its metrics show all payments. */
export async function runApi(
  { accounts, archive, callQueues, client, connection, configuration, keyRing, payments, target }: Engine,
  where: { readonly host: string; readonly port: number },
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const { taskQueue } = configuration.temporal;
  const { log, metrics } = observability();
  log.hide(secretsOf(configuration));
  // The first creation must not be the one that waits for the connection.
  archive.openThere().catch(() => undefined);
  viewPayments(metrics, {
    client,
    taskQueue,
    callQueues: [...callQueues.values()],
    read: (payment) => payments.get(payment),
  });
  viewArchive(metrics, { client, taskQueue });
  let draining = false;
  const server = await startServer(
    {
      payments: traceCommands(enginePayments(payments, 'caller')),
      tokens: tokensOf(configuration),
      trustProxy: configuration.api.trustProxy,
      logger: log.settings,
      metrics,
      bundleOf: async (payment) =>
        (await archivedBundle({ client, codec: encryptionCodec(keyRing) }, archive, payment)).bundle,
      tally: new MeteredTally(metrics),
      notices: {
        account: (name) => noticeAccount(accounts.get(name), configuration.accounts[name]?.['pathToken']),
        deliver: async (account, notice) => {
          await client.withDeadline(Date.now() + 8_000, () =>
            routeNotice(client, taskQueue, { account, notice }),
          );
        },
      },
      missing: async () => {
        if (draining) return ['this process is ending'];
        try {
          await connection.withDeadline(Date.now() + 2_000, () =>
            connection.workflowService.describeNamespace({ namespace: target.namespace }),
          );
          return [];
        } catch {
          return [`temporal at ${target.address}`];
        }
      },
    },
    where,
  );
  return {
    url: server.url,
    close: async () => {
      draining = true;
      await delay(parseDuration(configuration.api.drain));
      await server.close();
    },
  };
}

/** An account as the notices' door knows it, with the path token that its configuration names. */
function noticeAccount(account: ProviderAccount | undefined, pathToken: unknown): NoticeAccount | undefined {
  if (account === undefined) return undefined;
  return {
    acknowledgement: account.acknowledgement,
    readNotice: (incoming) => account.readNotice(incoming),
    guarded: guardsNotices(account, pathToken),
    ...(typeof pathToken === 'string' ? { pathToken } : {}),
  };
}
