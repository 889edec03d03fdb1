/** Rule: dashboard, alerts and docs speak of the metrics that the code registers, with the labels it gives them, and of no other. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Client } from '@temporalio/client';
import { viewArchive } from '../../temporal/archive-view.ts';
import { Metrics } from '../../temporal/metrics.ts';
import { viewPayments } from '../../temporal/metrics-view.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Name → labels, of every metric that a process can show. */
function registered(): ReadonlyMap<string, readonly string[]> {
  const metrics = new Metrics();
  const client = {} as Client;
  viewPayments(metrics, { client, taskQueue: '', callQueues: [], read: () => Promise.reject(new Error()) });
  viewArchive(metrics, { client, taskQueue: '' });
  const found = metrics.registry.getMetricsAsArray() as unknown as readonly {
    readonly name: string;
    readonly type: string;
    readonly labelNames: readonly string[];
  }[];
  return new Map(
    found.flatMap(({ name, type, labelNames }) =>
      type === 'histogram'
        ? ['_bucket', '_sum', '_count'].map((end) => [`${name}${end}`, [...labelNames, 'le']] as const)
        : [[name, labelNames] as const],
    ),
  );
}

const NAME = /\b(?:tranche|process|nodejs)_[a-z0-9_]+/g;

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const known = registered();
const dashboard = JSON.parse(read('deploy/grafana/tranche.json')) as { readonly panels: readonly Panel[] };
const expressions = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const alerts = read('deploy/alerts.yml');

test('every metric in a panel and in an alert is registered', () => {
  expect(expressions.length).toBeGreaterThan(20);
  for (const text of [...expressions, alerts])
    for (const [name] of text.matchAll(NAME)) expect([...known.keys()]).toContain(name);
});

test('every label that a panel or an alert selects by is one of its metric', () => {
  for (const text of [...expressions, alerts])
    for (const [, name = '', selector = ''] of text.matchAll(/((?:tranche)_[a-z_]+)\{([^}]*)\}/g))
      for (const [, label = ''] of selector.matchAll(/([a-z]+)(?:=~|!~|!=|=)"/g))
        expect(known.get(name), name).toContain(label);
});

test('every metric of ours is in the dashboard or an alert, and in the docs', () => {
  const docs = read('docs/observability.md');
  const shown = [...expressions, alerts].join('\n');
  const ours = [...known.keys()].filter((name) => name.startsWith('tranche_'));
  for (const name of ours.filter((each) => !/_(sum|count)$/.test(each))) {
    expect(shown).toContain(name);
    expect(docs).toContain(name.replace(/_bucket$/, ''));
  }
  const stems = ours.map((name) => name.replace(/_(bucket|sum|count)$/, ''));
  for (const [name] of docs.matchAll(/\btranche_[a-z_]+[a-z]/g)) expect([...ours, ...stems]).toContain(name);
});

test('no metric has a label that could name a payment', () => {
  const labels = new Set([...known.values()].flat());
  for (const label of ['payment', 'operation', 'reference', 'id', 'hold', 'reason'])
    expect(labels).not.toContain(label);
});
