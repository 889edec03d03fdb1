/** A process is known by its number and its beginning: the next one of that number is another. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { birthOf, livesStill, thisProcess } from '../../temporal/process-birth.ts';

test('a process has one beginning as long as it lives, and none afterwards', async () => {
  // A name with blanks and brackets stands before the numbers.
  const child = spawn(process.execPath, [
    '-e',
    "process.title = 'a) R (b c'; console.log(''); setInterval(() => {}, 1000)",
  ]);
  await once(child.stdout, 'data');
  const { pid = 0 } = child;
  const birth = birthOf(pid);
  expect(birth).toMatch(/\d/);
  expect(birthOf(pid)).toBe(birth);
  expect(livesStill({ pid, birth: birth ?? '' })).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(birthOf(pid)).toBeUndefined();
});

test('another process of the same number is not the one that was meant', () => {
  const mine = thisProcess();
  expect(livesStill(mine)).toBe(true);
  expect(livesStill({ ...mine, birth: `${mine.birth}1` })).toBe(false);
  expect(livesStill({ ...mine, birth: '' })).toBe(false);
});
