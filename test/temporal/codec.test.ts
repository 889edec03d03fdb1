/** What the Temporal server keeps says nothing: payloads and failures are encrypted whole, and old keys still read. */
import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import { gzipSync } from 'node:zlib';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import {
  decodeFromPayloadsAtIndex,
  decodeOptionalFailureToOptionalError,
  encodeErrorToFailure,
  encodeToPayloads,
  loadDataConverter,
} from '@temporalio/common/lib/internal-non-workflow/index.js';
import { expect, test } from 'vitest';
import { KeyRing } from '../../activities/key-ring.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { dataConverter, failureConverterPath } from '../../temporal/data-converter.ts';

const older = { id: '2026-10', key: randomBytes(32) };
const newer = { id: '2026-11', key: randomBytes(32) };
const codec = encryptionCodec(new KeyRing([newer]));
const canary = { pan: 'canary-value', amounts: [4500, 0], nothing: null, text: 'ä漢🙂' };
const payload = (value: unknown): Payload => defaultPayloadConverter.toPayload(value) as Payload;
const open = async (payloads: Payload[], with_ = codec): Promise<unknown[]> =>
  (await with_.decode(payloads)).map((one) => defaultPayloadConverter.fromPayload(one));
const text = (data: Uint8Array | null | undefined): string => Buffer.from(data ?? []).toString();

test('payloads come back as they went, in order', async () => {
  const values = [canary, 'x'.repeat(100_000), 0, undefined, []];
  expect(await open(await codec.encode(values.map(payload)))).toEqual(values);
  expect(await codec.encode([])).toEqual([]);
});

test('the server sees the encoding and the key’s name and nothing else', async () => {
  const [encoded] = await codec.encode([payload(canary)]);
  const { encoding, ...metadata } = encoded?.metadata ?? {};
  expect(text(encoding)).toBe('binary/encrypted');
  expect(Object.keys(metadata)).toEqual(['encryption-key-id']);
  expect(text(metadata['encryption-key-id'])).toBe('2026-11');
  expect(text(encoded?.data)).not.toMatch(/canary|json/);
});

test('a payload above 1 KiB is smaller than what it says, marked, and comes back', async () => {
  const lines = Array.from({ length: 400 }, (_, k) => ({
    id: `line-${k}`,
    description: 'Chair, oak'.repeat(25),
  }));
  const [encoded] = await codec.encode([payload(lines)]);
  expect(text(encoded?.metadata?.['encryption-compression'])).toBe('gzip');
  expect(encoded?.data?.length).toBeLessThan(JSON.stringify(lines).length / 10);
  expect(await open(encoded === undefined ? [] : [encoded])).toEqual([lines]);
});

test('a payload that is small or does not get smaller is not compressed', async () => {
  const random: Payload = { metadata: { encoding: Buffer.from('binary/plain') }, data: randomBytes(100_000) };
  for (const plain of [payload('x'.repeat(900)), random]) {
    const [encoded] = await codec.encode([plain]);
    expect(Object.keys(encoded?.metadata ?? {})).not.toContain('encryption-compression');
    const [decoded] = await codec.decode([encoded ?? {}]);
    expect(Buffer.from(decoded?.data ?? [])).toEqual(Buffer.from(plain.data ?? []));
  }
});

test('the mark is authenticated, and what is marked and is no gzip or too much of it is damaged', async () => {
  const [encoded] = await codec.encode([payload('x'.repeat(2_000))]);
  const { 'encryption-compression': _mark, ...unmarked } = encoded?.metadata ?? {};
  await expect(codec.decode([{ ...encoded, metadata: unmarked }])).rejects.toMatchObject({ code: 'damaged' });

  const sealed = (data: Uint8Array, compression: string): Payload => ({
    metadata: {
      encoding: Buffer.from('binary/encrypted'),
      'encryption-key-id': Buffer.from(newer.id),
      'encryption-compression': Buffer.from(compression),
    },
    data: new KeyRing([newer]).encrypt(data, Buffer.from(`binary/encrypted:${newer.id}:${compression}`)),
  });
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
  for (const each of [sealed(Buffer.from('no gzip'), 'gzip'), sealed(bomb, 'gzip'), sealed(bomb, 'zstd')]) {
    await expect(codec.decode([each])).rejects.toMatchObject({ code: 'damaged', keyId: newer.id });
  }
});

test('metadata of the payload is inside', async () => {
  const marked: Payload = {
    metadata: { encoding: Buffer.from('json/plain'), type: Buffer.from('x') },
    data: Buffer.from('1'),
  };
  const [decoded] = await codec.decode(await codec.encode([marked]));
  expect(text(decoded?.metadata?.['type'])).toBe('x');
});

test('payloads from before encryption pass as they are', async () => {
  const plain = payload(canary);
  expect(await codec.decode([plain])).toEqual([plain]);
});

test('a rotated ring reads old payloads and writes new ones', async () => {
  const before = await encryptionCodec(new KeyRing([older])).encode([payload(canary)]);
  const rotated = encryptionCodec(new KeyRing([newer, older]));
  expect(await open(before, rotated)).toEqual([canary]);
  const [after] = await rotated.encode([payload(canary)]);
  expect(text(after?.metadata?.['encryption-key-id'])).toBe('2026-11');
});

test('a missing key is named', async () => {
  const before = await encryptionCodec(new KeyRing([older])).encode([payload(canary)]);
  await expect(codec.decode(before)).rejects.toMatchObject({ code: 'unknown-key', keyId: '2026-10' });
});

test('another key of the same name and a swapped name are refused', async () => {
  const encoded = await codec.encode([payload(canary)]);
  const impostor = encryptionCodec(new KeyRing([{ id: newer.id, key: randomBytes(32) }]));
  await expect(impostor.decode(encoded)).rejects.toMatchObject({ code: 'damaged' });
  const swapped = encoded.map((one) => ({
    ...one,
    metadata: { ...one.metadata, 'encryption-key-id': Buffer.from('other') },
  }));
  const twoNames = encryptionCodec(new KeyRing([newer, { id: 'other', key: newer.key }]));
  await expect(twoNames.decode(swapped)).rejects.toMatchObject({ code: 'damaged' });
});

test('the failure converter is loaded by require', () => {
  const loaded: unknown = createRequire(import.meta.url)(failureConverterPath);
  expect(loaded).toMatchObject({ failureConverter: { options: { encodeCommonAttributes: true } } });
});

test('failures keep message and stack to themselves', async () => {
  const loaded = loadDataConverter(dataConverter(new KeyRing([newer])));
  const failure = await encodeErrorToFailure(
    loaded,
    ApplicationFailure.nonRetryable('canary-message', 'tranche.type', canary),
  );
  expect(failure.message).toBe('Encoded failure');
  expect(failure.stackTrace).toBe('');
  expect(
    JSON.stringify(failure, (_, value: unknown) => (value instanceof Uint8Array ? text(value) : value)),
  ).not.toContain('canary');
  const back = await decodeOptionalFailureToOptionalError(loaded, failure);
  expect(back).toMatchObject({ message: 'canary-message', type: 'tranche.type', details: [canary] });
});

test('the data converter takes values to the wire and back', async () => {
  const loaded = loadDataConverter(dataConverter(new KeyRing([newer])));
  const wire = await encodeToPayloads(loaded, canary);
  expect(await decodeFromPayloadsAtIndex(loaded, 0, wire)).toEqual(canary);
});
