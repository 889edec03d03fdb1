import type { Client } from '@temporalio/client';
import type { Configuration } from '../temporal/configuration.ts';
import { deploymentNameOf } from '../temporal/deployment.ts';
import { type DeploymentReport, pinnedQuery, readDeployment } from '../temporal/deployment-client.ts';
import { runPage } from '../temporal/visibility-page.ts';
import { type Finding, ill, well } from './finding.ts';

const MOST_NAMED = 5;

/**
 * Whether every version that has payments has workers.
 *
 * @returns nothing where workers were never versioned.
 */
export async function deploymentFindings(
  client: Client,
  temporal: Configuration['temporal'],
): Promise<readonly Finding[]> {
  const name = deploymentNameOf(temporal);
  const versioned = temporal.versioning !== 'off';
  let report: DeploymentReport | null;
  try {
    report = await readDeployment(client, name, temporal.taskQueue);
  } catch (error) {
    // A server that knows no versions is of consequence only to workers that have one.
    if (!versioned) return [];
    throw error;
  }
  if (report === null)
    return versioned
      ? [ill('deployment', `no version of ${name} polled yet`, 'start a worker: tranche worker')]
      : [];
  return reportFindings(client, report, versioned);
}

/** @param versioned - whether the workers of this configuration poll as a version. */
export async function reportFindings(
  client: Client,
  report: DeploymentReport,
  versioned: boolean,
): Promise<readonly Finding[]> {
  return [currentFinding(report, versioned), ...(await orphans(client, report))];
}

function currentFinding({ name, current, versions }: DeploymentReport, versioned: boolean): Finding {
  if (current === null)
    return versioned
      ? ill(
          'deployment',
          `no version of ${name} is current, so versioned workers are given nothing new`,
          'tranche deployment show names them; then: tranche deployment promote <build-id>',
        )
      : well('deployment', `${name} is served by workers without a version`);
  if ((versions.find(({ buildId }) => buildId === current)?.workers ?? 0) === 0)
    return ill(
      'deployment',
      `${current} is current, and no worker of it polls`,
      versioned
        ? 'start a worker of it, or promote the version that runs: tranche deployment show'
        : 'workers without a version are given nothing new: start them with tranche worker --versioned',
    );
  return well('deployment', `${name} is at ${current}`);
}

/** Payments that are pinned to a version which no worker serves stand still. */
async function orphans(client: Client, { name, versions }: DeploymentReport): Promise<readonly Finding[]> {
  const left = versions.filter(({ pinned, workers }) => pinned > 0 && workers === 0);
  return Promise.all(
    left.map(async ({ buildId, pinned }) => {
      const { items } = await runPage(client, pinnedQuery(name, buildId), null, MOST_NAMED);
      const ids = items.map(({ execution }) => execution?.workflowId ?? '').join(', ');
      return ill(
        'pinned payments',
        `${pinned} pinned to ${buildId}, which no worker serves: ${ids}${pinned > items.length ? ', …' : ''}`,
        `start workers of that version again, or let them follow the current one: tranche deployment move ${buildId}`,
      );
    }),
  );
}
