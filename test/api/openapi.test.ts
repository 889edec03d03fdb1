/** Rule: the document names every route and nothing else, its examples are true, and its page loads nothing. */
import { describe, expect, it } from 'vitest';
import { OPERATIONS } from '../../api/contract.ts';
import { openApiDocument } from '../../api/openapi.ts';
import { referencePage } from '../../api/reference-page.ts';
import { problem } from '../../api/answer-schema.ts';
import { problemExample } from '../../api/examples.ts';
import { statusOfCode } from '../../api/problem.ts';
import { edge, TOKENS } from './edge.ts';

const document = openApiDocument();

/** `GET /v1/payments/{payment}` of every route that the server takes. */
async function routes(): Promise<string[]> {
  const { server } = edge();
  await server.ready();
  const lines = server.printRoutes({ commonPrefix: false, includeHooks: false }).split('\n');
  const found: string[] = [];
  const parents: string[] = [];
  for (const line of lines) {
    const match = /^([│├└─ ]*)(\S+) ?(?:\(([A-Z, ]+)\))?$/.exec(line);
    if (match === null) continue;
    const [, indent = '', part = '', methods] = match;
    const depth = indent.length / 4;
    parents.length = depth;
    parents[depth] = part;
    if (methods === undefined) continue;
    const path = parents
      .slice(1, depth + 1)
      .join('')
      .replace(/:(\w+)/g, '{$1}');
    for (const method of methods.split(', ')) if (method !== 'HEAD') found.push(`${method} ${path}`);
  }
  return found;
}

describe('the document', () => {
  it('names every route with its parameters, and no other', async () => {
    const served = (await edge().ask('GET', '/openapi.json', { token: null })).body as {
      paths: typeof document.paths;
    };
    const named = Object.entries(served.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(named.sort()).toEqual((await routes()).sort());
  });

  it('has no dangling reference and says what every call needs', () => {
    const json = JSON.stringify(document);
    const names = [...json.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name = '']) => name);
    expect(names.length).toBeGreaterThan(50);
    for (const name of names) expect(document.components.schemas).toHaveProperty(name);
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const operation of Object.values(methods)) {
        const open = !/^\/(v1|metrics)/.test(path) || path.startsWith('/v1/notifications/');
        expect(operation['security'], path).toEqual(open ? [] : [{ token: [] }]);
      }
    }
    expect(document.components.securitySchemes).toMatchObject({ token: { type: 'http', scheme: 'bearer' } });
  });

  it.each(OPERATIONS.map((each) => [each.id, each] as const))('has true examples of %s', (_id, operation) => {
    const { body, answers } = operation;
    if (body !== undefined) expect(body.schema.safeParse(body.example).error).toBeUndefined();
    for (const { schema, example } of Object.values(answers)) {
      if (schema === undefined || example === undefined) continue;
      const wire: unknown = JSON.parse(JSON.stringify(example));
      expect(schema.safeParse(wire).error).toBeUndefined();
    }
    expect(problem.safeParse(problemExample).error).toBeUndefined();
    expect(statusOfCode('amount-exceeds-capturable')).toBe(problemExample.status);
  });

  it('says which role a call needs, and so it is', async () => {
    const { ask } = edge();
    const served = (await ask('GET', '/openapi.json')).body['paths'] as object;
    for (const { method, path, access } of OPERATIONS) {
      // A stream would stay open.
      if (path.endsWith('/events')) continue;
      if (!(path in served)) continue;
      const url = path.replace(/\{\w+\}/g, 'none');
      for (const role of ['viewer', 'auditor', 'operator'] as const) {
        const may =
          role === 'operator' ||
          access === 'open' ||
          access === 'read' ||
          (access === 'audit' && role === 'auditor');
        const verb = method.toUpperCase() as 'GET' | 'POST' | 'PATCH' | 'DELETE';
        const { body } = await ask(verb, url, { token: TOKENS[role] });
        expect(body['code'] === 'forbidden', `${role} ${verb} ${path}`).toBe(!may);
      }
      const { status } = await ask(method.toUpperCase() as 'GET', url, { token: null });
      expect(status === 401, `${method} ${path}`).toBe(access !== 'open');
    }
  });
});

describe('the page', () => {
  it('tells of every call and loads nothing', async () => {
    const { ask } = edge();
    const { text, headers } = await ask('GET', '/docs', { token: null });
    const served = OPERATIONS.filter(({ path }) => !/\/(audit|metrics)$/.test(path) || text.includes(path));
    expect(text).toBe(referencePage(openApiDocument(served)));
    for (const { id, path } of served) {
      expect(text).toContain(`id="${id}"`);
      expect(text).toContain(path);
    }
    expect(text).not.toMatch(/<(script|img|link|iframe|object|embed)\b|\ssrc=|url\(|@import/i);
    for (const [, target = ''] of text.matchAll(/href="([^"]*)"/g))
      expect(target).toMatch(/^(#\w+|\/openapi\.json)$/);
    for (const [, target = ''] of text.matchAll(/href="#(\w+)"/g)) expect(text).toContain(`id="${target}"`);
    expect(String(headers['content-security-policy'])).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+';/,
    );
  });
});
