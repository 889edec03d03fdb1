import * as z from 'zod';
import * as answers from './answer-schema.ts';
import {
  captureBody,
  createBody,
  identifier,
  line,
  money,
  planBody,
  positiveMoney,
  refundBody,
  releaseBody,
  resolutionBody,
} from './body.ts';
import { type AnswerSpec, type Operation, OPERATIONS } from './contract.ts';
import { problemExample } from './examples.ts';
import { linksFrom } from './links.ts';
import { type ProblemCode, statusOfCode } from './problem.ts';

type Json = { readonly [key: string]: unknown };

export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Json>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Json>>;
    readonly securitySchemes: Json;
  };
}

const SHARED = { Money: money, Line: line };
const BODIES = {
  ...SHARED,
  PositiveMoney: positiveMoney,
  PaymentRequest: createBody,
  CaptureRequest: captureBody,
  ReleaseRequest: releaseBody,
  RefundRequest: refundBody,
  PlanChange: planBody,
  Resolution: resolutionBody,
};
const ANSWERS = {
  ...SHARED,
  Payment: answers.payment,
  Capture: answers.capture,
  Release: answers.release,
  Refund: answers.refund,
  Decline: answers.decline,
  Attention: answers.attention,
  PaymentList: answers.paymentList,
  Ledger: answers.ledger,
  LedgerEntry: answers.ledgerEntry,
  Explanation: answers.explanation,
  Problem: answers.problem,
};

const HEADERS: Readonly<Record<NonNullable<Operation['headers']>[number], Json>> = {
  'Idempotency-Key': {
    description:
      'The id where the body has none: as it is where it is one, else k- and 32 hex of its SHA-256. An id in the body wins.',
    schema: { type: 'string', minLength: 1 },
  },
  Prefer: {
    description:
      'wait=N: answer after N seconds (0 to 60) with 202 where the operation is not at its end by then.',
    schema: { type: 'string', examples: ['wait=5'] },
  },
  'Last-Event-ID': {
    description: 'Number of the last entry that was seen.',
    schema: { type: 'string', pattern: '^[0-9]{1,9}$' },
  },
};

const PARAMETERS: Readonly<Record<string, Json>> = {
  payment: { schema: schemaOf(identifier), example: 'order-1001' },
  operation: { schema: { type: 'string', minLength: 1, maxLength: 69 }, example: 'c-1' },
  account: { schema: schemaOf(identifier), example: 'payone-de' },
  pathToken: { schema: { type: 'string' } },
};

/** The contract as an OpenAPI 3.1 document, made from the schemas that requests are parsed with. */
export function openApiDocument(operations: readonly Operation[] = OPERATIONS): OpenApiDocument {
  const paths: Record<string, Record<string, Json>> = {};
  const served = new Set(operations.map(({ id }) => id));
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: operationOf(operation, served) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Tranche',
      version: '1',
      description:
        'One payment: its authorisation, captures in parts, the release of the rest, refunds, and what happened. Money is ' +
        'an integer of minor units beside its currency. Instants are RFC 3339, answered in UTC with milliseconds. An ' +
        'unknown field is an error.',
    },
    paths,
    components: {
      schemas: { ...componentsOf(ANSWERS, 'output'), ...componentsOf(BODIES, 'input') },
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of the configuration: viewer, operator or auditor.',
        },
      },
    },
  };
}

function operationOf(operation: Operation, served: ReadonlySet<string>): Json {
  const { id, summary, description, access, body, foreignBody } = operation;
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    security: access === 'open' ? [] : [{ token: [] }],
    ...(access === 'open' ? {} : { 'x-access': access }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined
      ? {}
      : {
          requestBody: {
            required: body.required,
            content: {
              'application/json': { schema: referenceTo(body.schema, BODIES), example: body.example },
            },
          },
        }),
    ...(foreignBody === undefined ? {} : { requestBody: { content: { '*/*': {} } } }),
    responses: { ...answersOf(operation, linksFrom(id, served)), ...problemsOf(operation.problems) },
  };
}

