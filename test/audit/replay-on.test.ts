/** Rule: another checkout's machine is told the same inputs in a process of its own, and the first decision that is otherwise is named. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { checkoutOf } from '../../audit/replay-checkout.ts';
import { NoCore, replayOn } from '../../audit/replay-on.ts';
import { storyOf } from '../../audit/replay-story.ts';
import { goldenBundle } from './bundles.ts';
import { type Branch, branchWith } from './gate-branches.ts';

const branches: Branch[] = [];
afterEach(() => {
  for (const branch of branches.splice(0)) branch.remove();
});

function branch(...changes: Parameters<typeof branchWith>[0]): string {
  const made = branchWith(changes);
  branches.push(made);
  return made.folder;
}

test('the same code decides the same', async () => {
  const found = await replayOn(storyOf(await goldenBundle('pending-resolved')), branch());
  expect(found).toMatchObject({ machine: { here: 1, there: 1 }, differences: [] });
});

test('another rule is found at its entry, with what was behind it', async () => {
  const folder = branch({
    file: 'machines/core-result.ts',
    from: "'pending-answer'",
    to: "'answered-pending'",
  });
  const { differences } = await replayOn(storyOf(await goldenBundle('pending-resolved')), folder);
  expect(differences[0]).toMatchObject({
    entry: 6,
    where: 'entries.0.rule',
    expected: 'pending-answer',
    actual: 'answered-pending',
    behind: { kind: 'answer', name: 'c-1#2' },
  });
});

test('a guard that refuses what was accepted is told in its words', async () => {
  const folder = branch({
    file: 'machines/money-rules.ts',
    from: 'const possible = state.capabilities.maxRefunds !== 0;',
    to: 'const possible = false;',
  });
  const { differences } = await replayOn(storyOf(await goldenBundle('three-shipments')), folder);
  expect(differences[0]).toMatchObject({
    where: 'refused',
    expected: 'taken',
    actual: expect.stringContaining('refund refused'),
  });
});

test('the child knows no environment and may read nothing but the checkout', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'tranche-secret-')), 'secret');
  writeFileSync(file, 'secret');
  const spy = `import { readFileSync } from 'node:fs';\nlet seen = Object.keys(process.env).join();\ntry { seen += readFileSync(${JSON.stringify(file)}, 'utf8'); } catch {}\nif (seen !== '') throw new Error(seen);\n`;
  const folder = branch({
    file: 'machines/core.ts',
    from: 'import type { Actor',
    to: `${spy}import type { Actor`,
  });
  const found = await replayOn(storyOf(await goldenBundle('voided-and-closed')), folder);
  expect(found.differences).toEqual([]);
  rmSync(file);
});

test('a folder of another layout is told so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tranche-layout-'));
  const story = storyOf(await goldenBundle('voided-and-closed'));
  await expect(replayOn(story, folder)).rejects.toThrow(NoCore);
  await expect(replayOn(story, folder)).rejects.toThrow("its layout is not today's");
  rmSync(folder, { recursive: true });
});

test('a git ref is laid out outside the repository and removed', async () => {
  const checkout = checkoutOf('HEAD');
  expect(checkout.commit).toMatch(/^[0-9a-f]{40}$/);
  expect(existsSync(join(checkout.folder, 'machines', 'core.ts'))).toBe(true);
  const { machine } = await replayOn(storyOf(await goldenBundle('voided-and-closed')), checkout.folder);
  expect(machine.there).toBeTypeOf('number');
  checkout.remove();
  expect(existsSync(checkout.folder)).toBe(false);
  for (const name of ['no-such-ref', '--help', '-n1']) expect(() => checkoutOf(name)).toThrow(NoCore);
});
