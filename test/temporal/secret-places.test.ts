/** Rule: secrets come from the environment or from files, and what others could read or guess is said without saying it. */
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../providers/configuration-error.ts';
import { parseConfiguration } from '../../temporal/configuration.ts';
import { secretAdvice } from '../../temporal/secret-places.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function put(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const tokenOf = (token: string, env: NodeJS.ProcessEnv = {}): string | undefined =>
  parseConfiguration({ api: { tokens: [{ name: 'a', token, role: 'viewer' }] }, accounts: {} }, env).api
    .tokens[0]?.token;

function faultOf(token: string): string {
  try {
    tokenOf(token);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('a secret from a file', () => {
  test.each([
    ['as it is', 'secret-1', 'secret-1'],
    ['without the line break at its end', 'secret-2\n', 'secret-2'],
    ['without the one of Windows', 'secret-3\r\n', 'secret-3'],
    ['with all but the last', 'secret-4\n\n', 'secret-4\n'],
    ['not looked through again', '${HOME}', '${HOME}'],
  ])('is taken %s', (_how, content, token) => {
    expect(tokenOf(`\${file:${put('secret', content)}}`, { HOME: 'x' })).toBe(token);
  });

  test('stands inside a text too, beside the environment', () => {
    expect(tokenOf(`a-\${file:${put('part', 'b')}}-\${C}`, { C: 'c' })).toBe('a-b-c');
  });

  test('must be there, absolute, a file, and no larger than a key can be', () => {
    expect(faultOf(`\${file:${join(folder, 'none')}}`)).toContain(
      `cannot read ${join(folder, 'none')} (ENOENT)`,
    );
    expect(faultOf('${file:secret}')).toContain('must be absolute');
    expect(faultOf(`\${file:${folder}}`)).toContain('is no file');
    expect(faultOf(`\${file:${put('large', Buffer.alloc(65_537, 65))}}`)).toContain('64 KiB');
    expect(faultOf('${file:')).toContain('api.tokens[0].token');
  });
});

describe('advice', () => {
  const NOW = Date.parse('2026-11-21T12:00:00Z');
  const given = (json: unknown, mode = 0o600): string =>
    JSON.stringify(secretAdvice({ path: put('tranche.config.json', JSON.stringify(json), mode) }, NOW));
  const long = 'a-token-that-nobody-guesses';

  test('names what stands in the file, by path and without its value', () => {
    const json = {
      api: { tokens: [{ name: 'a', token: long, role: 'viewer' }] },
      encryption: { keys: [{ id: 'k', key: 'literal-key' }] },
      webhooks: [{ name: 'w', url: 'https://x.example', secret: ['literal-hook', '${HOOK}'] }],
      accounts: { p: { provider: 'payone', key: 'literal-portal-key', keyHash: 'md5' } },
    };
    const advice = given(json);
    expect(advice).toContain(
      'api.tokens[0].token, encryption.keys[0].key, webhooks[0].secret[0], accounts.p.key stand in',
    );
    expect(advice).not.toMatch(/literal|nobody-guesses|everybody/);
    expect(given(json, 0o644)).toContain('everybody on this machine can read');
  });

  test('is silent where all comes from elsewhere, is a hash, or is of a twin', () => {
    const path = put('hook', 'x');
    expect(
      given({
        api: {
          tokens: [
            { name: 'a', tokenHash: 'f'.repeat(64), role: 'viewer', expiresAt: '2027-01-01T00:00:00Z' },
          ],
        },
        encryption: { keys: [{ id: 'k', key: '${KEY}' }] },
        webhooks: [{ name: 'w', secret: `\${file:${path}}` }],
        accounts: { p: { url: 'sandbox', key: 'sandbox-portal-key' } },
      }),
    ).toBe('[]');
  });

  test('names files that everybody can read', () => {
    const open = put('open', 'x', 0o644);
    expect(given({ accounts: { p: { key: `\${file:${open}}` } } })).toContain(
      `${open} can be read by everybody`,
    );
    expect(given({ accounts: { p: { key: `\${file:${put('shut', 'x', 0o640)}}` } } })).toBe('[]');
  });

  test.each([
    ['2026-11-21T12:00:00Z', 'has expired'],
    ['2026-11-28T12:00:00Z', 'expires within 7 days'],
  ])('tells of a token until %s', (expiresAt, told) => {
    const tokens = [{ name: 'a', token: '${T}', role: 'viewer', expiresAt }];
    expect(given({ api: { tokens }, accounts: {} })).toContain(`the token a ${told}`);
  });

  test('tells of a token that is short', () => {
    expect(given({ api: { tokens: [{ name: 'a', token: 'short', role: 'viewer' }] } })).toContain('5 signs');
  });

  test('tells of a webhook’s secret that is short, alone or among others', () => {
    const long = 's'.repeat(24);
    const hooks = (secret: unknown): unknown => ({ webhooks: [{ name: 'orders', secret }], accounts: {} });
    for (const secret of ['short', [long, 'short']])
      expect(given(hooks(secret))).toContain('a secret of the webhook orders');
    expect(given(hooks(['${NEW}', long]))).not.toContain('a secret of the webhook orders');
  });

  test('says nothing of a file that is none', () => {
    expect(secretAdvice({ path: join(folder, 'none.json') })).toEqual([]);
  });
});
