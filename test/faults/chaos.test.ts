/**
 * Under load the HTTP edge, the worker, the Temporal server and PostgreSQL each die by SIGKILL: every capture that was
 * answered as approved took effect once at its provider, every request was answered, and ledgers, books and every rule of money agree.
 */
import { expect, test } from 'vitest';
import { chaos } from '../../bench/load/chaos-run.ts';
import { BUILD_MS, haveCluster } from '../support/cluster-programs.ts';

test(
  'nothing is lost and nothing is done twice',
  async () => {
    if (!(await haveCluster())) return;
    const notes: string[] = [];
    const { judgement, tally, kills } = await chaos({
      rounds: 1,
      concurrency: 8,
      betweenMs: 5_000,
      log: (note) => notes.push(note),
    });
    expect(judgement.faults, notes.join('\n')).toEqual([]);
    expect(tally.refused).toEqual([]);
    expect(kills.map(({ part }) => part)).toEqual(['api', 'worker', 'server', 'postgres']);
    expect(judgement.effects).toBe(judgement.approved);
    expect(judgement.captured.books).toBe(judgement.captured.ledgers);
    // It did run: requests were answered, and some had to come again.
    expect(judgement.approved).toBeGreaterThan(0);
    expect(judgement.reads).toBeGreaterThan(0);
    expect(tally.lost).toBeGreaterThan(0);
  },
  BUILD_MS,
);
