import { onTestFinished } from 'vitest';
import { answerSchema } from '../../api/contract.ts';
import { problem as problemSchema } from '../../api/answer-schema.ts';
import { hashToken } from '../../api/auth.ts';
import type { Payments } from '../../api/payments.ts';
import { type ApiDependencies, startServer } from '../../api/server.ts';
import { TOKENS } from './edge.ts';

export interface WireAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

export interface WireAsk {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What every answer carries. */
export const EVERYWHERE = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
} as const;

/** The edge on a socket of its own; each answer is held against the contract, each problem against RFC 9457. */
export async function wire(payments: Payments, over: Partial<ApiDependencies> = {}) {
  const written: string[] = [];
  const { url, close } = await startServer(
    {
      payments,
      tokens: (['operator', 'viewer', 'auditor'] as const).map((role) => ({
        name: role,
        hash: hashToken(TOKENS[role]),
        role,
      })),
      missing: async () => [],
      notices: { account: () => undefined, deliver: async () => undefined },
      checksAnswers: true,
      logger: { level: 'warn', stream: { write: (line: string) => written.push(line) } },
      ...over,
    },
    { host: '127.0.0.1', port: 0 },
  );
  let closed: Promise<void> | undefined;
  const end = (): Promise<void> => (closed ??= close());
  onTestFinished(end);
  const ask = async (method: string, path: string, how: WireAsk = {}): Promise<WireAnswer> => {
    const token = how.token === undefined ? TOKENS.operator : how.token;
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(how.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...how.headers,
      },
      ...(how.body === undefined ? {} : { body: JSON.stringify(how.body) }),
    });
    const text = await answer.text();
    const type = answer.headers.get('content-type') ?? '';
    const body = (type.includes('json') ? JSON.parse(text) : {}) as Record<string, unknown>;
    holdAgainstContract(method, path, answer, body);
    return { status: answer.status, headers: answer.headers, body, text };
  };
  return { url, ask, end, log: () => written.join('') };
}

function holdAgainstContract(method: string, path: string, answer: Response, body: unknown): void {
  for (const [name, value] of Object.entries(EVERYWHERE)) {
    if (answer.headers.get(name) !== value) throw new Error(`${method} ${path}: ${name} is not ${value}`);
  }
  if (answer.status >= 400 && path !== '/readyz') {
    if (answer.headers.get('content-type') !== 'application/problem+json')
      throw new Error(`${method} ${path}: ${answer.status} is no problem`);
    const { status, code, type } = problemSchema.parse(body);
    if (status !== answer.status || type !== `https://tranche.dev/problems/${code}`)
      throw new Error(`${method} ${path}: the problem says ${status} ${type}`);
    return;
  }
  const [bare = ''] = path.split('?');
  answerSchema(method, braced(bare), answer.status)?.parse(body);
}

/** The address as the contract writes it. */
export function braced(path: string): string {
  return path
    .replace(/^\/v1\/payments\/[^/]+/, '/v1/payments/{payment}')
    .replace(/\/(captures|releases|refunds)\/[^/]+$/, '/$1/{operation}');
}
