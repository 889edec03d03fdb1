/** Rule: whatever the file is, there is a verdict; its size is looked at before it is read and its nesting before it is parsed. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NoBundle, parseBundle, readBundle } from '../../audit/read-bundle.ts';

const parse = (text: string, bounds = {}): unknown => parseBundle(Buffer.from(text), bounds);
const of = (members: string): string => `{"format":"tranche.audit/1"${members === '' ? '' : `,${members}`}}`;

describe('no bundle is', () => {
  test.each([
    ['nothing', '', 'no JSON'],
    ['a truncated file', of('"ledger":[]').slice(0, -3), 'no JSON'],
    ['no text', '\u0000\u0001', 'no JSON'],
    ['another format', '{"format":"tranche.audit/2"}', 'format'],
    ['a list', '[{"format":"tranche.audit/1"}]', 'format'],
    ['a word', '"tranche.audit/1"', 'format'],
    ['one that is nested too deep', of(`"a":${'['.repeat(101)}${']'.repeat(101)}`), 'deeper'],
    ['a million brackets', '['.repeat(1_000_000), 'deeper'],
    ['a list of very many', of(`"a":[${'"abcdefgh",'.repeat(60_001)}1]`), 'longer'],
    [
      'an object of very many',
      of(`"a":{${Array.from({ length: 10_001 }, (_, n) => `"${n}":"value"`).join(',')}}`),
      'more than',
    ],
    ['a crowd of small values', of(`"a":[${'{},'.repeat(10_000)}1]`), 'more values'],
    ['a prototype', of('"payment":{"__proto__":{"id":"x"}}'), '__proto__'],
    ['a number beyond all numbers', of('"a":1e400'), 'exactly'],
    ['a number that is read as another', of('"a":[9007199254740993]'), 'exactly'],
    ['a member that stands twice', of('"a":1,"a":2'), 'twice'],
    ['half a character', of(String.raw`"a":"\ud800"`), 'character'],
    ['a name with half a character', of(String.raw`"\ud800":1`), 'character'],
  ])('%s', (_what, text, why) => {
    expect(() => parse(text)).toThrow(NoBundle);
    expect(() => parse(text)).toThrow(why);
  });

  test('bytes that are no UTF-8', () => {
    expect(() =>
      parseBundle(Buffer.concat([Buffer.from(of('"a":"').slice(0, -1)), Buffer.from([0xff, 0x22, 0x7d])])),
    ).toThrow('no JSON');
  });

  test('one byte too many', () => {
    const text = of('');
    expect(() => parse(text, { size: text.length - 1 })).toThrow('larger');
    expect(parse(text, { size: text.length })).toEqual({ format: 'tranche.audit/1' });
  });
});

test('ten million values are counted before they are parsed', () => {
  const crowd = Buffer.alloc(30_000_000, '{},');
  const bytes = Buffer.concat([Buffer.from('{"format":"tranche.audit/1","a":['), crowd, Buffer.from('1]}')]);
  const before = process.memoryUsage().heapUsed;
  expect(() => parseBundle(bytes)).toThrow('more values');
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(32 * 1024 ** 2);
});

test('brackets, colons and quotes within texts mean nothing', () => {
  const value = { format: 'tranche.audit/1', a: String.raw`":[[[[{{{{\":" \\`, constructor: { b: '\\' } };
  expect(parse(JSON.stringify(value), { depth: 3 })).toEqual(value);
});

describe('a file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-audit-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('of a gigabyte is not read', async () => {
    const file = join(folder, 'huge.json');
    writeFileSync(file, '');
    truncateSync(file, 1024 ** 3);
    const before = process.memoryUsage().arrayBuffers;
    await expect(readBundle(file)).rejects.toThrow('larger');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1024 ** 2);
  });

  test('is read whole', async () => {
    const file = join(folder, 'good.json');
    writeFileSync(file, of('"a":[1]'));
    await expect(readBundle(file)).resolves.toEqual({ format: 'tranche.audit/1', a: [1] });
  });

  test("that is not there is the system's error", async () => {
    await expect(readBundle(join(folder, 'none.json'))).rejects.toThrow('ENOENT');
  });
});
