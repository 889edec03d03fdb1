/**
 * `tranche cluster up` keeps every payment over a SIGKILL of all of it, brings back a part that was killed by itself,
 * starts once where two start at the same moment, and never takes another number of shards.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { type Service, startService } from '../../cli/demo/service.ts';
import { type RunningCluster, runningCluster } from '../../temporal/cluster/cluster.ts';
import { commandOf } from '../../temporal/cluster/leftovers.ts';
import { BUILD_MS, haveCluster } from '../support/cluster-programs.ts';
import { cardPayment, SHOP, startEngine, until } from '../support/payments.ts';

const MAIN = fileURLToPath(new URL('../../cli/tranche.js', import.meta.url));
const NAMESPACE = 'shop';

function newFolder(): { readonly folder: string; readonly up: () => Promise<Service> } {
  const outer = mkdtempSync(join(tmpdir(), 'tranche-cluster-'));
  onTestFinished(() => rmSync(outer, { recursive: true, force: true }));
  const file = join(outer, 'tranche.config.json');
  writeFileSync(file, '{}');
  // The database's user passes the outer folder.
  const passable = join(outer, 'open');
  mkdirSync(passable);
  spawnSync('chmod', ['711', outer, passable]);
  const folder = join(passable, 'cluster');
  const up = () =>
    startService('cluster', file, {}, ['up', '--folder', folder, '--port', '0', '--namespace', NAMESPACE]);
  return { folder, up };
}

const now = (folder: string): RunningCluster => {
  const running = runningCluster(folder);
  if (running === null) throw new Error(`no cluster runs in ${folder}`);
  return running;
};

test(
  'a payment is there after a SIGKILL of server, database and keeper, and goes on',
  async () => {
    if (!(await haveCluster())) return;
    const { folder, up } = newFolder();
    // Two people, or a person and a supervisor, start it for the first time at once.
    const both = await Promise.allSettled([up(), up()]);
    const [first] = both.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    const refused = both.flatMap((each) => (each.status === 'rejected' ? [String(each.reason)] : []));
    if (first === undefined) throw new Error(refused.join('\n'));
    expect(refused).toEqual([expect.stringContaining(`a cluster runs in ${folder} already`)]);
    const { pid, server, postgres = 0, address } = now(folder);
    const engine = await startEngine({ address, namespace: NAMESPACE }, { worker: false });
    try {
      const worker = await engine.startWorker();
      const body = cardPayment();
      await engine.payments.create(body, { by: 'shop' });
      const capture = (id: string, amount: number) =>
        engine.payments.command(body.id, { type: 'capture', id, amount, final: false }, SHOP);
      expect((await capture('c-1', 1_000)).receipt.state).toBe('approved');
      await worker.stop();

      for (const each of [pid, server, postgres]) process.kill(each, 'SIGKILL');
      await first.ended;
      const second = await up();
      try {
        expect(now(folder).address).toBe(address);
        await engine.startWorker();
        const view = await until(
          () => engine.payments.get(body.id).catch(() => null),
          (found) => found !== null,
          'the payment',
        );
        expect(view?.amounts.captured.value).toBe(1_000);
        expect((await capture('c-2', 2_000)).receipt.state).toBe('approved');
        // What was accepted before the kill is not done again.
        expect((await capture('c-1', 1_000)).repeated).toBe(true);
        const { processes } = await engine.twin.admin.books();
        expect(processes.map(({ captured }) => captured)).toEqual([3_000]);
      } finally {
        await engine.stop();
        await second.stop();
      }
    } finally {
      await first.stop();
    }
    expect(runningCluster(folder)).toBeNull();
    expect([server, postgres].map((each) => commandOf(each)?.includes(folder) === true)).toEqual([
      false,
      false,
    ]);

    const other = spawnSync(process.execPath, [MAIN, 'cluster', 'up', '--folder', folder, '--shards', '16'], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect([other.status, other.stderr]).toEqual([2, expect.stringContaining('8 history shards')]);
  },
  BUILD_MS,
);
