// Rule: what has ended is kept as it was, without an event in the payment; what Temporal forgets is answered from there.
import { existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import type { ArchiveResult } from '../../activities/contract.ts';
import { KeyRing } from '../../activities/key-ring.ts';
import { archivedBundle } from '../../audit/archive/archived-bundle.ts';
import { checkArchive } from '../../audit/archive/check-archive.ts';
import { writeProgress } from '../../audit/archive/progress.ts';
import type { Bundle } from '../../audit/bundle.ts';
import { Replayer } from '../../audit/replay-runs.ts';
import { verifyBundle } from '../../audit/verify.ts';
import { retentionOf } from '../../temporal/archive-schedule.ts';
import { archiveFindings } from '../../cli/examine-archive.ts';
import { acceptArchive, lastArchived } from '../../temporal/archive-schedule.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import type { Configuration } from '../../temporal/configuration.ts';
import { runCli } from '../cli/run-cli.ts';
import { type Archiving, type ArchivingOptions, startArchiving } from '../support/archiving.ts';
import { cardPayment, SHOP, until } from '../support/payments.ts';
import { testKeyRing } from '../support/test-key.ts';

async function start(options: ArchivingOptions = {}): Promise<Archiving> {
  const engine = await startArchiving(inject('temporal'), options);
  onTestFinished(() => engine.stop());
  return engine;
}

/** A payment that was captured whole and has closed. */
async function closed(engine: Archiving): Promise<ReturnType<typeof cardPayment>> {
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.payments.command(body.id, { type: 'capture', id: 'c-1' }, SHOP);
  await engine.client.workflow.getHandle(`payment/${body.id}`).result();
  return body;
}

const bundleOf = async (engine: Archiving, payment: string): Promise<Bundle> => {
  const archive = await engine.archive.open();
  return (await archive.get((await archive.bundleEntry(payment))?.hash ?? '')) as Bundle;
};

async function verdict(bundle: Bundle): Promise<readonly string[]> {
  const replayer = new Replayer();
  onTestFinished(() => replayer.close());
  const { checks } = await verifyBundle(bundle, {
    replay: (payment, histories) => replayer.replay(payment, histories),
  });
  return checks.filter(({ pass }) => pass !== true).map(({ name, text }) => `${name}: ${text}`);
}

vi.setConfig({ testTimeout: 300_000 });

test('a payment that Temporal has forgotten answers as it did, takes nothing, and is not created again', async () => {
  const engine = await start();
  const body = await closed(engine);
  const { payments } = engine;
  const origin = { client: engine.client, codec: encryptionCodec(testKeyRing()) };
  const before = {
    view: await payments.get(body.id),
    ledger: await payments.ledger(body.id),
    capture: await payments.operation(body.id, 'c-1'),
    receipt: await payments.receipt(body.id, 'c-1'),
    explained: await payments.explain(body.id, { type: 'capture', id: 'c-2', amount: 100 }),
    bundle: (await archivedBundle(origin, engine.archive, body.id)).bundle,
  };
  const { historyLength } = await engine.client.workflow.getHandle(`payment/${body.id}`).describe();
  const result = await engine.archived(body.id);
  expect(result).toMatchObject({ missing: { count: 0, oldest: null } });
  expect((await engine.client.workflow.getHandle(`payment/${body.id}`).describe()).historyLength).toBe(
    historyLength,
  );
  const bundle = await bundleOf(engine, body.id);
  expect(bundle).toEqual(before.bundle);
  expect(await verdict(bundle)).toEqual([]);

  await engine.forget(body.id);
  expect(await payments.get(body.id)).toEqual(before.view);
  expect(await payments.ledger(body.id)).toEqual(before.ledger);
  expect(await payments.operation(body.id, 'c-1')).toEqual(before.capture);
  expect(await payments.receipt(body.id, 'c-1')).toEqual(before.receipt);
  expect(await payments.explain(body.id, { type: 'capture', id: 'c-2', amount: 100 })).toEqual(
    before.explained,
  );
  expect((await archivedBundle(origin, engine.archive, body.id)).bundle).toEqual(before.bundle);

  const calls = (await engine.twin.admin.books()).processes.length;
  expect(await payments.create(body, { by: 'shop' })).toMatchObject({
    repeated: true,
    receipt: { operation: 'authorization', state: 'approved' },
  });
  await expect(payments.create({ ...body, metadata: { a: 'b' } }, { by: 'shop' })).rejects.toMatchObject({
    code: 'idempotency-conflict',
  });
  await expect(
    payments.command(body.id, { type: 'capture', id: 'c-2', amount: 1 }, SHOP),
  ).rejects.toMatchObject({ code: 'payment-closed' });
  expect(await payments.command(body.id, { type: 'capture', id: 'c-1' }, SHOP)).toMatchObject({
    repeated: true,
  });
  expect((await engine.twin.admin.books()).processes.length).toBe(calls);
  await expect(payments.get('p-nobody')).rejects.toMatchObject({ code: 'not-found' });
});

test('runs are kept when a payment goes on, and its bundle has those that Temporal has forgotten', async () => {
  const engine = await start({ client: { continueAfter: 40 } });
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  const handle = engine.client.workflow.getHandle(`payment/${body.id}`);
  const { runId } = await handle.describe();
  for (let k = 1; k <= 5; k += 1)
    await engine.payments.command(body.id, { type: 'capture', id: `c-${k}`, amount: 1_000 }, SHOP);
  expect((await handle.describe()).runId).not.toBe(runId);
  const archive = await engine.archive.open();
  await until(
    async () => [await engine.archiveNow(), await archive.runEntry(runId)],
    ([, entry]) => entry !== null,
    'the first run in the archive',
  );
  expect(await archive.runEntry(runId)).toMatchObject({
    ended: 'continued',
    account: body.account,
    amount: 10_000,
  });
  expect(await archive.bundleEntry(body.id)).toBeNull();

  await engine.forget(body.id, runId);
  const open = { client: engine.client, codec: encryptionCodec(testKeyRing()) };
  const [first] = (await archivedBundle(open, engine.archive, body.id)).bundle.histories;
  expect(first?.runId, 'an open payment, whose first run is forgotten').toBe(runId);

  await engine.payments.command(body.id, { type: 'capture', id: 'c-6' }, SHOP);
  await engine.client.workflow.getHandle(`payment/${body.id}`).result();
  await engine.archived(body.id);
  const bundle = await bundleOf(engine, body.id);
  expect(bundle.histories.length).toBeGreaterThan(1);
  expect(bundle.histories[0]?.runId).toBe(runId);
  expect(await verdict(bundle)).toEqual([]);
  expect((await checkArchive(archive)).filter(({ pass }) => pass === false)).toEqual([]);
});

test('a payment that was ended by force is kept too, and is not created again', async () => {
  const engine = await start();
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  await engine.client.workflow.getHandle(`payment/${body.id}`).terminate('by hand');
  await engine.archived(body.id);
  const archive = await engine.archive.open();
  expect(await archive.bundleEntry(body.id)).toMatchObject({ ended: 'terminated', status: 'authorized' });
  await engine.forget(body.id);
  expect(await engine.payments.get(body.id)).toMatchObject({ status: 'authorized', closed: null });
  expect(await engine.payments.create(body, { by: 'shop' })).toMatchObject({ repeated: true });
  await expect(engine.payments.command(body.id, { type: 'capture', id: 'c-1' }, SHOP)).rejects.toMatchObject({
    code: 'payment-closed',
  });
  expect((await checkArchive(archive)).filter(({ pass }) => pass === false)).toEqual([]);
});

test('what no turn saw in time is found when all is gone through', async () => {
  const engine = await start();
  const body = await closed(engine);
  const archive = await engine.archive.open();
  const now = Date.now();
  const at = (ms: number): string => new Date(ms).toISOString();
  await writeProgress(archive.database, { until: at(now + 3_600_000), scannedAt: at(now) });
  const ended = `WorkflowId = 'payment/${body.id}' AND ExecutionStatus = 'Completed'`;
  await until(
    () => engine.client.workflow.count(ended),
    ({ count }) => count === 1,
    'the payment in visibility',
  );
  expect(await engine.archiveNow()).toMatchObject({ looked: 0, stored: 0 });
  await archive.database.query('UPDATE archive_progress SET value = $1 WHERE name = $2', [
    at(now - 7 * 3_600_000),
    'scannedAt',
  ]);
  expect(await engine.archiveNow({ pagesPerRun: 1 })).toMatchObject({ stored: 1 });
  expect(await archive.bundleEntry(body.id)).not.toBeNull();
});

test('a run that cannot be read is noted, holds up no other, and is kept once it can', async () => {
  let ring = new KeyRing([{ id: 'other', key: Buffer.alloc(32, 1) }]);
  const engine = await start({ readsWith: () => ring });
  const body = await closed(engine);
  const result = await until(
    () => engine.archiveNow(),
    ({ missing }) => missing.count > 0,
    'the missing run',
  );
  expect(result.missing).toMatchObject({ count: 1, oldest: expect.any(String) });
  expect(result.retention).toBe(await retentionOf(engine.client));
  ring = testKeyRing();
  expect(await engine.archived(body.id)).toMatchObject({ missing: { count: 0, oldest: null } });
});

function filePath(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tranche-turns-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'archive.sqlite');
}

