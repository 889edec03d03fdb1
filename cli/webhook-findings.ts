import type { Client } from '@temporalio/client';
import { request } from 'undici';
import type { Configuration } from '../temporal/configuration.ts';
import { addressFault } from '../temporal/outgoing-address.ts';
import { guardedAgent } from '../temporal/webhook-agent.ts';
import { failureReason } from '../temporal/webhook-endpoint.ts';
import { undeliveredQuery } from '../temporal/webhook-list.ts';
import { type Finding, ill, well } from './finding.ts';

/** Receivers refuse what is signed for another time: Standard Webhooks allows five minutes. */
const MOST_SKEW_MS = 60_000;
const PATIENCE_MS = 5_000;

/** Whether each endpoint answers at an address that is allowed, and how far its clock is from ours. Nothing is posted. */
export async function webhookFindings({ webhooks }: Configuration): Promise<readonly Finding[]> {
  return (await Promise.all(webhooks.map(endpoint))).flat();
}

async function endpoint({
  name,
  url,
  allowPrivate,
}: Configuration['webhooks'][number]): Promise<readonly Finding[]> {
  const label = `webhook ${name}`;
  const { origin } = new URL(url);
  const fault = addressFault(url, allowPrivate);
  if (fault !== null)
    return [ill(label, `${origin} ${fault}`, 'nothing is sent there: name an https address in webhooks')];
  const agent = guardedAgent({ allowPrivate, connectTimeoutMs: PATIENCE_MS, maxAnswerBytes: 65_536 });
  try {
    const asked = Date.now();
    const { headers, body } = await request(origin, {
      method: 'HEAD',
      dispatcher: agent,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await body.dump();
    return [
      well(label, `${origin} answers`),
      ...clock(name, Date.parse(String(headers['date'] ?? '')) - asked),
    ];
  } catch (error) {
    const reason = failureReason(error);
    const mend =
      reason === 'refused-address'
        ? 'its name stands for an address that is not allowed, or http was named for a public one; allowPrivate permits your own networks'
        : 'check the url, the certificate, the network and the firewall; events wait and are tried for three days';
    return [ill(label, `${origin} does not answer (${reason})`, mend)];
  } finally {
    await agent.destroy();
  }
}

function clock(name: string, skew: number): readonly Finding[] {
  if (Number.isNaN(skew)) return [];
  const label = `clock against webhook ${name}`;
  if (Math.abs(skew) <= MOST_SKEW_MS) return [well(label, 'within a minute')];
  const apart = `${Math.round(Math.abs(skew) / 1000)} s apart`;
  return [ill(label, apart, 'set both machines by NTP: a signature holds for five minutes')];
}

/** Events that were given up. */
export async function undeliveredFinding(client: Client, taskQueue: string): Promise<Finding> {
  const { count } = await client.workflow.count(undeliveredQuery(taskQueue));
  if (count === 0) return well('webhooks', 'no event was given up');
  return ill(
    'webhooks',
    `${count} payment(s) with events that were given up`,
    'see them with: tranche webhook list; then tranche webhook retry',
  );
}
