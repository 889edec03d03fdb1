/** Rule: arrows, enter and their like walk through the pages and stop at both ends; q, escape and ctrl-c leave the terminal as it was. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { type Keys, stepped, stepThrough } from '../../cli/replay-stepper.ts';

const [RIGHT, LEFT, END] = ['\u001b[C', '\u001b[D', '\u001b[F'];

async function walked(
  text: string,
): Promise<{ readonly shown: readonly number[]; readonly modes: readonly boolean[] }> {
  const keys = new PassThrough() as unknown as Keys & PassThrough;
  const modes: boolean[] = [];
  keys.setRawMode = ((mode: boolean) => {
    modes.push(mode);
    return keys;
  }) as never;
  const shown: number[] = [];
  const done = stepThrough(keys, 4, (index) => shown.push(index));
  keys.write(text);
  await done;
  return { shown, modes };
}

test('keys walk forward, back and to the end', async () => {
  const { shown, modes } = await walked(`${RIGHT}\r${LEFT}${END}${RIGHT}q`);
  expect(shown).toEqual([0, 1, 2, 1, 3]);
  expect(modes).toEqual([true, false]);
});

test('ctrl-c ends', async () => {
  expect((await walked('\u0003')).shown).toEqual([0]);
});

test('other keys do nothing', () => {
  expect(stepped(2, 4, { name: 'x' })).toBe(2);
  expect(stepped(0, 4, { name: 'up' })).toBe(0);
  expect(stepped(2, 4, { name: 'home' })).toBe(0);
});