test('while somebody else holds the archive a turn fails, a capture goes on beside it, and nothing is lost', async () => {
  const path = filePath();
  const engine = await start({ place: { engine: 'sqlite', path } });
  const body = await closed(engine);
  await (await engine.archive.open()).head();
  const other = new DatabaseSync(path);
  onTestFinished(() => other.close());
  other.exec('BEGIN EXCLUSIVE');
  let ticks = 0;
  const timer = setInterval(() => (ticks += 1), 10);
  onTestFinished(() => clearInterval(timer));
  const [turn] = await Promise.allSettled([engine.archiveNow(), closed(engine)]);
  expect(turn.status).toBe('rejected');
  expect(ticks, 'timers of 10 ms while the turn waited').toBeGreaterThan(100);
  expect((await engine.twin.admin.books()).processes.length).toBe(2);
  other.exec('ROLLBACK');
  expect(await engine.archived(body.id)).toMatchObject({ missing: { count: 0 } });
});

test('what was cut off the end is not covered up by the next turn, until a person takes the loss', async () => {
  const path = filePath();
  const engine = await start({ place: { engine: 'sqlite', path } });
  const { client, taskQueue } = engine;
  const configuration = {
    temporal: { taskQueue },
    archive: { url: `sqlite:${path}` },
  } as unknown as Configuration;
  const found = async () => (await archiveFindings(client, configuration, testKeyRing()))[0];
  expect(await found(), 'doctor before there is one').toMatchObject({ ok: true });
  expect(existsSync(path), 'doctor makes none').toBe(false);
  const body = await closed(engine);
  const { head } = await engine.archived(body.id);
  await until(
    () => lastArchived(client, taskQueue),
    (last) => last?.head === head,
    'the turn in visibility',
  );
  expect(await found()).toMatchObject({ ok: true });
  expect(await engine.archiveNow(), 'a turn after it').toMatchObject({ head });

  const cutting = new DatabaseSync(path);
  cutting.exec('DROP TRIGGER archive_entry_no_delete; DELETE FROM archive_entry');
  cutting.exec('DROP TRIGGER archive_content_no_delete; DELETE FROM archive_content');
  cutting.close();
  const { until: before } = (await lastArchived(client, taskQueue)) ?? {};
  for (const _ of [1, 2]) await expect(engine.archiveNow()).rejects.toThrow();
  expect(await lastArchived(client, taskQueue)).toMatchObject({ head, until: before });
  expect((await (await engine.archive.open()).head()).n, 'nothing was kept over it').toBe(0);
  expect(await found()).toMatchObject({ ok: false, found: expect.stringContaining('is not there any more') });

  renameSync(path, `${path}.away`);
  for (const end of ['-wal', '-shm']) rmSync(`${path}${end}`, { force: true });
  await expect(engine.archiveNow(), 'removed').rejects.toThrow();
  expect(existsSync(path), 'a turn makes none in its place').toBe(false);
  expect(await found()).toMatchObject({ ok: false, found: expect.stringContaining('no archive any more') });

  await expect(acceptArchive(client, taskQueue, `9:${'f'.repeat(64)}`), 'another head').rejects.toThrow();
  const { address, namespace } = inject('temporal');
  const keys = [{ id: 'test', key: Buffer.alloc(32, 7).toString('base64') }];
  const temporal = { address, namespace, taskQueue };
  const file = join(dirname(path), 'tranche.json');
  writeFileSync(
    file,
    JSON.stringify({ temporal, encryption: { keys }, archive: configuration.archive, accounts: {} }),
  );
  const accepting = ['--config', file, 'archive', 'accept', head, '--json'];
  const { code, stdout, stderr } = await runCli(accepting, dirname(path));
  expect(code, stderr).toBe(0);
  const taken = JSON.parse(stdout) as ArchiveResult;
  expect(taken).toMatchObject({ stored: 1 });
  await until(
    () => lastArchived(client, taskQueue),
    (last) => last?.head === taken.head,
    'the loss that was taken',
  );
  expect(await engine.archiveNow()).toMatchObject({ head: taken.head });
  expect(await found()).toMatchObject({ ok: true });
});
