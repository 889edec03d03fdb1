import { Connection } from '@temporalio/client';
import { type ClientConnectConfig, loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { rpcRetryInterceptor } from './rpc-retry.ts';

/** The `temporal` part of the configuration file; what it leaves out comes from the profile. */
export interface TemporalTarget {
  /** host:port */
  readonly address?: string | undefined;
  readonly namespace?: string | undefined;
}

/** Where Temporal is and how to reach it. */
export interface ResolvedTarget {
  readonly address: string;
  readonly namespace: string;
  /** TLS, API key and headers of the profile, with `address`. */
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
}

/**
 * Merges the configuration file with the Temporal profile. The profile is what every Temporal tool reads: a
 * TOML file (`TEMPORAL_CONFIG_FILE`, `TEMPORAL_PROFILE`) overridden by `TEMPORAL_*` variables. For address
 * and namespace the environment wins, then the configuration file, then the profile file, then
 * 127.0.0.1:7233 and `default`.
 *
 * @throws Error of the profile reader when the TOML file is not readable or names no such profile
 */
export function resolveTarget(
  target: TemporalTarget = {},
  env: NodeJS.ProcessEnv = process.env,
): ResolvedTarget {
  const variables = Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  const profile = loadClientConnectConfig({ overrideEnvVars: variables });
  const address =
    given(env['TEMPORAL_ADDRESS']) ?? target.address ?? profile.connectionOptions.address ?? '127.0.0.1:7233';
  const namespace = given(env['TEMPORAL_NAMESPACE']) ?? target.namespace ?? profile.namespace ?? 'default';
  return { address, namespace, connectionOptions: { ...profile.connectionOptions, address } };
}

/**
 * Opens a client's connection.
 *
 * @param timeoutMs - bound of the whole attempt in milliseconds
 * @throws Error that names the address when nothing answers in time
 */
export async function connectClient(resolved: ResolvedTarget, timeoutMs = 10_000): Promise<Connection> {
  try {
    return await Connection.connect({
      ...resolved.connectionOptions,
      connectTimeout: timeoutMs,
      interceptors: [rpcRetryInterceptor()],
    });
  } catch (cause) {
    throw new Error(`no Temporal server answers at ${resolved.address}`, { cause });
  }
}

/**
 * Opens a worker's connection.
 *
 * @throws Error that names the address when nothing answers
 */
export async function connectWorker(resolved: ResolvedTarget): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(resolved.connectionOptions);
  } catch (cause) {
    throw new Error(`no Temporal server answers at ${resolved.address}`, { cause });
  }
}

const given = (value: string | undefined) => (value === '' ? undefined : value);
