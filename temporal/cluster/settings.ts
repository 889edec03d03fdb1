import { randomInt } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isFree } from '../free-port.ts';

const port = z.int().min(1).max(65_535);
/** The server's schema for PostgreSQL keeps the port of each service in a two-byte number. */
const HIGHEST_GRPC = 32_767;
const rpc = z.strictObject({ grpc: z.int().min(1).max(HIGHEST_GRPC), membership: port });

/**
 * What a cluster is started with. It is kept in its folder, because some of it can never change: the number of history
 * shards decides in which shard a workflow lives, and another number would look for every payment in the wrong place.
 */
const clusterSettings = z.strictObject({
  /** 8 is measured to be enough for one machine; 512 where the cluster may ever grow to several hosts. */
  shards: z.int().min(1).max(16_384),
  namespace: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/),
  /** How long closed payments stay readable in Temporal. */
  retentionDays: z.int().min(30).max(3_650),
  ports: z.strictObject({
    postgres: port,
    frontend: rpc,
    history: rpc,
    matching: rpc,
    worker: rpc,
    metrics: port,
    pprof: port,
  }),
});

export type ClusterSettings = z.output<typeof clusterSettings>;

/** What a caller may choose at the first start. */
export interface ClusterChoice {
  /** @default 8 */
  readonly shards?: number | undefined;
  /** @default 'default' */
  readonly namespace?: string | undefined;
  /** @default 30 */
  readonly retentionDays?: number | undefined;
  /** Of the frontend, which clients and workers call, at most 32767; 0 is any that is free. @default 0 */
  readonly port?: number | undefined;
}

/** What was asked for does not fit the cluster that is in the folder, or the file there is none of ours. */
export class ClusterSettingsError extends Error {
  override readonly name = 'ClusterSettingsError';
}

const fileOf = (folder: string): string => join(folder, 'cluster.json');

/** The settings of the cluster in a folder, or null where there is none. @throws ClusterSettingsError */
export function readClusterSettings(folder: string): ClusterSettings | null {
  const file = fileOf(folder);
  if (!existsSync(file)) return null;
  try {
    return clusterSettings.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new ClusterSettingsError(`${file} is not readable: ${(cause as Error).message}`, { cause });
  }
}

/**
 * The settings of the cluster in a folder, made from the choice at the first start. Later a choice may raise or lower
 * the retention and move the frontend's port; the other ports stay, because the members find each other by them.
 *
 * @throws ClusterSettingsError where the choice contradicts what can never change.
 */
export async function settleCluster(folder: string, choice: ClusterChoice): Promise<ClusterSettings> {
  const kept = readClusterSettings(folder);
  if (kept !== null && choice.shards !== undefined && choice.shards !== kept.shards) {
    throw new ClusterSettingsError(
      `the cluster in ${folder} has ${kept.shards} history shards, and their number can never change: ` +
        `start without another number, or a new cluster in another folder`,
    );
  }
  const ports = kept?.ports ?? (await freshPorts());
  const parsed = clusterSettings.safeParse({
    shards: kept?.shards ?? choice.shards ?? 8,
    namespace: choice.namespace ?? kept?.namespace ?? 'default',
    retentionDays: choice.retentionDays ?? kept?.retentionDays ?? 30,
    ports: {
      ...ports,
      frontend: { ...ports.frontend, grpc: choice.port || ports.frontend.grpc },
    },
  });
  if (!parsed.success) throw new ClusterSettingsError(z.prettifyError(parsed.error));
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(folder), `${JSON.stringify(parsed.data, null, 2)}\n`, { mode: 0o600 });
  return parsed.data;
}

/** Below the range from which systems give ports to whoever asks for any. */
const LOWEST = 20_000;

async function freshPorts(): Promise<ClusterSettings['ports']> {
  const taken = new Set<number>();
  const next = async (): Promise<number> => {
    for (;;) {
      const candidate = randomInt(LOWEST, HIGHEST_GRPC + 1);
      if (taken.has(candidate) || !(await isFree(candidate))) continue;
      taken.add(candidate);
      return candidate;
    }
  };
  const pair = async (): Promise<{ grpc: number; membership: number }> => ({
    grpc: await next(),
    membership: await next(),
  });
  return {
    postgres: await next(),
    frontend: await pair(),
    history: await pair(),
    matching: await pair(),
    worker: await pair(),
    metrics: await next(),
    pprof: await next(),
  };
}
