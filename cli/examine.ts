import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from '@temporalio/client';
import { Client } from '@temporalio/client';
import { request } from 'undici';
import type { Configuration } from '../temporal/configuration.ts';
import { configureAccounts } from '../temporal/accounts.ts';
import { connectClient, resolveTarget } from '../temporal/connection.ts';
import { dataConverter } from '../temporal/data-converter.ts';
import { keyRingOf } from '../temporal/key-ring.ts';
import { noticeAdvice } from '../temporal/notice-advice.ts';
import { secretAdvice } from '../temporal/secret-places.ts';
import { missingSearchAttributes } from '../temporal/search-attributes.ts';
import { type DevFile, stateFolder } from './dev-file.ts';
import { archiveFindings } from './examine-archive.ts';
import { deploymentFindings } from './examine-deployment.ts';
import { brokenFinding, sweepFindings } from './examine-sweep.ts';
import { type Finding, ill, warn, well } from './finding.ts';
import { findConfiguration } from './source.ts';
import { undeliveredFinding, webhookFindings } from './webhook-findings.ts';

/** Clocks may differ by this much before deadlines and signed messages suffer. */
const MOST_SKEW_MS = 60_000;
const PATIENCE_MS = 5_000;

/** Looks at everything, also when some of it fails. */
export async function examine(config: string | undefined): Promise<readonly Finding[]> {
  const findings: Finding[] = [node(), ...privateFiles(stateFolder())];
  let configuration: Configuration;
  let dev: DevFile | null;
  try {
    ({ configuration, dev } = findConfiguration(config));
    if (configuration.encryption.keys.length === 0) {
      findings.push(
        ill(
          'encryption',
          'no key',
          'name one in encryption.keys: openssl rand -base64 32 prints one; only tranche dev makes its own',
        ),
      );
    }
    const accounts = configureAccounts(
      Object.fromEntries(
        Object.entries(configuration.accounts).filter(([, account]) => account['url'] !== 'sandbox'),
      ),
    );
    for (const account of accounts.values()) await account.close();
    if (dev === null)
      findings.push(...secretAdvice({ path: config }).map(({ found, mend }) => warn('secrets', found, mend)));
    findings.push(
      ...noticeAdvice(accounts, configuration.accounts).map(({ found, mend }) =>
        warn('notices', found, mend),
      ),
    );
    const count = Object.keys(configuration.accounts).length;
    findings.push(
      well('configuration', `${count} account(s)${dev === null ? '' : ', of the running tranche dev'}`),
    );
  } catch (error) {
    findings.push(
      ill('configuration', messageOf(error), 'mend the field and check with: tranche config check'),
    );
    return findings;
  }
  findings.push(
    ...(await temporal(configuration)),
    ...(await providers(configuration)),
    ...(await webhookFindings(configuration)),
  );
  return findings;
}

function node(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= 24) return well('node', process.version);
  return ill('node', process.version, 'install Node 24 or newer, or run npm run setup in the checkout');
}

/** Keys and tokens must be readable by their owner only. */
function privateFiles(folder: string): readonly Finding[] {
  return ['key.json', 'token', 'dev.json'].flatMap((name) => {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found === undefined) return [];
    const mode = (found.mode & 0o777).toString(8).padStart(3, '0');
    if ((found.mode & 0o077) === 0) return [well('key file', `${path} has mode ${mode}`)];
    return [
      ill(
        'key file',
        `${path} has mode ${mode}, others can read it`,
        `chmod 600 ${path}, and replace the key if others had access`,
      ),
    ];
  });
}

