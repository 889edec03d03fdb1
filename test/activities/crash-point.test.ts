/** A test names where a worker dies; nothing else ever lets it die. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { crashPlan, type CrashPoint } from '../../activities/crash-point.ts';

const on = { TRANCHE_TEST_FAULTS: '1', TRANCHE_CRASH_AT: 'after-send', TRANCHE_CRASH_OPERATION: 'c-2' };

const deaths = (
  env: Record<string, string>,
  point: CrashPoint,
  operation: string,
  attempt: number,
): number => {
  let count = 0;
  crashPlan(env, () => (count += 1))(point, { operation, attempt });
  return count;
};

test.each([
  [on, 'after-send', 'c-2', 1, 1],
  [on, 'after-send', 'c-2', 2, 0],
  [on, 'after-send', 'c-1', 1, 0],
  [on, 'before-send', 'c-2', 1, 0],
  [on, 'after-answer', 'c-2', 1, 0],
  [{ ...on, TRANCHE_TEST_FAULTS: '0' }, 'after-send', 'c-2', 1, 0],
  [{ TRANCHE_TEST_FAULTS: '1', TRANCHE_CRASH_AT: 'after-send' }, 'after-send', 'c-2', 1, 0],
  [{}, 'after-send', 'c-2', 1, 0],
] as const)('%o at %s of %s, attempt %d: %d', (env, point, operation, attempt, expected) => {
  expect(deaths(env, point, operation, attempt)).toBe(expected);
});

test('the process dies by SIGKILL and says nothing more', () => {
  const module = new URL('../../activities/crash-point.ts', import.meta.url);
  const script = `
    const { crashPlan } = await import(${JSON.stringify(module)});
    process.on('exit', () => console.log('exit'));
    crashPlan(process.env)('after-send', { operation: 'c-2', attempt: 1 });
    console.log('alive');`;
  const { signal, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, ...on },
    encoding: 'utf8',
  });
  expect(signal).toBe('SIGKILL');
  expect(stdout).toBe('');
});
