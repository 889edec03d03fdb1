/**
 * Rule: the manifests say what the code says: a configuration that it takes, every variable of it from the Secret, ports and
 * probes that it serves, more time to end than it takes, one image, and pods that a restricted namespace admits.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { buildServer } from '../../api/server.ts';
import { workerOptionsOf } from '../../temporal/call-queue.ts';
import { hostFrom, METRICS_PORT, portFrom } from '../../temporal/metrics-server.ts';
import { type Configuration, parseConfiguration } from '../../temporal/configuration.ts';
import { shutdownTimes } from '../../temporal/worker.ts';
import { parseDuration } from '../../payment/duration.ts';

const folder = new URL('../../deploy/kubernetes/', import.meta.url);
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  // Manifests have many shapes; each test reads the part that it names.
  readonly [part: string]: unknown;
}

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly exec?: { readonly command: readonly string[] };
}
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}
interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly Variable[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe: Probe;
  readonly livenessProbe: Probe;
  readonly readinessProbe?: Probe;
  readonly securityContext: object;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string }[];
}
interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly securityContext: object;
  readonly automountServiceAccountToken: boolean;
  readonly containers: readonly Container[];
}

/** By `kind/name`. */
const manifests = new Map<string, Manifest>();

beforeAll(() => {
  for (const file of readdirSync(folder)) {
    for (const document of parseAllDocuments(readFileSync(new URL(file, folder), 'utf8'), {
      uniqueKeys: true,
    })) {
      if (document.errors.length > 0) throw new Error(`${file}: ${document.errors.join('; ')}`);
      const manifest = document.toJS() as Manifest;
      const key = `${manifest.kind}/${manifest.metadata?.name ?? ''}`;
      if (manifests.has(key)) throw new Error(`${key} is there twice`);
      manifests.set(key, manifest);
    }
  }
});

function manifest(key: string): Manifest {
  const found = manifests.get(key);
  if (found === undefined) throw new Error(`no ${key}`);
  return found;
}

function pod(name: string): Pod {
  const { spec } = manifest(`Deployment/${name}`) as unknown as { spec: { template: { spec: Pod } } };
  return spec.template.spec;
}

function container(name: string): Container {
  const [only, ...others] = pod(name).containers;
  if (only === undefined || others.length > 0) throw new Error(`${name} has not one container`);
  return only;
}

const KEY = Buffer.alloc(32, 3).toString('base64');

function configuration(env: Readonly<Record<string, string>>): Configuration {
  const { data } = manifest('ConfigMap/tranche') as unknown as { data: Record<string, string> };
  return parseConfiguration(JSON.parse(data['tranche.config.json'] ?? ''), env);
}

const env = (name: string): Record<string, string> =>
  Object.fromEntries(
    container(name).env.map((each) => [
      each.name,
      each.value ?? (each.name === 'ARCHIVE_URL' ? 'postgres://db/archive' : KEY),
    ]),
  );

describe.each(['tranche-worker', 'tranche-api'])('%s', (name) => {
  test('has every variable of the configuration, from the Secret that the file tells how to make', () => {
    expect(Object.keys(configuration(env(name)).accounts)).toEqual(['payone-de']);
    const told = readFileSync(new URL('configuration.yaml', folder), 'utf8');
    const secret = container(name).env.filter(({ valueFrom }) => valueFrom !== undefined);
    expect(secret.length).toBeGreaterThan(3);
    for (const { name: variable, valueFrom } of secret) {
      expect(valueFrom?.secretKeyRef).toEqual({ name: 'tranche', key: variable });
      expect(told).toContain(`--from-literal=${variable}=`);
      expect(told).toContain(`"\${${variable}}"`);
    }
  });

  test('runs as the restricted profile asks, from a file system that nothing writes to', () => {
    const { securityContext, automountServiceAccountToken } = pod(name);
    expect(automountServiceAccountToken).toBe(false);
    expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container(name).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(container(name).volumeMounts.map(({ mountPath }) => mountPath)).toEqual(['/etc/tranche', '/tmp']);
  });

  test('is the one image, at the version of the package', () => {
    expect(container(name).image).toBe('tranche');
    expect(manifest('Kustomization/')).toMatchObject({
      images: [{ name: 'tranche', newName: 'tranche', newTag: version }],
    });
    expect(container(name).args).toEqual([name.replace('tranche-', '')]);
  });

  test('has a disruption budget that leaves one', () => {
    expect(manifest(`PodDisruptionBudget/${name}`)).toMatchObject({
      spec: {
        minAvailable: 1,
        selector: { matchLabels: manifest(`Deployment/${name}`).metadata.labels },
      },
    });
  });
});

/** The provider whose calls take longest, with its defaults. */
const TERMINAL = {
  provider: 'ccv',
  url: 'http://127.0.0.1:9000',
  operatingEnvironment: 'UNATTENDED',
  accessProtocol: 'OPI_NL',
  language: 'ENG',
  environment: 'EVCHARGING',
};

