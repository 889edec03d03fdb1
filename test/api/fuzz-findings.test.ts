/** Rule: what the fuzzer found once stays mended (`npm run fuzz:api`). */
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../api/contract.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { CREATE, edge } from './edge.ts';

const WRITES = OPERATIONS.filter(({ body }) => body !== undefined);

it.each(WRITES.map(({ id, method, path }) => [id, method.toUpperCase(), path] as const))(
  'takes null for no body of %s',
  async (_id, method, path) => {
    const { ask, payments } = edge();
    await ask('POST', '/v1/payments', { body: CREATE });
    const answer = await ask(method as 'POST' | 'PATCH', path.replace('{payment}', 'o-1'), { raw: 'null' });
    expect(answer.body).toMatchObject({ status: 400, code: 'validation', outcome: 'none' });
    expect(payments.calls).toHaveLength(1);
  },
);

it('takes no body at all for an empty object', async () => {
  const { ask } = edge();
  await ask('POST', '/v1/payments', { body: CREATE });
  expect((await ask('POST', '/v1/payments/o-1/release')).status).toBe(201);
});

it.each(OPERATIONS.map(({ id, problems }) => [id, problems] as const))(
  'says of %s that headers and address have an end',
  (_id, problems) => {
    expect(problems).toContain('headers-too-large');
  },
);

describe('a cursor', () => {
  it.each(['', 'x'.repeat(4_096)])('may be %s', async (cursor) => {
    const { ask } = edge();
    expect((await ask('GET', `/v1/payments?cursor=${cursor}`)).status).toBe(200);
  });

  it.each(['%20', 'a+b', 'x'.repeat(4_097), 'a/b'])(
    'is refused by the document and the server as %s',
    async (cursor) => {
      const { ask } = edge();
      expect((await ask('GET', `/v1/payments?cursor=${cursor}`)).body).toMatchObject({
        code: 'validation',
        errors: [{ path: 'cursor' }],
      });
      const parameters = openApiDocument().paths['/v1/payments']?.['get']?.['parameters'] as {
        name: string;
        schema: { pattern: string };
      }[];
      const pattern = parameters.find(({ name }) => name === 'cursor')?.schema.pattern ?? '.*';
      expect(decodeURIComponent(cursor)).not.toMatch(new RegExp(pattern));
    },
  );
});

it('links each answer to calls that take what it gives them', () => {
  const document = openApiDocument();
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.values(methods).map((each) => ({ path, ...each })),
  ) as unknown as {
    path: string;
    operationId: string;
    responses: Record<string, { links?: Record<string, { operationId: string; parameters: object }> }>;
  }[];
  const links = operations.flatMap(({ responses }) =>
    Object.values(responses).flatMap((answer) => Object.values(answer.links ?? {})),
  );
  expect(links.length).toBeGreaterThan(20);
  for (const { operationId, parameters } of links) {
    const target = operations.find((each) => each.operationId === operationId);
    const inPath = [...(target?.path.matchAll(/\{(\w+)\}/g) ?? [])].map(([, name]) => name);
    expect(Object.keys(parameters), operationId).toEqual(inPath);
  }
});
