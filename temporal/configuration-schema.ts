import { z } from 'zod';
import { IDENTIFIER_PATTERN } from '../payment/identifier.ts';
import { ENTRY_TYPES } from '../payment/ledger.ts';
import { duration } from '../providers/account-options.ts';
import { accountSchemas } from '../providers/account-schemas.ts';

/** The shape of `tranche.config.json`, environment variables already put in. Only `accounts` is required. */

const identifier = z
  .string()
  .regex(
    new RegExp(IDENTIFIER_PATTERN),
    'expected 1 to 64 letters, digits, ".", "_" or "-", the first a letter or digit',
  );

const httpUrl = z.url({ protocol: /^https?$/, error: 'expected an http or https URL' });

/** 32 bytes in base64, padded. */
const keyBytes = z
  .string()
  .regex(/^[A-Za-z0-9+/]{43}=$/, 'expected 32 bytes in base64, as `openssl rand -base64 32` prints them');

const uniqueBy =
  <Item>(field: keyof Item & string) =>
  (items: readonly Item[], context: z.RefinementCtx): void => {
    items.forEach((item, index) => {
      if (items.findIndex((other) => other[field] === item[field]) < index) {
        context.addIssue({ code: 'custom', path: [index, field], message: 'is used twice' });
      }
    });
  };

const apiToken = z
  .strictObject({
    name: identifier,
    token: z.string().min(1, 'expected at least one character').optional(),
    /** Lower-case hex SHA-256 of the token. */
    tokenHash: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in lower-case hex')
      .optional(),
    role: z.enum(['viewer', 'operator', 'auditor']),
    /** From this instant on the token is refused. */
    expiresAt: z.iso
      .datetime({ offset: true, error: 'expected an instant with its offset, like 2027-01-31T00:00:00Z' })
      .optional(),
  })
  .superRefine((value, context) => {
    if ((value.token === undefined) === (value.tokenHash === undefined)) {
      context.addIssue({
        code: 'custom',
        path: ['token'],
        message: 'expected exactly one of token and tokenHash',
      });
    }
  });

/** What both parts of a worker's version may be on every server: no dot and no colon, which join them. */
export const BUILD_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const versionPart = z.string().regex(BUILD_ID, 'expected 1 to 100 letters, digits, "_" or "-"');

const encryptionKey = z.strictObject({ id: identifier, key: keyBytes });

/** Standard Webhooks: `whsec_` and bytes in base64, 24 to 64 of them advised; or a text, whose bytes are the key. */
const webhookSecret = z
  .string()
  .regex(
    /^(?:whsec_(?=.)(?:[A-Za-z0-9+/]{4}){0,64}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?|(?!whsec_)[\x21-\x7e]{1,256})$/,
    'expected whsec_ and bytes in base64, or 1 to 256 characters without spaces',
  );

const webhookType = z.enum([
  ...ENTRY_TYPES,
  ...new Set(ENTRY_TYPES.map((type) => `${type.slice(0, type.indexOf('.'))}.*` as const)),
]);

const webhook = z.strictObject({
  name: identifier,
  url: httpUrl,
  /** Several while receivers change over: the first is the newest, and each signs. */
  secret: z.union([webhookSecret, z.array(webhookSecret).min(1).max(3)]),
  /** Of which accounts it is told. @default all */
  accounts: z.array(identifier).min(1).optional(),
  /** What it is told of: types of entries, or `capture.*`. @default all */
  types: z.array(webhookType).min(1).optional(),
  /** Whether it may be at an address of this machine or network, and then without TLS. */
  allowPrivate: z.boolean().default(false),
});

const base = {
  temporal: z
    .strictObject({
      /** host:port; what is left out comes from the Temporal profile and `TEMPORAL_ADDRESS`. */
      address: z
        .string()
        .regex(/^[^\s/:]+:\d{1,5}$|^\[[0-9A-Fa-f:.]+\]:\d{1,5}$/, 'expected host:port')
        .optional(),
      namespace: z.string().min(1).optional(),
      taskQueue: z.string().min(1).default('tranche'),
      /** How open payments meet a new version of the worker; `off`: every worker of the queue takes any of them. */
      versioning: z.enum(['off', 'auto-upgrade', 'pinned']).default('off'),
      /** Of the versions of this installation's workers; the task queue's name where it is left out. */
      deployment: versionPart.optional(),
      /** Of this worker; package version and digest of the workflow code where it is left out. */
      buildId: versionPart.optional(),
    })
    .prefault({}),
  api: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      /** 0 takes a free one. */
      port: z.int().min(0).max(65_535).default(8080),
      tokens: z.array(apiToken).superRefine(uniqueBy('name')).default([]),
      /** How long `/readyz` says 503 before the server stops listening, so that a balancer sends nobody any more. */
      drain: duration.default('PT0S'),
      /** Proxies that may say who a client is, by address or network. */
      trustProxy: z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()])).default([]),
    })
    .prefault({}),
  encryption: z
    .strictObject({ keys: z.array(encryptionKey).superRefine(uniqueBy('id')).default([]) })
    .prefault({}),
  archive: z
    .strictObject({
      /** `postgres://…`, or a file of this machine: `sqlite:<path>`. @default sqlite:.tranche/archive.sqlite */
      url: z
        .string()
        .regex(
          /^(?:postgres(?:ql)?:\/\/[^\s/]|sqlite:[^\s]|file:\/\/\/[^\s])/,
          'expected postgres://…, sqlite:<path> or file:///…',
        )
        .optional(),
      /** How long a payment is kept after it ended, `default` and by account. @default for ever */
      keep: z.record(identifier, duration).optional(),
    })
    .optional(),
  webhooks: z.array(webhook).superRefine(uniqueBy('name')).default([]),
};

/** Everything; the accounts by name only, since each is held against its own provider's schema. */
export const fileSchema = z.strictObject({
  ...base,
  accounts: z.record(identifier, z.looseObject({ provider: z.string('expected the name of a provider') })),
});

export type Settings = z.output<typeof fileSchema>;

/** A reference to the environment, see `environment-reference.ts`. */
const REFERENCE = { type: 'string', pattern: '\\$\\{(?:[A-Za-z_][A-Za-z0-9_]*|file:/[^}]+)\\}' } as const;

/**
 * The JSON Schema (2020-12) of the file as it is written: defaults left out, and each constrained string either as
 * it should be or with a `${NAME}` in it.
 */
export function configurationSchema(): Record<string, unknown> {
  const [first, ...others] = Object.values(accountSchemas);
  const accounts = z.record(identifier, z.union(first === undefined ? [] : [first, ...others]));
  const schema = z.strictObject({ ...base, accounts, $schema: z.string().optional() });
  return z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ jsonSchema }) => {
      const limits = (['pattern', 'format', 'minLength', 'maxLength', 'enum'] as const).filter(
        (name) => name in jsonSchema,
      );
      if (jsonSchema.type !== 'string' || limits.length === 0) return;
      const constrained = Object.fromEntries(limits.map((name) => [name, jsonSchema[name]]));
      for (const name of limits) delete jsonSchema[name];
      jsonSchema.anyOf = [constrained, REFERENCE];
    },
  });
}
