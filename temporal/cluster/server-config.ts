import type { ClusterSettings } from './settings.ts';

/** Where the server's data is. */
export interface Database {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
}

/** The two databases: histories and queues, and what payments are found by. */
export const DATABASES = { main: 'temporal', visibility: 'temporal_visibility' } as const;

/** The server's own way to PostgreSQL 12 and newer. */
export const SQL_PLUGIN = 'postgres12_pgx';

const LOOPBACK = '127.0.0.1';
const SERVICES = ['frontend', 'history', 'matching', 'worker'] as const;

/**
 * The server's configuration, all four services in one process, on loopback. JSON is YAML, which the server reads.
 *
 * @param dynamicConfigFile - path of the file with {@link dynamicConfig}.
 */
export function serverConfig(
  settings: ClusterSettings,
  database: Database,
  dynamicConfigFile: string,
): Record<string, unknown> {
  const { ports, shards } = settings;
  // Each of the four services opens both pools for itself.
  const store = (databaseName: string, connections: number): Record<string, unknown> => ({
    sql: {
      pluginName: SQL_PLUGIN,
      databaseName,
      connectAddr: `${database.host}:${database.port}`,
      connectProtocol: 'tcp',
      user: database.user,
      password: database.password,
      maxConns: connections,
      maxIdleConns: connections,
      maxConnLifetime: '1h',
    },
  });
  return {
    log: { stdout: true, level: 'warn', format: 'json' },
    persistence: {
      defaultStore: 'main',
      visibilityStore: 'visibility',
      numHistoryShards: shards,
      datastores: { main: store(DATABASES.main, 20), visibility: store(DATABASES.visibility, 10) },
    },
    global: {
      membership: { maxJoinDuration: '30s', broadcastAddress: LOOPBACK },
      pprof: { port: ports.pprof, host: LOOPBACK },
      metrics: {
        prometheus: {
          framework: 'tally',
          timerType: 'histogram',
          listenAddress: `${LOOPBACK}:${ports.metrics}`,
        },
      },
    },
    services: Object.fromEntries(
      SERVICES.map((service) => [
        service,
        {
          rpc: {
            grpcPort: ports[service].grpc,
            membershipPort: ports[service].membership,
            bindOnLocalHost: true,
          },
        },
      ]),
    ),
    clusterMetadata: {
      enableGlobalNamespace: false,
      failoverVersionIncrement: 10,
      masterClusterName: 'active',
      currentClusterName: 'active',
      clusterInformation: {
        active: {
          enabled: true,
          initialFailoverVersion: 1,
          rpcName: 'frontend',
          rpcAddress: `${LOOPBACK}:${ports.frontend.grpc}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    archival: { history: { state: 'disabled' }, visibility: { state: 'disabled' } },
    namespaceDefaults: {
      archival: { history: { state: 'disabled' }, visibility: { state: 'disabled' } },
    },
    publicClient: { hostPort: `${LOOPBACK}:${ports.frontend.grpc}` },
    dynamicConfigClient: { filepath: dynamicConfigFile, pollInterval: '10s' },
  };
}

/**
 * Settings that the server reads again while it runs. The default of visibility is 10 calls a second, and every
 * adopted hold looks there once for another payment with the same hold; the queues of a shard are read at most 20
 * times a second by default, which makes an update wait (measured: 100 ms against 23).
 */
const DYNAMIC: Readonly<Record<string, unknown>> = {
  'system.enableActivityEagerExecution': true,
  'history.transferProcessorMaxPollRPS': 2_000,
  'history.timerProcessorMaxPollRPS': 2_000,
  'history.visibilityProcessorMaxPollRPS': 2_000,
  'frontend.namespaceRPS.visibility': 2_000,
  'frontend.namespaceRPS': 10_000,
  'frontend.rps': 10_000,
  'frontend.persistenceMaxQPS': 10_000,
  'history.rps': 10_000,
  'history.persistenceMaxQPS': 30_000,
  'matching.rps': 10_000,
  'matching.persistenceMaxQPS': 10_000,
  'frontend.enableExecuteMultiOperation': true,
  'system.enableDeploymentVersions': true,
  'frontend.workerVersioningWorkflowAPIs': true,
};

/** The content of the dynamic configuration file. */
export const dynamicConfig = (): Record<string, unknown> =>
  Object.fromEntries(Object.entries(DYNAMIC).map(([name, value]) => [name, [{ value }]]));
