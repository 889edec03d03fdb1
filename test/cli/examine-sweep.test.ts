// The doctor says whether the sweep runs, what the last one found, and which payments were ended by force.
import { expect, inject, onTestFinished, test } from 'vitest';
import { brokenFinding, sweepFindings } from '../../cli/examine-sweep.ts';
import { ensureSweep, sweepIdOf } from '../../temporal/schedules.ts';
import { cardPayment, startEngine, until } from '../support/payments.ts';

test('a sweep that is missing, paused or was run is told apart', async () => {
  const engine = await startEngine(inject('temporal'));
  onTestFinished(() => engine.stop());
  const { client, taskQueue } = engine;
  const look = () => sweepFindings(client, taskQueue);
  expect(await look()).toMatchObject([{ name: 'sweep', ok: false, found: 'not scheduled' }]);

  await ensureSweep(client, taskQueue);
  const handle = client.schedule.getHandle(sweepIdOf(taskQueue));
  onTestFinished(() => handle.delete());
  expect(await look()).toMatchObject([{ ok: true, found: 'scheduled, none was due yet' }]);
  await handle.pause();
  expect(await look()).toMatchObject([{ ok: false, found: `schedule ${taskQueue}-sweep is paused` }]);
  await handle.unpause();
  await handle.trigger();
  const [swept] = await until(look, ([finding]) => finding?.found.includes('overdue') === true, 'the sweep');
  expect(swept).toMatchObject({ ok: true, mend: null });
  expect(swept?.found).toMatch(/^the last one began at 20\S+Z: 0 payment\(s\) overdue, 0 poked$/);
});

test('payments that were ended by force are named with how', async () => {
  const engine = await startEngine(inject('temporal'));
  onTestFinished(() => engine.stop());
  const look = () => brokenFinding(engine.client, engine.taskQueue);
  const body = cardPayment();
  await engine.payments.create(body, { by: 'shop' });
  expect(await look()).toMatchObject({ name: 'payments', ok: true });
  await engine.client.workflow.getHandle(`payment/${body.id}`).terminate('by hand');
  const found = await until(look, ({ ok }) => !ok, 'the finding');
  expect(found.found).toBe(`1 ended by force: ${body.id} (terminated)`);
  expect(found.mend).toContain(`TaskQueue = '${engine.taskQueue}'`);
});
