/** Rule: payloads are decoded and readable, sealed values stay sealed, and a replay gets the same bytes again. */
import { expect, test } from 'vitest';
import { coded, readable, valueOf } from '../../audit/payload.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { testKeyRing } from '../support/test-key.ts';

const codec = encryptionCodec(testKeyRing());
const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const plain = (text: string, more: Readonly<Record<string, string>> = {}) => ({
  metadata: { encoding: base64('json/plain'), ...more },
  data: base64(text),
});

async function encrypted(text: string): Promise<unknown> {
  const [one] = await codec.encode([
    { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(text) },
  ]);
  const metadata = Object.entries(one?.metadata ?? {}).map(([name, value]) => [name, base64(value)]);
  return { metadata: Object.fromEntries(metadata) as object, data: base64(one?.data ?? new Uint8Array()) };
}

test('an encrypted payload is shown as the value that it holds', async () => {
  const text = '{"sealed":"sealed:v1:test:abc","amount":100}';
  const shown = await readable({ input: { payloads: [await encrypted(text)] } }, codec);
  expect(shown).toEqual({
    input: {
      payloads: [{ encoding: 'json/plain', data: { sealed: 'sealed:v1:test:abc', amount: 100 } }],
    },
  });
  expect(coded(shown)).toEqual({ input: { payloads: [plain(text)] } });
});

test('other metadata is kept beside the value', async () => {
  const payload = plain('"captured"', { type: base64('Keyword') });
  const shown = await readable(payload, codec);
  expect(shown).toEqual({ encoding: 'json/plain', metadata: { type: 'Keyword' }, data: 'captured' });
  expect(coded(shown)).toEqual(payload);
});

test.each([
  ['JSON that is written in another way', plain('{ "a": 1.0 }')],
  ['what says that it is JSON and is none', plain('{')],
  ['bytes', { metadata: { encoding: base64('binary/plain') }, data: base64('\u0000\u0001') }],
])('%s stays as it came', async (_what, payload) => {
  const shown = await readable(payload, codec);
  expect(shown).toEqual(payload);
  expect(coded(shown)).toEqual(payload);
  expect(valueOf(shown)).toBeUndefined();
});

test('a value that looks like a payload is a value', async () => {
  const inner = JSON.stringify({ encoding: 'json/plain', data: { metadata: { encoding: 'x' } } });
  expect(coded(await readable(plain(inner), codec))).toEqual(plain(inner));
});