async function temporal(configuration: Configuration): Promise<readonly Finding[]> {
  const target = resolveTarget(configuration.temporal);
  let connection: Connection;
  try {
    connection = await connectClient(target, PATIENCE_MS);
  } catch (error) {
    return [
      ill(
        'temporal',
        messageOf(error),
        'start tranche dev, or set temporal.address or TEMPORAL_ADDRESS to a server that runs',
      ),
    ];
  }
  const { namespace } = target;
  const { taskQueue } = configuration.temporal;
  try {
    return await connection.withDeadline(Date.now() + 4 * PATIENCE_MS, async () => [
      well('temporal', `${target.address}, namespace ${namespace}`),
      await searchAttributes(connection, namespace),
      await pollers(connection, namespace, taskQueue),
      ...(await payments(connection, namespace, configuration)),
    ]);
  } catch (error) {
    return [
      ill(
        'temporal',
        `${target.address} answers, namespace ${namespace} does not: ${messageOf(error)}`,
        'create the namespace or name another one',
      ),
    ];
  } finally {
    await connection.close();
  }
}

async function searchAttributes(connection: Connection, namespace: string): Promise<Finding> {
  const missing = await missingSearchAttributes(connection, namespace);
  if (missing.length === 0) return well('search attributes', 'all there');
  const mend = `temporal operator search-attribute create --namespace ${namespace} --name ${missing[0]} --type Keyword, and so on; TrancheDeadline and TrancheCreated are Datetime`;
  return ill('search attributes', `missing ${missing.join(', ')}`, mend);
}

async function pollers(connection: Connection, namespace: string, taskQueue: string): Promise<Finding> {
  const { pollers: found } = await connection.workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: taskQueue },
    taskQueueType: 1,
  });
  const count = found?.length ?? 0;
  if (count > 0) return well('worker', `${count} on task queue ${taskQueue}`);
  return ill('worker', `none on task queue ${taskQueue}`, 'start one with: tranche worker');
}

/** Needs a key: what sweeps say is encrypted like everything else. */
async function payments(
  connection: Connection,
  namespace: string,
  configuration: Configuration,
): Promise<readonly Finding[]> {
  if (configuration.encryption.keys.length === 0) return [];
  const keyRing = keyRingOf(configuration);
  const client = new Client({ connection, namespace, dataConverter: dataConverter(keyRing) });
  const { taskQueue } = configuration.temporal;
  return [
    ...(await deploymentFindings(client, configuration.temporal)),
    ...(await sweepFindings(client, taskQueue)),
    await brokenFinding(client, taskQueue),
    ...(await archiveFindings(client, configuration, keyRing)),
    await undeliveredFinding(client, taskQueue),
  ];
}

async function providers(configuration: Configuration): Promise<readonly Finding[]> {
  const reached = await Promise.all(
    Object.entries(configuration.accounts).map(async ([name, account]) => {
      const { url } = account;
      if (url === 'sandbox')
        return [ill(`provider ${name}`, 'url is "sandbox"', 'the local twin runs under tranche dev only')];
      return typeof url === 'string' ? provider(name, url) : [];
    }),
  );
  return reached.flat();
}

/** Any HTTP answer will do: nothing is asked for. Its date shows how far the clocks are apart. */
async function provider(name: string, url: string): Promise<readonly Finding[]> {
  const { origin } = new URL(url);
  try {
    const asked = Date.now();
    const { headers, body } = await request(origin, {
      method: 'HEAD',
      headersTimeout: PATIENCE_MS,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await body.dump();
    const reached = well(`provider ${name}`, `${origin} answers`);
    const date = Date.parse(String(headers['date'] ?? ''));
    if (Number.isNaN(date)) return [reached];
    const skew = Math.abs(date - asked);
    const clock = `clock against ${name}`;
    if (skew <= MOST_SKEW_MS) return [reached, well(clock, 'within a minute')];
    return [
      reached,
      ill(clock, `${Math.round(skew / 1000)} s apart`, 'set this machine by NTP: deadlines are instants'),
    ];
  } catch (error) {
    return [
      ill(
        `provider ${name}`,
        `${origin} does not answer (${messageOf(error)})`,
        'check the url, the network and the firewall',
      ),
    ];
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
