/** A configuration is right or refused with the path of every field that is not, and never with its value. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConfigurationError, type ConfigurationFault } from '../../providers/configuration-error.ts';
import { configurationPath, loadConfiguration, parseConfiguration } from '../../temporal/configuration.ts';

const key = randomBytes(32).toString('base64');
const payone = {
  provider: 'payone',
  url: 'https://api.pay1.de/post-gateway/',
  mid: '12345',
  aid: '23456',
  portalId: '2000001',
  key: '${PAYONE_KEY}',
  mode: 'test',
};
const others = {
  'swedbank-se': {
    provider: 'swedbankpay',
    url: 'https://api.externalintegration.payex.com',
    accessToken: '${T}',
  },
  'ccv-ev': {
    provider: 'ccv',
    url: 'http://127.0.0.1:9000',
    operatingEnvironment: 'UNATTENDED',
    accessProtocol: 'OPI_NL',
    language: 'ENG',
    environment: 'EVCHARGING',
  },
  'po-jp': {
    provider: 'paymentoptions',
    url: 'https://api-dev.paymentoptions.com/api/v1/',
    authorization: 'Basic ${T}',
    apiKey: '${T}',
    merchantId: 'm-1',
    amountUnit: 'major',
  },
  'finline-ua': {
    provider: 'finline',
    url: 'https://finline.example/api/v1/',
    posId: 'p',
    apiKey: 'k',
    apiSecret: '${T}',
    endpointKey: 'e',
    exponents: { XTS: 2 },
    margin: 'PT12H',
  },
};
const env = {
  PAYONE_KEY: 'portal-key-canary',
  T: 'token-canary',
  HOOK: 'hook-canary-of-24-characters',
  SHOP_TOKEN: 'shop-token-canary',
};
const full = {
  temporal: { address: '127.0.0.1:7233', namespace: 'default', taskQueue: 'tranche' },
  api: {
    host: '127.0.0.1',
    port: 8080,
    tokens: [{ name: 'shop', token: '${SHOP_TOKEN}', role: 'operator' }],
  },
  encryption: { keys: [{ id: '2026-11', key }] },
  archive: { url: 'postgres://u:archive-canary@127.0.0.1/tranche' },
  webhooks: [{ name: 'orders', url: 'https://shop.example/hooks', secret: '${HOOK}' }],
  accounts: { 'payone-de': payone, ...others },
};

function faultsIn(json: unknown, variables: Record<string, string> = env): readonly ConfigurationFault[] {
  try {
    parseConfiguration(json, variables);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.faults;
    throw error;
  }
}

const pathsIn = (json: unknown): string[] => faultsIn(json).map(({ path }) => path);

describe('what is right', () => {
  test('the documented file, environment put in', () => {
    const { accounts, api, webhooks } = parseConfiguration(full, env);
    expect(accounts['payone-de']).toEqual({ ...payone, key: 'portal-key-canary' });
    expect(accounts['po-jp']?.['authorization']).toBe('Basic token-canary');
    expect(api.tokens).toEqual([{ name: 'shop', token: 'shop-token-canary', role: 'operator' }]);
    expect(webhooks[0]?.secret).toBe('hook-canary-of-24-characters');
  });

  test('accounts alone, with all defaults', () => {
    expect(parseConfiguration({ accounts: { a: payone } }, env)).toEqual({
      temporal: { taskQueue: 'tranche', versioning: 'off' },
      api: { host: '127.0.0.1', port: 8080, tokens: [], drain: 'PT0S', trustProxy: [] },
      encryption: { keys: [] },
      webhooks: [],
      accounts: { a: { ...payone, key: 'portal-key-canary' } },
    });
  });

  test.each(Object.entries({ payone, ...others }))('the local twin as the address of %s', (_, account) => {
    expect(pathsIn({ accounts: { a: { ...account, url: 'sandbox' } } })).toEqual([]);
  });

  test('options of PAYONE, and editors’ $schema', () => {
    const options = {
      keyHash: 'sha384',
      apiVersion: '3.11',
      timeoutMs: 5000,
      maxConcurrent: 4,
      rate: 2.5,
      authorizationValidity: 'P7D',
      margin: 'PT12H',
      warnBefore: 'PT1H',
      lapseAfter: 'PT24H',
      awaitUntil: 'PT2H',
      closeAfter: 'P30D',
      unknownAfter: 'PT30S',
      sequenceGate: 'notification',
      gateAfter: 'PT30M',
      declineUsesNumber: true,
      networks: ['185.60.20.0/24'],
      exponents: {},
    };
    expect(faultsIn({ $schema: './schema.json', accounts: { a: { ...payone, ...options } } })).toEqual([]);
  });

  test('two dollar signs and a brace are the text itself, and a value is not looked through again', () => {
    const tokens = [{ name: 'a', token: '$${X}-${SHOP_TOKEN}-${NESTED}', role: 'viewer' }];
    const parsed = parseConfiguration({ api: { tokens }, accounts: {} }, { ...env, NESTED: '${T}' });
    expect(parsed.api.tokens[0]?.token).toBe('${X}-shop-token-canary-${T}');
  });
});

describe('what is refused, by path', () => {
  const withApi = (api: object): object => ({ accounts: {}, api });
  const withToken = (token: object): object =>
    withApi({ tokens: [{ name: 'a', role: 'viewer', token: 'x'.repeat(16), ...token }] });
  const withKeys = (...keys: object[]): object => ({ accounts: {}, encryption: { keys } });
  const withAccount = (changes: object, account: object = payone): object => ({
    accounts: { a: { ...account, ...changes } },
  });

  test.each<[string, unknown, string[]]>([
    ['nothing', {}, ['accounts']],
    ['a list', [], ['']],
    ['a text', 'x', ['']],
    ['null', null, ['']],
    ['an unknown key', { accounts: {}, acounts: {}, zzz: 1 }, ['acounts', 'zzz']],
    ['an unknown key of a part', { accounts: {}, temporal: { adress: 'x:1' } }, ['temporal.adress']],
    ['an address without a port', { accounts: {}, temporal: { address: 'localhost' } }, ['temporal.address']],
    ['another versioning', { accounts: {}, temporal: { versioning: 'none' } }, ['temporal.versioning']],
    ['a port above 65535', withApi({ port: 65_536 }), ['api.port']],
    ['a port as text', withApi({ port: '8080' }), ['api.port']],
    ['a token and its hash', withToken({ tokenHash: 'a'.repeat(64) }), ['api.tokens[0].token']],
    ['neither token nor hash', withToken({ token: undefined }), ['api.tokens[0].token']],
    [
      'a hash in capitals',
      withToken({ token: undefined, tokenHash: 'A'.repeat(64) }),
      ['api.tokens[0].tokenHash'],
    ],
    ['an empty token', withToken({ token: '' }), ['api.tokens[0].token']],
    ['a role that is none', withToken({ role: 'admin' }), ['api.tokens[0].role']],
    [
      'a token’s name twice',
      withApi({ tokens: [0, 1].map(() => ({ name: 'a', role: 'viewer', token: 'x'.repeat(16) })) }),
      ['api.tokens[1].name'],
    ],
    [
      'a key of 31 bytes',
      withKeys({ id: 'a', key: randomBytes(31).toString('base64') }),
      ['encryption.keys[0].key'],
    ],
    ['a key in hex', withKeys({ id: 'a', key: randomBytes(32).toString('hex') }), ['encryption.keys[0].key']],
    ['a key’s id twice', withKeys({ id: 'a', key }, { id: 'a', key }), ['encryption.keys[1].id']],
    ['a key’s id with a colon', withKeys({ id: 'a:b', key }), ['encryption.keys[0].id']],
    [
      'a hook over ftp',
      { accounts: {}, webhooks: [{ name: 'a', url: 'ftp://x/', secret: 's'.repeat(24) }] },
      ['webhooks[0].url'],
    ],
    ...[
      '',
      'with a space in the middle of it',
      's'.repeat(257),
      'whsec_',
      `whsec_${'not base64'.repeat(4)}`,
    ].map((secret): [string, unknown, string[]] => [
      `a hook with ${secret.length} characters of a secret`,
      { accounts: {}, webhooks: [{ name: 'a', url: 'https://x/', secret }] },
      ['webhooks[0].secret'],
    ]),
    [
      'a hook without secrets',
      { accounts: {}, webhooks: [{ name: 'a', url: 'https://x/', secret: [] }] },
      ['webhooks[0].secret'],
    ],
    [
      'a hook for types that there are not',
      {
        accounts: {},
        webhooks: [{ name: 'a', url: 'https://x/', secret: 's'.repeat(24), types: ['capture'] }],
      },
      ['webhooks[0].types[0]'],
    ],
    [
      'a hook without a secret',
      { accounts: {}, webhooks: [{ name: 'a', url: 'https://x/' }] },
      ['webhooks[0].secret'],
    ],
    ['an account without a provider', { accounts: { a: {} } }, ['accounts.a.provider']],
    ['a provider that nobody knows', withAccount({ provider: 'stripe' }), ['accounts.a.provider']],
    [
      'a provider’s name that every object has',
      withAccount({ provider: 'constructor' }),
      ['accounts.a.provider'],
    ],
    ['an account that is a text', { accounts: { a: 'payone' } }, ['accounts.a']],
    ['a misspelt option', withAccount({ mide: '12345' }), ['accounts.a.mide']],
    ['a missing option', withAccount({ mid: undefined }), ['accounts.a.mid']],
    ['another mode', withAccount({ mode: 'prod' }), ['accounts.a.mode']],
    ['a duration in words', withAccount({ margin: '2 days' }), ['accounts.a.margin']],
    ['an address of another scheme', withAccount({ url: 'file:///etc' }), ['accounts.a.url']],
    ['a sandbox misspelt', withAccount({ url: 'Sandbox' }), ['accounts.a.url']],
    ['a network that is none', withAccount({ networks: ['10.0.0.0/33'] }), ['accounts.a.networks[0]']],
    [
      'PAYONE’s option elsewhere',
      withAccount({ sequenceGate: 'response' }, others['ccv-ev']),
      ['accounts.a.sequenceGate'],
    ],
    [
      'an amount unit that is none',
      withAccount({ amountUnit: 'cents' }, others['po-jp']),
      ['accounts.a.amountUnit'],
    ],
    [
      'faults of several accounts',
      { accounts: { a: { ...payone, mid: 'x' }, 'b.c': { ...payone, aid: 'x' } } },
      ['accounts.a.mid', 'accounts["b.c"].aid'],
    ],
    [
      'faults here and there',
      { accounts: { a: { ...payone, mid: 'x' } }, zzz: 1 },
      ['zzz', 'accounts.a.mid'],
    ],
  ])('%s', (_, json, paths) => {
    expect(pathsIn(json)).toEqual(paths);
  });

  test.each(['a b', '', '.a', 'x'.repeat(65), 'ä'])('an account named %j', (name) => {
    expect(faultsIn({ accounts: { [name]: payone } })[0]?.path).toMatch(/^accounts/);
  });

  test('a missing variable names field and variable', () => {
    expect(faultsIn(full, { PAYONE_KEY: 'x', T: 'y', SHOP_TOKEN: 'x'.repeat(16) })).toEqual([
      { path: 'webhooks[0].secret', message: 'environment variable HOOK is not set' },
    ]);
    expect(faultsIn(full, {}).map(({ path }) => path)).toEqual([
      'api.tokens[0].token',
      'webhooks[0].secret',
      'accounts.payone-de.key',
      'accounts.swedbank-se.accessToken',
      'accounts.po-jp.authorization',
      'accounts.po-jp.apiKey',
      'accounts.finline-ua.apiSecret',
    ]);
  });

  test.each(['${', '${}', '${A-B}', '${1A}', 'x${PAYONE_KEY'])('a reference written %j', (text) => {
    expect(pathsIn(withAccount({ key: text }))).toEqual(['accounts.a.key']);
  });

  test('no fault repeats a value', () => {
    const broken = {
      ...full,
      api: { tokens: [{ name: 'a', token: 'canary', tokenHash: 'canary', role: 'canary' }] },
      encryption: { keys: [{ id: 'a', key: 'canary' }] },
      accounts: { a: { ...payone, mid: 'canary', mode: 'canary', url: 'canary', key: 7 } },
    };
    const faults = faultsIn(broken);
    expect(faults.length).toBeGreaterThan(5);
    expect(JSON.stringify(faults)).not.toContain('canary');
  });
});

describe('the file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tranche-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('the option wins over the variable, the variable over the default', () => {
    const variables = { TRANCHE_CONFIG: '/b.json' };
    expect(configurationPath({ path: '/a.json', env: variables })).toBe('/a.json');
    expect(configurationPath({ env: variables })).toBe('/b.json');
    expect(configurationPath({ env: {} })).toBe(join(process.cwd(), 'tranche.config.json'));
  });

  test('is read with or without a byte order mark', () => {
    const path = join(folder, 'c.json');
    for (const mark of ['', '\uFEFF']) {
      writeFileSync(path, mark + JSON.stringify(full));
      expect(Object.keys(loadConfiguration({ path, env }).accounts)).toHaveLength(5);
    }
  });

  test('that is not there is named', () => {
    const path = join(folder, 'none.json');
    expect(() => loadConfiguration({ path, env })).toThrow(`cannot read ${path} (ENOENT)`);
  });

  test.each(['', '{', '{"key": canary}', '{"key": "canary" "x"}'])(
    'that is no JSON is refused without its text: %j',
    (text) => {
      const path = join(folder, 'c.json');
      writeFileSync(path, text);
      expect(() => loadConfiguration({ path, env })).toThrow(`${path} is not JSON`);
      expect(() => loadConfiguration({ path, env })).not.toThrow(/canary/);
    },
  );
});
