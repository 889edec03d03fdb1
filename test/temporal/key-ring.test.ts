/** The ring is what the configuration says; a development key is made once, for its owner only. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ephemeralKey, keyRingOf, loadOrCreateDevKey } from '../../temporal/key-ring.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const base64 = (): string => randomBytes(32).toString('base64');

test('the first key of the file writes', () => {
  const keys = [
    { id: 'b', key: base64() },
    { id: 'a', key: base64() },
  ];
  expect(keyRingOf({ encryption: { keys } }, ephemeralKey()).writes).toBe('b');
});

test('without keys the fallback writes, and without one the field is named', () => {
  const fallback = ephemeralKey();
  expect(keyRingOf({ encryption: { keys: [] } }, fallback).writes).toBe(fallback.id);
  expect(() => keyRingOf({ encryption: { keys: [] } })).toThrow(
    expect.objectContaining({ path: 'encryption.keys' }),
  );
});

test('a development key is made once, in a folder of its owner, and read again', () => {
  const directory = join(folder, '.tranche');
  const made = loadOrCreateDevKey(directory);
  expect(made.key).toHaveLength(32);
  expect(loadOrCreateDevKey(directory)).toEqual(made);
  expect(statSync(join(directory, 'key.json')).mode & 0o777).toBe(0o600);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(readdirSync(directory)).toEqual(['key.json']);
});

test('a key that others could read is closed again', () => {
  loadOrCreateDevKey(folder);
  chmodSync(join(folder, 'key.json'), 0o644);
  loadOrCreateDevKey(folder);
  expect(statSync(join(folder, 'key.json')).mode & 0o777).toBe(0o600);
});

test.each(['', 'not json', '{}', '{"id":"dev","key":"c2hvcnQ="}'])(
  'a file that holds %j is left alone and named',
  (text) => {
    const file = join(folder, 'key.json');
    writeFileSync(file, text);
    expect(() => loadOrCreateDevKey(folder)).toThrow(file);
    expect(readFileSync(file, 'utf8')).toBe(text);
  },
);

test('processes that make it at once end with the same key', async () => {
  const module = new URL('../../temporal/key-ring.ts', import.meta.url);
  const script = `
    const { loadOrCreateDevKey } = await import(${JSON.stringify(module)});
    console.log(loadOrCreateDevKey(${JSON.stringify(folder)}).id);`;
  const ids = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let out = '';
      child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
      await once(child, 'close');
      return out.trim();
    }),
  );
  expect(new Set(ids).size).toBe(1);
  expect(ids[0]).toMatch(/^dev-/);
});