test('a worker has more time to end than it gives its calls, at a terminal too', () => {
  const { temporal, accounts } = configuration(env('tranche-worker'));
  const forceOf = (more: Configuration['accounts'] = {}): number =>
    shutdownTimes(workerOptionsOf({ temporal, accounts: { ...accounts, ...more } }).longestCallMs).force;
  const force = forceOf({ terminal: TERMINAL });
  expect(force).toBeGreaterThan(forceOf());
  expect(pod('tranche-worker').terminationGracePeriodSeconds * 1_000).toBeGreaterThan(force);
});

test('the edge has more time to end than it drains and waits for an answer', () => {
  const { api } = configuration(env('tranche-api'));
  expect(parseDuration(api.drain)).toBeGreaterThanOrEqual(10_000);
  expect(pod('tranche-api').terminationGracePeriodSeconds * 1_000).toBeGreaterThan(
    parseDuration(api.drain) + 60_000,
  );
});

test('the probes of the edge ask what it answers, where it listens', async () => {
  const { api } = configuration(env('tranche-api'));
  const { ports, startupProbe, livenessProbe, readinessProbe } = container('tranche-api');
  expect(ports).toEqual([{ name: 'http', containerPort: api.port }]);
  expect(api.host).toBe('0.0.0.0');
  const server = buildServer({
    payments: {} as never,
    notices: {} as never,
    tokens: [],
    missing: () => Promise.resolve([]),
  });
  const paths = [startupProbe, livenessProbe, readinessProbe].map((probe) => probe?.httpGet);
  expect(paths.map((get) => get?.path)).toEqual(['/healthz', '/healthz', '/readyz']);
  for (const get of paths) {
    expect(get?.port).toBe('http');
    expect((await server.inject({ method: 'GET', url: get?.path ?? '' })).statusCode).toBe(200);
  }
  await server.close();
  expect(manifest('Service/tranche-api')).toMatchObject({ spec: { ports: [{ targetPort: 'http' }] } });
  expect(manifest('NetworkPolicy/tranche-api')).toMatchObject({
    spec: { ingress: [{ ports: [{ port: api.port }] }] },
  });
});

test('a worker’s probes ask for the metrics that it serves', () => {
  const { env: variables, startupProbe, livenessProbe } = container('tranche-worker');
  const port = variables.find(({ name }) => name === METRICS_PORT)?.value;
  expect(variables.find(({ name }) => name === 'TRANCHE_HEALTH_URL')?.value).toBe(
    `http://127.0.0.1:${port}/metrics`,
  );
  for (const { exec } of [startupProbe, livenessProbe])
    expect(exec?.command).toEqual(['node', '/app/healthcheck.mjs']);
});

test('Prometheus, and nobody else, is let through to a worker’s metrics, which are on an address that it reaches', () => {
  const { env: variables, ports = [] } = container('tranche-worker');
  const given = Object.fromEntries(variables.map(({ name, value }) => [name, value]));
  expect(hostFrom(given)).toBe('0.0.0.0');
  const port = portFrom(given, METRICS_PORT);
  expect(ports).toEqual([{ name: 'metrics', containerPort: port }]);
  const monitoring = {
    namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
  };
  expect((manifest('NetworkPolicy/tranche-worker')['spec'] as { ingress: unknown }).ingress).toEqual([
    { from: [monitoring], ports: [{ port, protocol: 'TCP' }] },
  ]);
  expect(manifest('PodMonitor/tranche-worker')).toMatchObject({
    apiVersion: 'monitoring.coreos.com/v1',
    spec: {
      selector: { matchLabels: manifest('Deployment/tranche-worker').metadata.labels },
      podMetricsEndpoints: [{ port: 'metrics', path: '/metrics' }],
    },
  });
});

test('the namespace is told to be made before the Secret that stands in it, and both before the rest', () => {
  const steps = ['apply -f deploy/kubernetes/namespace.yaml', 'create secret generic tranche', 'apply -k'];
  const manual = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');
  const told = readFileSync(new URL('configuration.yaml', folder), 'utf8');
  const places = steps.map((step) =>
    manual.indexOf(`kubectl ${step === steps[1] ? '-n tranche ' : ''}${step}`),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThan(0);
  expect(told.indexOf(`kubectl ${steps[0]}`)).toBeGreaterThan(0);
  expect(told.indexOf(steps[1] ?? '')).toBeGreaterThan(told.indexOf(`kubectl ${steps[0]}`));
});

test('kustomize applies every file that is not marked as optional', () => {
  const { resources } = manifest('Kustomization/') as unknown as { resources: readonly string[] };
  const files = readdirSync(folder).filter((file) => file !== 'kustomization.yaml');
  const optional = files.filter((file) => file.endsWith('-monitor.yaml'));
  expect(optional).toHaveLength(2);
  expect([...resources].sort()).toEqual(files.filter((file) => !optional.includes(file)).sort());
  const text = readFileSync(new URL('kustomization.yaml', folder), 'utf8');
  for (const file of optional) expect(text).toContain(`# - ${file}\n`);
});
