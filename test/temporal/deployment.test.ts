/** Rule: a worker polls as a version where the configuration says so, under names that every server takes. */
import { expect, test } from 'vitest';
import { deploymentNameOf, deploymentOf, versionText } from '../../temporal/deployment.ts';

test('a version is named by the package and its workflow code, the deployment by the task queue', () => {
  const settings = {
    taskQueue: 'shop.eu',
    versioning: 'pinned',
    deployment: undefined,
    buildId: undefined,
  } as const;
  const deployment = deploymentOf(settings);
  expect(deployment).toMatchObject({ useWorkerVersioning: true, defaultVersioningBehavior: 'PINNED' });
  expect(versionText(deployment?.version ?? { deploymentName: '', buildId: '' })).toMatch(
    /^shop-eu:\d+-\d+-\d+-[0-9a-f]{12}$/,
  );
  expect(deploymentOf({ ...settings, versioning: 'off' })).toBeNull();
  expect(deploymentNameOf({ taskQueue: 'tranche', deployment: 'eu' })).toBe('eu');
});
