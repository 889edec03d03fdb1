/** The metrics of a process without an HTTP edge, on a port of its own. */
import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { type AddressInfo, isIP } from 'node:net';
import type { Metrics } from './metrics.ts';

/** The environment's name for the worker's port; off where it is not set, a free one where it is 0. */
export const METRICS_PORT = 'TRANCHE_METRICS_PORT';

/** The environment's name for the address that this port is on; the loopback address where it is not set. */
export const METRICS_HOST = 'TRANCHE_METRICS_HOST';

/** @throws Error for what is no IP address: a name could stand for more than one. */
export function hostFrom(environment: Readonly<Record<string, string | undefined>>): string {
  const host = environment[METRICS_HOST] || '127.0.0.1';
  if (isIP(host) === 0) throw new Error(`${METRICS_HOST} is ${host}, which is no IP address`);
  return host;
}

/**
 * @returns null where the environment does not name it.
 * @throws Error for what is no port.
 */
export function portFrom(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): number | null {
  const text = environment[name];
  if (text === undefined || text === '') return null;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new Error(`${name} is ${text}, which is no port`);
  return port;
}

export interface MetricsServer {
  /** Ends in `/metrics`. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves `GET /metrics` without a token: with the default address to this machine only, with another to everybody whom the
 * network lets through.
 */
export async function serveMetrics(
  metrics: Metrics,
  port: number,
  host = '127.0.0.1',
): Promise<MetricsServer> {
  const server = createServer({ requestTimeout: 5_000, headersTimeout: 5_000 }, (request, response) => {
    request.resume();
    const path = (request.url ?? '').split('?')[0];
    if (path !== '/metrics') answer(response, 404, 'text/plain', 'only /metrics is served here\n');
    else if (request.method !== 'GET') answer(response, 405, 'text/plain', 'only GET\n');
    else
      metrics.text().then(
        (text) => answer(response, 200, metrics.contentType, text),
        () => answer(response, 500, 'text/plain', 'the metrics could not be collected\n'),
      );
  });
  server.listen(port, host);
  await once(server, 'listening');
  return {
    url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${(server.address() as AddressInfo).port}/metrics`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function answer(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { 'content-type': type }).end(body);
}
