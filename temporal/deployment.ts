import { readFileSync } from 'node:fs';
import type { WorkerDeploymentVersion } from '@temporalio/common';
import type { WorkerDeploymentOptions } from '@temporalio/worker';
import { digestOfWorkflows } from './bundle.ts';
import type { Configuration } from './configuration.ts';

/** The part of the configuration that says what a worker polls as. */
export type DeploymentSettings = Pick<
  Configuration['temporal'],
  'taskQueue' | 'versioning' | 'deployment' | 'buildId'
>;

const BEHAVIOUR = { 'auto-upgrade': 'AUTO_UPGRADE', pinned: 'PINNED' } as const;

/**
 * What a versioned worker polls as. `auto-upgrade`: an open payment goes on with its next task at the version that is
 * current then. `pinned`: it stays where it began until it goes on as a new run, is closed or is moved; the workflows
 * without an end (`workflows/index.ts`) follow the current version all the same.
 *
 * @returns null where workers are not versioned.
 */
export function deploymentOf(settings: DeploymentSettings): WorkerDeploymentOptions | null {
  if (settings.versioning === 'off') return null;
  const version = {
    deploymentName: deploymentNameOf(settings),
    buildId: settings.buildId ?? buildId(),
  };
  return {
    version,
    useWorkerVersioning: true,
    defaultVersioningBehavior: BEHAVIOUR[settings.versioning],
  };
}

/** The deployment's name; a task queue may have a name that no deployment can. */
export const deploymentNameOf = ({
  deployment,
  taskQueue,
}: Pick<DeploymentSettings, 'deployment' | 'taskQueue'>): string =>
  deployment ?? taskQueue.replace(/[^A-Za-z0-9_-]/g, '-');

/** Of this code: the package's version, and a digest that changes with the workflow code and with nothing else. */
function buildId(): string {
  const file = new URL('../package.json', import.meta.url);
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string };
  return `${version.replace(/[^A-Za-z0-9_-]/g, '-')}-${digestOfWorkflows().slice(0, 12)}`;
}

/** As people and Temporal's own tools write it. */
export const versionText = ({ deploymentName, buildId: build }: WorkerDeploymentVersion): string =>
  `${deploymentName}:${build}`;
