/**
 * Rule: payloads are opened for auditors and operators of this installation and for pages that are configured, sealed
 * values never, and what cannot be opened is told by the name of its key.
 */
import { onTestFinished, describe, expect, it } from 'vitest';
import { KeyRing } from '../../activities/key-ring.ts';
import { seal } from '../../activities/sealing.ts';
import { hashToken } from '../../api/auth.ts';
import { type CodecServerOptions, startCodecServer } from '../../api/codec-server.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { testKeyRing } from '../support/test-key.ts';
import { TOKENS } from './edge.ts';

const UI = 'https://temporal.example.com';

async function open(over: Partial<CodecServerOptions> = {}) {
  const written: string[] = [];
  const { url, close } = await startCodecServer(
    {
      codec: encryptionCodec(testKeyRing()),
      tokens: (['operator', 'viewer', 'auditor'] as const).map((role) => ({
        name: role,
        hash: hashToken(TOKENS[role]),
        role,
      })),
      namespace: 'default',
      origins: [UI],
      encodes: false,
      logger: { level: 'info', stream: { write: (line: string) => written.push(line) } },
      ...over,
    },
    { host: '127.0.0.1', port: 0 },
  );
  onTestFinished(close);
  const ask = async (path: string, body: unknown, headers: Record<string, string> = {}, method = 'POST') => {
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${TOKENS.auditor}`,
        'content-type': 'application/json',
        'x-namespace': 'default',
        ...headers,
      },
      ...(method === 'POST' ? { body: JSON.stringify(body) } : {}),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    };
  };
  return { ask, log: () => written.join('') };
}

const base64 = (text: string | Uint8Array): string => Buffer.from(text).toString('base64');
const PLAIN = { metadata: { encoding: base64('json/plain') }, data: base64('{"amount":4500}') };

/** As it stands in a history. */
async function encrypted(ring: KeyRing = testKeyRing()) {
  const [payload] = await encryptionCodec(ring).encode([
    { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('{"amount":4500}') },
  ]);
  return {
    metadata: Object.fromEntries(
      Object.entries(payload?.metadata ?? {}).map(([name, each]) => [name, base64(each)]),
    ),
    data: base64(payload?.data ?? new Uint8Array()),
  };
}

describe('POST /decode', () => {
  it('opens payloads in their order and leaves plain ones as they are', async () => {
    const { ask, log } = await open();
    const { status, body } = await ask('/decode', { payloads: [PLAIN, await encrypted()] });
    expect({ status, body }).toEqual({ status: 200, body: { payloads: [PLAIN, PLAIN] } });
    expect(log()).toMatch(/"call":"\/decode","by":"auditor"/);
    expect(log()).not.toContain(PLAIN.data);
  });

  it('names the key that is missing, and nothing else', async () => {
    const { ask } = await open();
    const other = await encrypted(new KeyRing([{ id: '2025-01', key: Buffer.alloc(32, 1) }]));
    const { status, body } = await ask('/decode', { payloads: [other] });
    expect({ status, code: body['code'] }).toEqual({ status: 400, code: 'validation' });
    expect(body['detail']).toContain('"2025-01"');
  });

  it('opens no sealed value, also where one is put in as a payload', async () => {
    const { ask } = await open();
    const sealed = seal(testKeyRing(), 'auth-reference-4711', 'ccv-ev/o-1');
    const data = base64(Buffer.from(sealed.split(':').at(-1) ?? '', 'base64url'));
    const metadata = { encoding: base64('binary/encrypted'), 'encryption-key-id': base64('test') };
    const { status, body } = await ask('/decode', { payloads: [{ metadata, data }] });
    expect(status).toBe(400);
    expect(JSON.stringify(body)).not.toContain('auth-reference-4711');
    const inText = await ask('/decode', { payloads: [{ ...PLAIN, data: base64(JSON.stringify(sealed)) }] });
    expect(inText.body).toEqual({ payloads: [{ ...PLAIN, data: base64(JSON.stringify(sealed)) }] });
  });

  it.each([
    ['no token', { authorization: '' }, 401, 'unauthorized'],
    ['a wrong token', { authorization: 'Bearer wrong' }, 401, 'unauthorized'],
    [
      'a viewer, who may not read audit bundles either',
      { authorization: `Bearer ${TOKENS.viewer}` },
      403,
      'forbidden',
    ],
    ['another namespace', { 'x-namespace': 'other' }, 400, 'validation'],
    ['a page of another origin', { origin: 'https://evil.example' }, 403, 'forbidden'],
    ['a page of the same site on another port', { origin: `${UI}:8443` }, 403, 'forbidden'],
  ])('refuses %s', async (_who, headers, status, code) => {
    const { ask } = await open();
    const answer = await ask('/decode', { payloads: [await encrypted()] }, headers);
    expect(answer).toMatchObject({ status, body: { status, code } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it.each([[{}], [{ payloads: {} }], [{ payloads: [{ data: '***' }] }], [null], [{ payloads: [1] }]])(
    'refuses the body %j',
    async (body) => {
      const { ask } = await open();
      expect((await ask('/decode', body)).body).toMatchObject({ status: 400, code: 'validation' });
    },
  );
});

it('takes an empty X-Namespace for none, as the command line sends it', async () => {
  const { ask } = await open();
  expect((await ask('/decode', { payloads: [] }, { 'x-namespace': '' })).status).toBe(200);
});

describe('pages', () => {
  it('of a configured origin may ask and read', async () => {
    const { ask } = await open();
    const preflight = await ask(
      '/decode',
      null,
      { origin: UI, 'access-control-request-method': 'POST' },
      'OPTIONS',
    );
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, x-namespace',
    );
    for (const { headers } of [preflight, await ask('/decode', { payloads: [] }, { origin: UI })]) {
      expect(headers.get('access-control-allow-origin')).toBe(UI);
      expect(headers.get('vary')).toBe('origin');
    }
  });

  it('of others may not even ask', async () => {
    const { ask } = await open();
    const { status, headers } = await ask('/decode', null, { origin: 'null' }, 'OPTIONS');
    expect(status).toBe(403);
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('POST /encode', () => {
  it('is not there where it is off', async () => {
    const { ask } = await open();
    expect((await ask('/encode', { payloads: [PLAIN] })).status).toBe(404);
  });

  it('is for operators where it is on, and /decode gives back what was put in', async () => {
    const { ask } = await open({ encodes: true });
    expect((await ask('/encode', { payloads: [PLAIN] })).status).toBe(403);
    const operator = { authorization: `Bearer ${TOKENS.operator}` };
    const { body } = await ask('/encode', { payloads: [PLAIN] }, operator);
    expect(JSON.stringify(body)).not.toContain(PLAIN.data);
    expect((await ask('/decode', body)).body).toEqual({ payloads: [PLAIN] });
  });
});
