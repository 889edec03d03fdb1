// Rule: for address and namespace the environment wins over the configuration file, that over the profile
// file, that over the defaults; what nobody answers is said with its address.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { connectClient, connectWorker, resolveTarget } from '../../temporal/connection.ts';
import { freePort } from '../../temporal/free-port.ts';

let folder: string;
let profile: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-profile-'));
  profile = join(folder, 'temporal.toml');
  writeFileSync(profile, '[profile.default]\naddress = "profile:1"\nnamespace = "from-profile"\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nowhere = () => ({ TEMPORAL_CONFIG_FILE: join(folder, 'none.toml') });

test('defaults', () => {
  expect(resolveTarget({}, nowhere())).toMatchObject({ address: '127.0.0.1:7233', namespace: 'default' });
});

test('the profile file', () => {
  const { address, namespace } = resolveTarget({}, { TEMPORAL_CONFIG_FILE: profile });
  expect([address, namespace]).toEqual(['profile:1', 'from-profile']);
});

test('the configuration file over the profile file', () => {
  const { address, namespace } = resolveTarget({ address: 'file:2' }, { TEMPORAL_CONFIG_FILE: profile });
  expect([address, namespace]).toEqual(['file:2', 'from-profile']);
});

test('the environment over both, also inside the options of the connection', () => {
  const env = { TEMPORAL_CONFIG_FILE: profile, TEMPORAL_ADDRESS: 'env:3', TEMPORAL_NAMESPACE: 'from-env' };
  const resolved = resolveTarget({ address: 'file:2', namespace: 'from-file' }, env);
  expect([resolved.address, resolved.namespace]).toEqual(['env:3', 'from-env']);
  expect(resolved.connectionOptions.address).toBe('env:3');
});

test('both kinds of connection reach the server', async () => {
  const target = resolveTarget(inject('temporal'), nowhere());
  const client = await connectClient(target);
  const worker = await connectWorker(target);
  expect((await client.workflowService.getSystemInfo({})).serverVersion).toMatch(/^\d+\.\d+/);
  await client.close();
  await worker.close();
});

test('where nobody listens, the address is named', async () => {
  const target = resolveTarget({ address: `127.0.0.1:${await freePort()}` }, nowhere());
  await expect(connectClient(target, 2_000)).rejects.toThrow(
    `no Temporal server answers at ${target.address}`,
  );
  await expect(connectWorker(target)).rejects.toThrow(`no Temporal server answers at ${target.address}`);
});
