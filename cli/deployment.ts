import type { Client } from '@temporalio/client';
import type { Command } from 'commander';
import type { DeploymentReport } from '../temporal/deployment-client.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { type Output, table } from './output.ts';
import { findConfiguration } from './source.ts';

interface RouteOptions {
  readonly allowMissing?: boolean;
}

interface RampOptions extends RouteOptions {
  readonly percent: string;
}

/** `deployment show|promote|ramp|move`: which version of the workers serves which payments. */
export function deploymentCommands(program: Command, ended: Ended): void {
  const deployment = program
    .command('deployment')
    .description('versions of the workers, where `tranche worker --versioned` runs');
  act<object>(
    deployment
      .command('show')
      .alias('drain-status')
      .description('the versions, their workers, and how many open workflows are pinned to each'),
    ended,
    (call) =>
      withDeployment(call, async ({ report, output }) => {
        output.data(report);
        show(output, report);
        return EXIT.done;
      }),
  );
  act<RouteOptions>(
    deployment
      .command('promote')
      .description(
        'make a version current: new payments begin there, and those that are not pinned go on there',
      )
      .argument('<build-id>', 'as `tranche worker` prints it')
      .option('--allow-missing', 'also where a task queue of the version before has no worker of this one'),
    ended,
    (call) =>
      withDeployment(call, async ({ client, report, output, again }) => {
        const { promoteVersion } = await import('../temporal/deployment-client.ts');
        const missing = call.options.allowMissing === true;
        return routed(output, again, buildIn(call), () =>
          promoteVersion(client, report.name, buildIn(call), missing),
        );
      }),
  );
  act<RampOptions>(
    deployment
      .command('ramp')
      .description('let a share of the payments try a version before it is promoted')
      .argument('<build-id>', 'as `tranche worker` prints it')
      .requiredOption('--percent <number>', '0 to 100')
      .option('--allow-missing', 'also where a task queue of the current version has no worker of this one'),
    ended,
    (call) =>
      withDeployment(call, async ({ client, report, output, again }) => {
        const { percent, allowMissing } = call.options;
        if (!/^\d{1,3}(\.\d+)?$/.test(percent) || Number(percent) > 100)
          throw new UsageError(`--percent ${percent} is none of 0 to 100`);
        const { rampVersion } = await import('../temporal/deployment-client.ts');
        return routed(output, again, buildIn(call), () =>
          rampVersion(client, report.name, buildIn(call), Number(percent), allowMissing === true),
        );
      }),
  );
  act<object>(
    deployment
      .command('move')
      .description(
        'let the open payments that are pinned to a version follow the current one, so that its workers may end',
      )
      .argument('<build-id>', 'the version that they are pinned to'),
    ended,
    (call) =>
      withDeployment(call, async ({ client, report, output }) => {
        if (!knows(report, buildIn(call))) return refused(output, unknownVersion(report, buildIn(call)));
        const { moveFromVersion } = await import('../temporal/deployment-client.ts');
        const moved: string[] = [];
        const { done } = await moveFromVersion(client, report.name, buildIn(call), (id) => {
          moved.push(id);
          if (moved.length % 100 === 0) output.note(`${moved.length} moved`);
        });
        output.data({ moved, done });
        output.line(`${moved.length} workflow(s) follow the current version now`);
        if (!done) output.note('not all: more are pinned to it; ask again');
        return done ? EXIT.done : EXIT.refused;
      }),
  );
}

/** Routes, then shows how it stands; what the server refuses is said in its words, an unknown build with those it knows. */
async function routed(
  output: Output,
  again: Opened['again'],
  buildId: string,
  route: () => Promise<void>,
): Promise<ExitCode> {
  const { VersionRefused } = await import('../temporal/deployment-client.ts');
  try {
    await route();
  } catch (error) {
    if (!(error instanceof VersionRefused)) throw error;
    const report = await again();
    return refused(output, knows(report, buildId) ? error.message : unknownVersion(report, buildId));
  }
  const after = await again();
  output.data(after);
  show(output, after);
  return EXIT.done;
}

function refused(output: Output, error: string): ExitCode {
  output.data({ error });
  output.note(error);
  return EXIT.refused;
}

const knows = ({ versions }: DeploymentReport, buildId: string): boolean =>
  versions.some((version) => version.buildId === buildId);

const unknownVersion = ({ name, versions }: DeploymentReport, buildId: string): string =>
  `no worker of version ${buildId} polled under deployment ${name}; known: ${versions.map((each) => each.buildId).join(', ') || 'none'}`;

const buildIn = ({ args }: Invocation<object>): string => args[0] ?? '';

interface Opened {
  readonly client: Client;
  readonly report: DeploymentReport;
  readonly output: Output;
  again(): Promise<DeploymentReport>;
}

async function withDeployment(
  { config, output }: Invocation<object>,
  use: (opened: Opened) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { configuration } = findConfiguration(config);
  const [{ connectEngine }, { deploymentNameOf }, { readDeployment }] = await Promise.all([
    import('./connect.ts'),
    import('../temporal/deployment.ts'),
    import('../temporal/deployment-client.ts'),
  ]);
  const engine = await connectEngine(configuration);
  const { client } = engine;
  const name = deploymentNameOf(configuration.temporal);
  const again = async (): Promise<DeploymentReport> => {
    const report = await readDeployment(client, name, configuration.temporal.taskQueue);
    if (report === null)
      throw new UsageError(
        `no versioned worker of deployment ${name} polled yet: tranche worker --versioned`,
      );
    return report;
  };
  try {
    return await use({ client, report: await again(), output, again });
  } finally {
    await engine.close();
  }
}

function show(output: Output, { name, current, ramping, versions }: DeploymentReport): void {
  output.line(`deployment ${name}, current ${current ?? 'none: workers without a version serve it'}`);
  if (ramping !== null) output.line(`ramping ${ramping.buildId} at ${ramping.percentage} %`);
  output.line(
    table(
      ['build id', 'status', 'workers', 'pinned'],
      versions.map(({ buildId, status, workers, pinned }) => [
        buildId,
        status,
        String(workers),
        String(pinned),
      ]),
    ),
  );
}
