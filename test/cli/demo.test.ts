/** The demo on real processes: a Temporal server, a twin, a worker that is killed; its verdict and its books. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, inject, test } from 'vitest';
import type { DemoResult } from '../../cli/demo/result.ts';

const TRANCHE = fileURLToPath(new URL('../../cli/tranche.js', import.meta.url));

function runDemo(address: string): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [TRANCHE, '--json', 'demo'], {
    env: { ...process.env, TEMPORAL_ADDRESS: address },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr })));
}

test('every order of the demo agrees with the books of the twin', { timeout: 300_000 }, async () => {
  const { code, stdout, stderr } = await runDemo(inject('temporal').address);
  const last = stdout.trim().split('\n').at(-1) ?? '';
  expect(last, stderr).toMatch(/^\{/);
  const result = JSON.parse(last) as DemoResult;

  expect(result.orders.filter((order) => !order.agrees)).toEqual([]);
  expect(Object.entries(result.invariants).filter(([, verdict]) => !verdict.holds)).toEqual([]);
  expect({ code, ok: result.ok }).toEqual({ code: 0, ok: true });
  expect(stderr).toContain('the worker was killed (SIGKILL)');

  const sums = Object.fromEntries(
    result.orders.map(({ id, authorized, captured, released, lapsed, refunded, provider_books }) => [
      id,
      [authorized, captured, released, lapsed, refunded, provider_books.bookings],
    ]),
  );
  expect(sums).toEqual({
    'three-parcels': [10_260, 10_260, 0, 0, 0, 3],
    'lost-answer': [36_090, 36_090, 0, 0, 0, 3],
    'cancelled-early': [8290, 6190, 2100, 0, 0, 2],
    'cancelled-late': [31_290, 25_390, 0, 5900, 0, 1],
    'power-cut': [16_290, 16_290, 0, 0, 0, 2],
    'sent-back': [17_190, 17_190, 0, 0, 1900, 2],
    'declined-once': [100_000, 60_000, 40_000, 0, 0, 1],
    'swedish-sofa': [899_500, 700_000, 199_500, 0, 25_000, 4],
    'charge-point': [8_000, 2_340, 5_660, 0, 0, 1],
    'tokyo-stay': [48_000, 36_000, 12_000, 0, 2_500, 2],
    'kyiv-boxes': [120_000, 95_000, 25_000, 0, 0, 1],
  });
});
