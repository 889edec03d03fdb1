// Rule: an archive that is down blocks no payment and loses none: while PostgreSQL is killed payments are made, captured
// and closed, and when it is back every one of them is kept, and holds.
import { expect, inject, onTestFinished, test } from 'vitest';
import { checkArchive } from '../../audit/archive/check-archive.ts';
import { ArchiveAtHand } from '../../audit/archive/open-archive.ts';
import { PostgresMissing } from '../../temporal/cluster/postgres.ts';
import { startArchiving } from '../support/archiving.ts';
import { cardPayment, SHOP, until } from '../support/payments.ts';
import { testPostgres } from '../support/postgres.ts';
import { testKeyRing } from '../support/test-key.ts';

/** Payments in each of three spans: before the kill, while it is down, after it is back. */
const EACH = 6;

test('PostgreSQL is killed while payments run and close', async () => {
  const postgres = await testPostgres();
  // NOT RUN is said by testPostgres; docs/not-run.json allows it.
  if (postgres === null) return expect(PostgresMissing).toBeDefined();
  onTestFinished(() => postgres.remove());
  const looked: string[] = [];
  const engine = await startArchiving(inject('temporal'), {
    place: { engine: 'postgres', url: postgres.url },
    kept: { looked: (result) => looked.push(result), patience: 10_000, pause: 500 },
  });
  onTestFinished(() => engine.stop());
  await engine.archive.open();
  const made: ReturnType<typeof cardPayment>[] = [];

  const pay = async (): Promise<void> => {
    const bodies = Array.from({ length: EACH }, () => cardPayment());
    made.push(...bodies);
    await Promise.all(
      bodies.map(async (body) => {
        expect(await engine.payments.create(body, { by: 'shop' })).toMatchObject({
          receipt: { state: 'approved' },
        });
        for (const [id, amount] of [
          ['c-1', 4_000],
          ['c-2', 6_000],
        ] as const)
          expect(await engine.payments.command(body.id, { type: 'capture', id, amount }, SHOP)).toMatchObject(
            { receipt: { state: 'approved' } },
          );
        await engine.client.workflow.getHandle(`payment/${body.id}`).result();
      }),
    );
  };

  await pay();
  await engine.archived(made[0]?.id ?? '');
  expect(looked).not.toContain('unreachable');
  // A turn is under way when it dies.
  const cut = engine.archiveNow().then(
    () => 'ended',
    () => 'failed',
  );
  postgres.kill();
  await postgres.exited;
  await pay();
  await cut;
  expect(looked, 'creations that went on without the archive').toContain('unreachable');
  await expect(engine.archiveNow()).rejects.toThrow();
  await expect(engine.payments.get('p-nobody'), 'nobody can say that it is not there').rejects.toMatchObject({
    code: 'unavailable',
  });

  const again = await testPostgres({ folder: postgres.folder, port: postgres.port });
  if (again === null) throw new Error('PostgreSQL did not come back');
  onTestFinished(() => again.stop());
  await pay();

  const reader = new ArchiveAtHand({ engine: 'postgres', url: postgres.url }, testKeyRing());
  onTestFinished(() => reader.close());
  const archive = await reader.open();
  const kept = await until(
    async () => {
      await engine.archiveNow();
      return (await archive.find({ account: made[0]?.account ?? '', limit: 1_000 })).items;
    },
    (items) => items.length >= made.length,
    'every payment in the archive',
  );
  expect(kept.map(({ payment }) => payment).toSorted()).toEqual(made.map(({ id }) => id).toSorted());
  expect(kept.every(({ captured, status }) => captured === 10_000 && status === 'captured')).toBe(true);
  expect((await checkArchive(archive)).filter(({ pass }) => pass === false)).toEqual([]);
  expect(await engine.archiveNow()).toMatchObject({ missing: { count: 0 } });
});
