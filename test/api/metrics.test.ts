/** Rule: `/metrics` needs a token; requests count by route and refusals by code; what was said is in neither metrics nor log. */
import { afterEach, expect, test } from 'vitest';
import { hashToken } from '../../api/auth.ts';
import { MeteredTally } from '../../api/metrics.ts';
import { buildServer } from '../../api/server.ts';
import { createLog } from '../../temporal/log.ts';
import { Metrics } from '../../temporal/metrics.ts';
import { PaymentError } from '../../temporal/payment-error.ts';
import { MemoryPayments } from './memory-payments.ts';

const TOKEN = 'viewer-token-00001';
const SECRET = 'planted-secret-value';
const CARD = '4111111111111111';
const PATH_TOKEN = 'unguessable-path-token';
const open: { close(): Promise<unknown> }[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

/** An edge at which every command is refused by its payment. */
function edge() {
  const lines: string[] = [];
  const log = createLog({ people: false, out: { write: (line) => lines.push(line) } });
  log.hide([SECRET]);
  const metrics = new Metrics({ ofProcess: false });
  const payments = new MemoryPayments();
  payments.command = () =>
    Promise.reject(new PaymentError('not-legal-now', `it said ${SECRET}`, { rule: 'not-final' }));
  const server = buildServer({
    payments,
    tokens: [
      { name: 'viewer', hash: hashToken(TOKEN), role: 'viewer' },
      { name: 'shop', hash: hashToken('operator-token-1'), role: 'operator' },
    ],
    missing: async () => [],
    logger: log.settings,
    metrics,
    tally: new MeteredTally(metrics),
    notices: {
      account: (name) =>
        name === 'shop'
          ? { acknowledgement: 'OK', readNotice: () => ({ verdict: 'forged', why: 'no key' }) }
          : undefined,
      deliver: async () => undefined,
    },
  });
  open.push(server);
  const scrape = (token: string | null = TOKEN) =>
    server.inject({ url: '/metrics', headers: token === null ? {} : { authorization: `Bearer ${token}` } });
  const post = (url: string, payload: object) =>
    server.inject({ method: 'POST', url, payload, headers: { authorization: 'Bearer operator-token-1' } });
  return { server, scrape, post, lines };
}

test('a viewer may scrape, nobody without a token', async () => {
  const { scrape } = edge();
  expect((await scrape(null)).statusCode).toBe(401);
  expect((await scrape('another-token-0001')).statusCode).toBe(401);
  const answer = await scrape();
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['content-type']).toContain('text/plain');
  expect(answer.body).toContain('tranche_http_requests_total{method="GET",route="/metrics",status="401"} 2');
});

test('a refused command is one line and one count, without what it said', async () => {
  const { post, scrape, lines } = edge();
  const answer = await post('/v1/payments/o-1/captures', { id: 'c-1', description: SECRET, reference: CARD });
  expect(answer.statusCode).toBe(409);
  expect((await scrape()).body).toContain(
    'tranche_commands_refused_total{command="capture",code="not-legal-now"} 1',
  );
  expect(lines).toHaveLength(1);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    level: 'info',
    msg: 'command refused',
    command: 'capture',
    payment: 'o-1',
    operation: 'c-1',
    code: 'not-legal-now',
    rule: 'not-final',
    status: 409,
    by: 'shop',
  });
  expect(lines.join('')).not.toMatch(new RegExp(`${SECRET}|${CARD}`));
});

test('ids and path tokens are no labels, and what is no id is not logged as one', async () => {
  const { post, scrape, lines } = edge();
  await post('/v1/payments', { id: `<${SECRET}>`, card: CARD });
  await post(`/v1/notifications/shop/${PATH_TOKEN}`, {});
  await post(`/v1/${PATH_TOKEN}`, {});
  const { body } = await scrape();
  for (const line of [
    'tranche_commands_refused_total{command="create",code="validation"} 1',
    'tranche_http_requests_total{method="POST",route="none",status="404"} 1',
    'tranche_notices_total{account="shop",fate="forged"} 1',
  ])
    expect(body.split('\n')).toContain(line);
  expect(lines).toHaveLength(3);
  for (const text of [SECRET, CARD, PATH_TOKEN]) expect(body + lines.join('')).not.toContain(text);
});
