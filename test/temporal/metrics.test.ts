/** Rule: counts stand under names of the installation; no payment, reference or secret is a label, and a scrape never fails. */
import { afterEach, expect, test } from 'vitest';
import type { SeenCall } from '../../activities/metrics.ts';
import { Metrics } from '../../temporal/metrics.ts';
import {
  hostFrom,
  METRICS_HOST,
  METRICS_PORT,
  type MetricsServer,
  portFrom,
  serveMetrics,
} from '../../temporal/metrics-server.ts';

const call: SeenCall = {
  account: 'shop',
  provider: 'payone',
  payment: 'o-4711',
  operation: 'c-4712',
  action: 'capture',
  attempt: 1,
  outcome: 'approved',
  code: '908',
  reason: 'a-reason',
  status: 200,
  providerMs: 300,
  durationMs: 310,
  heldBack: false,
};
const servers: MetricsServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

test('calls, reads, breakers, refusals and notices', async () => {
  const metrics = new Metrics({ ofProcess: false });
  metrics.called(call);
  metrics.called({ ...call, outcome: 'unknown', providerMs: null, heldBack: null });
  metrics.read({ ...call, kind: 'capture', result: 'absent', heldBack: true });
  metrics.refused({ command: 'capture', code: 'not-legal-now' });
  metrics.noticed('shop', 'forged');
  metrics.requested({ method: 'GET', route: '/v1/payments/:payment', status: 200, seconds: 0.02 });
  const text = await metrics.text();
  for (const line of [
    'tranche_provider_calls_total{provider="payone",account="shop",action="capture",outcome="approved"} 1',
    'tranche_provider_calls_total{provider="payone",account="shop",action="capture",outcome="unknown"} 1',
    'tranche_provider_call_seconds_bucket{le="0.5",provider="payone",account="shop",action="capture"} 1',
    'tranche_provider_reads_total{provider="payone",account="shop",result="absent"} 1',
    'tranche_breaker_open{provider="payone",account="shop"} 1',
    'tranche_commands_refused_total{command="capture",code="not-legal-now"} 1',
    'tranche_notices_total{account="shop",fate="forged"} 1',
    'tranche_http_requests_total{method="GET",route="/v1/payments/:payment",status="200"} 1',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).not.toMatch(/o-4711|c-4712|908|a-reason/);
});

test('a worker serves them on the loopback address, and nothing else', async () => {
  const metrics = new Metrics();
  metrics.beforeEach(async () => {
    throw new Error('the server is away');
  });
  const server = await serveMetrics(metrics, 0);
  servers.push(server);
  const answer = await fetch(server.url);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  expect(await answer.text()).toContain('process_resident_memory_bytes');
  expect((await fetch(server.url.replace('/metrics', '/other'))).status).toBe(404);
  expect((await fetch(server.url, { method: 'POST', body: 'x' })).status).toBe(405);
  expect(new URL(server.url).hostname).toBe('127.0.0.1');
});

test('another address than the loopback one is asked for, and has to be an address', async () => {
  expect(hostFrom({})).toBe('127.0.0.1');
  expect(hostFrom({ [METRICS_HOST]: '' })).toBe('127.0.0.1');
  for (const host of ['0.0.0.0', '::1']) expect(hostFrom({ [METRICS_HOST]: host })).toBe(host);
  for (const text of ['everywhere', '0.0.0.0:80', ' 0.0.0.0'])
    expect(() => hostFrom({ [METRICS_HOST]: text })).toThrow('no IP address');
  const server = await serveMetrics(new Metrics({ ofProcess: false }), 0, '0.0.0.0');
  servers.push(server);
  expect(new URL(server.url).hostname).toBe('0.0.0.0');
  // The whole of 127.0.0.0/8 is this machine; a server on 127.0.0.1 does not answer here.
  expect((await fetch(server.url.replace('0.0.0.0', '127.0.0.2'))).status).toBe(200);
});

test('a worker shows its accounts before the first call, so that one which nobody collects is missed', async () => {
  const metrics = new Metrics({ ofProcess: false });
  expect(await metrics.text()).not.toMatch(/^tranche_breaker_open\{/m);
  metrics.serves([{ name: 'shop', provider: 'payone' }]);
  expect((await metrics.text()).split('\n')).toContain(
    'tranche_breaker_open{provider="payone",account="shop"} 0',
  );
});

test('the port is off by default, and what is no port is an error', () => {
  expect(portFrom({}, METRICS_PORT)).toBeNull();
  expect(portFrom({ [METRICS_PORT]: '' }, METRICS_PORT)).toBeNull();
  expect(portFrom({ [METRICS_PORT]: '9464' }, METRICS_PORT)).toBe(9464);
  for (const text of ['99999', '-1', 'yes', '1e3', ' 80'])
    expect(() => portFrom({ [METRICS_PORT]: text }, METRICS_PORT)).toThrow('no port');
});
