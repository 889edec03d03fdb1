/** A configuration is printed without a secret, and its JSON Schema takes what the loader takes. */
import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { accountSchemas, PROVIDER_NAMES } from '../../providers/account-schemas.ts';
import { parseConfiguration } from '../../temporal/configuration.ts';
import { printConfiguration, secretsOf } from '../../temporal/configuration-print.ts';
import { configurationSchema } from '../../temporal/configuration-schema.ts';

const key = randomBytes(32).toString('base64');
const canary = (n: number): string => `canary-secret-${n}`;
const configuration = parseConfiguration(
  {
    api: {
      tokens: [
        { name: 'shop', token: canary(1), role: 'operator' },
        { name: 'audit', tokenHash: 'ab'.repeat(32), role: 'auditor' },
      ],
    },
    encryption: { keys: [{ id: '2026-11', key }] },
    archive: { url: 'postgres://writer:canary-secret-2@db.example:5432/tranche?password=canary-secret-2' },
    webhooks: [
      {
        name: 'orders',
        url: 'https://user:canary-secret-3@shop.example/hooks',
        secret: [`${canary(4)}-the-newest`, `${canary(4)}-the-one-before`],
      },
    ],
    accounts: {
      de: {
        provider: 'payone',
        url: 'https://api.pay1.de/post-gateway/',
        mid: '12345',
        aid: '23456',
        portalId: '2000001',
        key: canary(5),
        keyHash: 'sha384',
        mode: 'test',
        pathToken: 'canary-secret-path-token',
        authorizationValidity: 'P7D',
      },
      se: {
        provider: 'swedbankpay',
        url: 'sandbox',
        accessToken: canary(6),
        callbackUrl: 'https://shop.example/v1/notifications/se/canary-callback-token',
      },
      jp: {
        provider: 'paymentoptions',
        url: 'sandbox',
        authorization: `Basic ${canary(7)}`,
        apiKey: canary(8),
        merchantId: 'm-1',
        amountUnit: 'major',
      },
      ua: {
        provider: 'finline',
        url: 'sandbox',
        posId: 'p-1',
        apiKey: canary(9),
        apiSecret: canary(10),
        endpointKey: canary(11),
        serverUrl:
          'https://shop.example/v1/notifications/finline-ua-of-the-shop/canary-server-url-token?t=canary-in-the-query',
      },
      nl: {
        provider: 'ccv',
        url: 'sandbox',
        operatingEnvironment: 'UNATTENDED',
        accessProtocol: 'OPI_NL',
        language: 'ENG',
        environment: 'PETROL',
        headers: [{ name: 'x-terminal', secret: canary(12) }],
      },
    },
  },
  {},
);

test('no secret is printed', () => {
  const printed = printConfiguration(configuration);
  expect(printed).not.toMatch(/canary/);
  expect(printed).not.toContain(key);
  expect(printed).not.toContain('ab'.repeat(32));
});

test('what is no secret is printed', () => {
  const printed: unknown = JSON.parse(printConfiguration(configuration));
  expect(printed).toMatchObject({
    api: { port: 8080, tokens: [{ name: 'shop', role: 'operator' }, { name: 'audit' }] },
    encryption: { keys: [{ id: '2026-11' }] },
    archive: { url: 'postgres://********@db.example:5432/tranche?********' },
    accounts: {
      de: {
        url: 'https://api.pay1.de/post-gateway/',
        mid: '12345',
        keyHash: 'sha384',
        authorizationValidity: 'P7D',
      },
      se: { callbackUrl: 'https://shop.example/v1/notifications/se/********' },
      jp: { merchantId: 'm-1' },
      ua: {
        posId: 'p-1',
        serverUrl: 'https://shop.example/v1/notifications/finline-ua-of-the-shop/********?********',
      },
      nl: { headers: [{ name: 'x-terminal', secret: '********' }], environment: 'PETROL' },
    },
  });
});

test('the secrets are listed for those who must mask them', () => {
  const secrets = secretsOf(configuration);
  const all = [
    ...Array.from({ length: 12 }, (_, n) => canary(n + 1)).filter((each) => each !== canary(4)),
    `${canary(4)}-the-newest`,
    `${canary(4)}-the-one-before`,
    'canary-secret-path-token',
    'canary-callback-token',
    'canary-server-url-token',
    'canary-in-the-query',
    key,
  ];
  expect(secrets).toEqual(expect.arrayContaining(all));
  for (const open of ['sha384', 'P7D', 'test', 'm-1', 'sandbox']) expect(secrets).not.toContain(open);
});

test('the JSON Schema needs accounts only, names every provider and lets references stand anywhere', () => {
  const schema = configurationSchema();
  expect(schema).toMatchObject({ type: 'object', required: ['accounts'], additionalProperties: false });
  const text = JSON.stringify(schema);
  for (const provider of PROVIDER_NAMES) expect(text).toContain(`"${provider}"`);
  const { encryption } = (schema['properties'] ?? {}) as Record<string, object>;
  expect(JSON.stringify(encryption)).toContain(
    JSON.stringify('\\$\\{(?:[A-Za-z_][A-Za-z0-9_]*|file:/[^}]+)\\}'),
  );
});

test('the JSON Schema names every option of every provider and refuses all others', () => {
  const { accounts } = configurationSchema()['properties'] as Record<string, Schema>;
  const shapes = accounts?.additionalProperties?.anyOf ?? [];
  for (const provider of PROVIDER_NAMES) {
    const shape = shapes.find((each) => each.properties?.['provider']?.const === provider);
    const known = Object.keys((accountSchemas[provider] as unknown as { shape: object }).shape);
    expect(Object.keys(shape?.properties ?? {}).sort(), provider).toEqual(known.sort());
    expect(shape?.additionalProperties, provider).toBe(false);
  }
});

interface Schema {
  readonly const?: string;
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
}
