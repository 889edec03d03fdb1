/** A cluster keeps what can never change, and says what is wrong with what cannot be. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  ClusterSettingsError,
  readClusterSettings,
  settleCluster,
} from '../../../temporal/cluster/settings.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a later start has the shards and ports of the first, and another retention', async () => {
  const first = await settleCluster(folder, { shards: 512 });
  const second = await settleCluster(folder, { retentionDays: 90 });
  expect(second).toEqual({ ...first, retentionDays: 90 });
  expect(readClusterSettings(folder)).toEqual(second);
});

test('another number of shards is refused, and nothing is written', async () => {
  const first = await settleCluster(folder, {});
  await expect(settleCluster(folder, { shards: 16, retentionDays: 60 })).rejects.toThrow(
    'has 8 history shards, and their number can never change',
  );
  expect(readClusterSettings(folder)).toEqual(first);
});

test('the ports fit into the two-byte column of the schema, and are all different', async () => {
  const { ports } = await settleCluster(folder, {});
  const { postgres, metrics, pprof, ...services } = ports;
  const grpc = Object.values(services).map((service) => service.grpc);
  expect(grpc.every((port) => port <= 32_767)).toBe(true);
  const all = [postgres, metrics, pprof, ...grpc, ...Object.values(services).map((each) => each.membership)];
  expect(new Set(all).size).toBe(all.length);
  await expect(settleCluster(folder, { port: 40_000 })).rejects.toThrow(ClusterSettingsError);
});

test('closed payments stay for at least thirty days', async () => {
  await expect(settleCluster(folder, { retentionDays: 7 })).rejects.toThrow(/retentionDays/);
});

test('a file that is none of ours is named', () => {
  writeFileSync(join(folder, 'cluster.json'), '{"shards": 8}');
  expect(() => readClusterSettings(folder)).toThrow(/cluster\.json is not readable/);
});
