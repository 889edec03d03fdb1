/**
 * Rule: image and compose file say what the code says: a Dockerfile without a linter's complaint that runs as nobody special,
 * files that are there, a configuration that the code takes, and the namespace's search attributes by their names.
 */
import { existsSync, readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { workerOptionsOf } from '../../temporal/call-queue.ts';
import { METRICS_PORT } from '../../temporal/metrics-server.ts';
import { parseConfiguration } from '../../temporal/configuration.ts';
import { SEARCH_ATTRIBUTE_TYPES } from '../../temporal/search-attributes.ts';
import { shutdownTimes } from '../../temporal/worker.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const { version, files } = JSON.parse(read('package.json')) as { version: string; files: readonly string[] };

describe('Dockerfile', () => {
  const text = read('deploy/docker/Dockerfile');
  const [build = '', image = ''] = text.split(/^FROM /m).slice(1);

  test('the linter has nothing to say', () => {
    expect(validate(text)).toEqual([]);
  });

  test('both stages are of the Node that the sources need, and the second runs without rights behind an init', () => {
    for (const stage of [build, image]) expect(stage).toMatch(/^node:24-slim\b/);
    expect(image).toMatch(/^USER node$/m);
    expect(image.indexOf('USER node')).toBeGreaterThan(image.lastIndexOf('RUN '));
    expect(image).toMatch(/^ENTRYPOINT \["tini", "--", "node", "\/app\/dist\/cli\/tranche\.js"\]$/m);
    expect(image).toMatch(/^HEALTHCHECK .*CMD \["node", "\/app\/healthcheck\.mjs"\]$/m);
  });

  test('what it copies from the checkout is there, or made by the build', () => {
    const copied = [...text.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(copied).toContain('deploy/docker/healthcheck.mjs');
    for (const name of copied) expect(existsSync(new URL(name, root)), name).toBe(true);
    expect(files).toContain('dist');
    expect(text).toContain(`-t tranche:${version}`);
  });
});

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly read_only?: boolean;
  readonly stop_grace_period?: string;
  readonly ports?: readonly string[];
  readonly depends_on?: unknown;
}

describe('compose file', () => {
  const { services } = parse(read('deploy/docker/compose.yaml'), { merge: true }) as {
    services: Readonly<Record<string, Service>>;
  };
  const own = ['worker', 'api', 'sandbox'];
  const environment = { ...services['worker']?.environment };

  test('the three parts of Tranche are one image that nothing writes to', () => {
    const ours = { image: `tranche:${version}`, read_only: true };
    for (const name of own) {
      expect(services[name], name).toMatchObject(ours);
      expect(services[name]?.command?.[0]).toBe(name);
    }
  });

  test('the configuration is one that the code takes, with the variables that the services have', () => {
    const env = {
      ...environment,
      TRANCHE_KEY: Buffer.alloc(32, 1).toString('base64'),
      SHOP_TOKEN: 'shop-token',
    };
    const configuration = parseConfiguration(JSON.parse(read('deploy/docker/tranche.config.json')), env);
    expect(configuration.temporal.address).toBe('temporal:7233');
    const { force } = shutdownTimes(workerOptionsOf(configuration).longestCallMs);
    expect(Number.parseInt(services['worker']?.stop_grace_period ?? '', 10) * 1_000).toBeGreaterThan(force);
    expect(services['api']?.ports).toEqual([`127.0.0.1:${configuration.api.port}:${configuration.api.port}`]);
    const [, port] = /:(\d+)\//.exec(String(configuration.accounts['payone-de']?.['url'])) ?? [];
    expect(services['sandbox']?.command).toContain(port);
  });

  test('a worker’s health is asked for at its metrics', () => {
    expect(environment['TRANCHE_HEALTH_URL']).toBe(`http://127.0.0.1:${environment[METRICS_PORT]}/metrics`);
  });

  test('the namespace is given the search attributes of this version', () => {
    const script = JSON.stringify(services['attributes']);
    const named = [...script.matchAll(/for name in ([A-Za-z ]+); do.*?--type (\w+)/g)].flatMap(
      ([, names = '', type = '']) => names.split(' ').map((name) => [name, type]),
    );
    expect(Object.fromEntries(named)).toEqual(SEARCH_ATTRIBUTE_TYPES);
  });
});
