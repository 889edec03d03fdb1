import { z } from 'zod';
import { IDENTIFIER_PATTERN } from '../payment/identifier.ts';
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

const encryptionKey = z.strictObject({ id: identifier, key: keyBytes });

const webhook = z.strictObject({ name: identifier, url: httpUrl, secret: z.string().min(1) });

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
      /** How running payments meet a new worker version. */
      versioning: z.enum(['auto-upgrade', 'pinned']).default('auto-upgrade'),
    })
    .prefault({}),
  api: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      /** 0 takes a free one. */
      port: z.int().min(0).max(65_535).default(8080),
      tokens: z.array(apiToken).superRefine(uniqueBy('name')).default([]),
    })
    .prefault({}),
  encryption: z
    .strictObject({ keys: z.array(encryptionKey).superRefine(uniqueBy('id')).default([]) })
    .prefault({}),
  archive: z.strictObject({ url: z.url('expected a URL') }).optional(),
  webhooks: z.array(webhook).superRefine(uniqueBy('name')).default([]),
};

/** Everything; the accounts by name only, since each is held against its own provider's schema. */
export const fileSchema = z.strictObject({
  ...base,
  accounts: z.record(identifier, z.looseObject({ provider: z.string('expected the name of a provider') })),
});

export type Settings = z.output<typeof fileSchema>;

/** A reference to the environment, see `environment-reference.ts`. */
const REFERENCE = { type: 'string', pattern: '\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}' } as const;

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
