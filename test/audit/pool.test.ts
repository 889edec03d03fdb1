/** Rule: verdicts come in the order of the sources, a bad bundle keeps no other, and a process that takes too long or too much is ended. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { VerifyPool } from '../../audit/pool.ts';
import { judgeInOrder } from '../../audit/pool-order.ts';
import type { Judged, PoolOptions, Source } from '../../audit/pool-words.ts';
import { newKeyPair, rawPublicKey, readPrivateKey, readPublicKey } from '../../audit/signature.ts';
import { goldenBundle, goldenNames } from './bundles.ts';

const keys = newKeyPair();
/** Of every POSIX system. */
const MAKE_PIPE = 'mkfifo';
const LIMITS: PoolOptions = { jobs: 2, size: 64 * 1024 ** 2, memory: 1_024 };
let golden: readonly Buffer[];
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-pool-'));
  const privateKey = readPrivateKey(keys.privatePem);
  golden = await Promise.all(
    goldenNames().map(async (name) => Buffer.from(JSON.stringify(await goldenBundle(name, { privateKey })))),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function judged(
  sources: readonly Source[],
  options: Partial<PoolOptions> = {},
): Promise<readonly Judged[]> {
  const pool = new VerifyPool({ ...LIMITS, ...options });
  async function* given(): AsyncGenerator<Source> {
    yield* sources;
  }
  try {
    const all: Judged[] = [];
    for await (const one of judgeInOrder(pool, given(), options.jobs ?? LIMITS.jobs)) all.push(one);
    return all;
  } finally {
    await pool.close();
  }
}

const holds = (one: Judged | undefined): boolean => one !== undefined && 'checks' in one && one.holds;
const sourcesOf = (all: readonly Buffer[]): readonly Source[] =>
  all.map((data, index) => ({ name: `n-${index}`, data }));

describe('many bundles', () => {
  test('have their verdicts in order, whatever stands between them', async () => {
    const [first = Buffer.alloc(0), second = Buffer.alloc(0)] = golden;
    const file = join(folder, 'good.json');
    writeFileSync(file, first);
    const lie = Buffer.from(second.toString('utf8').replace('"rule":"', '"rule":"not '));
    const all = await judged([
      { name: 'a', data: first },
      { name: 'b', data: first.subarray(0, -9) },
      { name: 'c', data: lie },
      { name: 'd', fault: 'said before it was read' },
      { name: 'e', path: file, bytes: first.length },
      { name: 'f', path: join(folder, 'none.json'), bytes: 0 },
      { name: 'g', data: second },
    ]);
    expect(all.map(({ file: name }) => name).join('')).toBe('abcdefg');
    expect(all.map(holds)).toEqual([true, false, false, false, true, false, true]);
    expect(all.map((one) => 'noBundle' in one)).toEqual([false, true, false, true, false, true, false]);
  });

  test('are held against the key', async () => {
    const publicKey = rawPublicKey(readPublicKey(keys.publicPem));
    expect((await judged(sourcesOf(golden), { publicKey })).map(holds)).toEqual(golden.map(() => true));
    const other = rawPublicKey(readPublicKey(newKeyPair().publicPem));
    expect((await judged(sourcesOf(golden.slice(0, 1)), { publicKey: other })).map(holds)).toEqual([false]);
  });
});

describe('a process is ended', () => {
  test('when one bundle takes too long', async () => {
    const pipe = join(folder, 'pipe.json');
    execFileSync(MAKE_PIPE, [pipe]);
    // Nobody ever writes to it.
    const all = await judged([{ name: 'pipe', path: pipe, bytes: 0 }], { jobs: 1, seconds: 1 });
    expect(all).toMatchObject([{ holds: false, stopped: expect.stringContaining('within 1 s') }]);
  });

  test('when one bundle takes too much memory, and the next has a new one', async () => {
    const crowd = Buffer.from(`{"format":"tranche.audit/1","a":[${'["abcdefghijkl"],'.repeat(4_000_000)}1]}`);
    const [good = Buffer.alloc(0)] = golden;
    const all = await judged(
      [
        { name: 'crowd', data: crowd },
        { name: 'good', data: good },
      ],
      { jobs: 1, memory: 200, size: 100 * 1024 ** 2 },
    );
    expect(all[0]).toMatchObject({ holds: false, stopped: expect.stringContaining('200 MiB') });
    expect(holds(all[1])).toBe(true);
  });
});
