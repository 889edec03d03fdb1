import { Pool } from 'undici';
import type { Driver, Reply } from './driver.ts';

/** How long one request may take, milliseconds. */
const PATIENCE_MS = 30_000;

/**
 * The HTTP edge as an order side calls it. A load generator proper cannot be used here: whatever was not answered has to
 * come again under the same id, and the requests of one payment follow on each other.
 */
export function httpDriver(
  url: string,
  token: string,
  connections: number,
): Driver & { close(): Promise<void> } {
  const pool = new Pool(url, { connections, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const ask = async (
    method: 'GET' | 'POST',
    path: string,
    word: 'status' | 'state',
    body?: object,
  ): Promise<Reply> => {
    let status: number;
    let answer: Record<string, unknown>;
    let retryAfter: string | string[] | undefined;
    try {
      const response = await pool.request({
        method,
        path,
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      });
      status = response.statusCode;
      retryAfter = response.headers['retry-after'];
      answer = (await response.body.json()) as Record<string, unknown>;
    } catch (error) {
      return { kind: 'lost', why: error instanceof Error ? `${error.name} ${error.message}` : String(error) };
    }
    if (status === 429) return { kind: 'later', after: Number(retryAfter ?? 1) * 1_000 };
    if (status < 300) {
      const { captured } = (answer['amounts'] ?? {}) as { captured?: { value: number } };
      const state = String(answer[word]);
      return captured === undefined
        ? { kind: 'done', state }
        : { kind: 'done', state, captured: captured.value };
    }
    const why = `${method} ${path}: ${status} ${JSON.stringify(answer)}`;
    return status >= 500 ? { kind: 'lost', why } : { kind: 'refused', why };
  };
  return {
    create: (body) => ask('POST', '/v1/payments', 'status', body),
    capture: (payment, { id, amount, currency, final }) =>
      ask('POST', `/v1/payments/${payment}/captures`, 'state', {
        id,
        amount: { value: amount, currency },
        final,
      }),
    read: (payment) => ask('GET', `/v1/payments/${payment}`, 'status'),
    close: () => pool.close(),
  };
}
