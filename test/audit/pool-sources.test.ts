/** Rule: a folder, a file of lines and standard input are taken apart in order, and of a line no more is kept than a bundle may have. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countOf, sourcesOf } from '../../audit/pool-sources.ts';
import type { Source } from '../../audit/pool-words.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-sources-'));
  mkdirSync(join(folder, 'many', 'deep'), { recursive: true });
  mkdirSync(join(folder, 'empty'));
  for (const name of ['b.audit.json', 'a.audit.json', 'deep/c.json', 'notes.txt', 'd.audit.json.draft'])
    writeFileSync(join(folder, 'many', name), '{}');
  writeFileSync(join(folder, 'lines.ndjson'), '{"n":1}\r\n\n{"n":2}\n{"n":3}');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function all(
  names: readonly string[],
  most = 1_000,
  input: Readable = Readable.from([]),
): Promise<readonly Source[]> {
  const found: Source[] = [];
  for await (const one of sourcesOf(names, most, input)) found.push(one);
  return found;
}
const chunks = (...texts: readonly string[]): Readable =>
  Readable.from(texts.map((text) => Buffer.from(text)));
const texts = (sources: readonly Source[]): readonly string[] =>
  sources.map((one) =>
    'data' in one ? one.data.toString('utf8').trim() : 'fault' in one ? 'fault' : one.path,
  );

test('a folder gives its bundles in the order of their names', async () => {
  const many = join(folder, 'many');
  const found = await all([many]);
  expect(texts(found)).toEqual(
    ['a.audit.json', 'b.audit.json', 'deep/c.json'].map((name) => join(many, name)),
  );
  expect(await countOf([many, 'x.json'])).toBe(4);
});

test('what is not there, or empty, is a source that says so', async () => {
  const found = await all([join(folder, 'none.json'), join(folder, 'empty'), join(folder, 'none.ndjson')]);
  expect(texts(found)).toEqual(['fault', 'fault', 'fault']);
});

describe('lines', () => {
  test('of a file are bundles with their numbers; empty ones are none', async () => {
    const found = await all([join(folder, 'lines.ndjson')]);
    expect(texts(found)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    expect(found.map(({ name }) => name.slice(-2))).toEqual([':1', ':3', ':4']);
    expect(await countOf([join(folder, 'lines.ndjson')])).toBeNull();
  });

  test('of the input may come in any pieces', async () => {
    const found = await all(['-'], 1_000, chunks('{"n"', ':1}\n{', '"n":2}', '\n', '{"n":3}\n'));
    expect(texts(found)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
  });

  test('of a bundle that is laid out for people belong together', async () => {
    const text = JSON.stringify({ a: [1, { b: 2 }] }, null, 2);
    const found = await all(['-'], 1_000, chunks(text.slice(0, 9), text.slice(9), '\n'));
    expect(texts(found).map((one) => JSON.parse(one) as unknown)).toEqual([{ a: [1, { b: 2 }] }]);
  });

  test('a truncated one keeps no other', async () => {
    expect(texts(await all(['-'], 1_000, chunks('{"n":1\n{"n":2}\n')))).toEqual(['{"n":1', '{"n":2}']);
  });

  test('that are too long are not kept, and the next one is read', async () => {
    const found = await all(['-'], 10, chunks('{"n":1}\n', '"', 'x'.repeat(20), '"\n{"n":2}\n'));
    expect(texts(found)).toEqual(['{"n":1}', 'fault', '{"n":2}']);
  });

  test('an input of nothing is one source', async () => {
    expect(texts(await all(['-']))).toEqual(['']);
  });
});

test('a gigabyte on one line is never in memory', async () => {
  const chunk = Buffer.alloc(1024 ** 2, 'x');
  function* gigabyte(): Generator<Buffer> {
    for (let sent = 0; sent < 1024; sent += 1) yield chunk;
    yield Buffer.from('\n{"n":2}\n');
  }
  const before = process.memoryUsage();
  const found = await all(['-'], 16 * 1024 ** 2, Readable.from(gigabyte(), { highWaterMark: 1 }));
  const after = process.memoryUsage();
  expect(texts(found)).toEqual(['fault', '{"n":2}']);
  expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(32 * 1024 ** 2);
});