function parametersOf({ path, query, headers = [] }: Operation): readonly Json[] {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...PARAMETERS[name],
  }));
  // Parameters are texts on the wire: what they are read as is what they mean.
  const schema = query === undefined ? {} : schemaOf(query);
  const properties = Object.entries((schema['properties'] ?? {}) as Readonly<Record<string, Json>>);
  const needed = (schema['required'] ?? []) as readonly string[];
  const inQuery = properties.map(([name, each]) => ({
    name,
    in: 'query',
    required: needed.includes(name),
    ...(needed.includes(name) ? {} : { allowEmptyValue: true }),
    schema: each,
  }));
  const inHeader = headers.map((name) => ({ name, in: 'header', required: false, ...HEADERS[name] }));
  return [...inPath, ...inQuery, ...inHeader];
}

function answersOf({ answers: specs, headers = [] }: Operation, links: Json): Json {
  return Object.fromEntries(
    Object.entries(specs).map(([status, spec]) => [
      status,
      {
        ...answerOf(spec, headers.includes('Prefer')),
        ...(Object.keys(links).length === 0 ? {} : { links }),
      },
    ]),
  );
}

function answerOf(spec: AnswerSpec, prefers: boolean): Json {
  const headers = {
    ...(spec.location === undefined ? {} : { Location: { required: true, schema: { type: 'string' } } }),
    ...(prefers ? { 'Preference-Applied': { schema: { type: 'string' } } } : {}),
  };
  const { schema, type, example } = spec;
  const content =
    schema === undefined
      ? {}
      : {
          schema: referenceTo(schema, ANSWERS),
          ...(example === undefined ? {} : { example: JSON.parse(JSON.stringify(example)) as unknown }),
        };
  return {
    description: spec.description,
    ...(Object.keys(headers).length === 0 ? {} : { headers }),
    ...(schema === undefined && type === undefined
      ? {}
      : { content: { [type ?? 'application/json']: content } }),
  };
}

function problemsOf(codes: readonly ProblemCode[]): Json {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes)
    byStatus.set(statusOfCode(code), [...(byStatus.get(statusOfCode(code)) ?? []), code]);
  return Object.fromEntries(
    [...byStatus].map(([status, each]) => [
      status,
      {
        description: `A problem with the code ${each.join(' or ')}.`,
        ...(status === 429 || status === 503
          ? { headers: { 'Retry-After': { required: true, schema: { type: 'integer', minimum: 1 } } } }
          : {}),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            ...(each.some((code) => code === problemExample.code) ? { example: problemExample } : {}),
          },
        },
      },
    ]),
  );
}

type Named = Readonly<Record<string, z.ZodType>>;

function referenceTo(schema: z.ZodType, named: Named): Json {
  const name = Object.keys(named).find((each) => named[each] === schema);
  return name === undefined ? schemaOf(schema) : { $ref: `#/components/schemas/${name}` };
}

function componentsOf(named: Named, io: 'input' | 'output'): Readonly<Record<string, Json>> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    unrepresentable: 'any',
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => plainer(jsonSchema, io),
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, withoutIds(schema as Json)]),
  );
}

function schemaOf(schema: z.ZodType): Json {
  return withoutIds(
    z.toJSONSchema(schema, {
      io: 'output',
      unrepresentable: 'any',
      override: ({ jsonSchema }) => plainer(jsonSchema, 'output'),
    }) as Json,
  );
}

function withoutIds({ $schema: _schema, $id: _id, ...schema }: Json): Json {
  return schema;
}

/** A format says it without its pattern; and an answer may get more fields one day, which breaks nobody. */
function plainer(schema: Record<string, unknown>, io: 'input' | 'output'): void {
  if (schema['format'] === 'date-time' || schema['format'] === 'date') delete schema['pattern'];
  if (io === 'output' && schema['additionalProperties'] === false) delete schema['additionalProperties'];
}
