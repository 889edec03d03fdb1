// The workflow bundle holds the kernel, the machines and the workflows, and none of what must not run in a workflow.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SEARCH_ATTRIBUTES } from '../../temporal/search-attributes.ts';
import { workflowBundle } from '../../temporal/bundle.ts';

const folder = mkdtempSync(join(tmpdir(), 'tranche-bundle-'));
let code = '';
let path = '';
beforeAll(async () => {
  ({ codePath: path } = await workflowBundle(folder));
  code = readFileSync(path, 'utf8');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Names of the modules, out of the source map that the bundle carries. */
function modules(): readonly string[] {
  const map =
    /sourceMappingURL=data:application\/json;charset=utf-8;base64,([A-Za-z0-9+/=]+)/.exec(code)?.[1] ?? '';
  const { sources } = JSON.parse(Buffer.from(map, 'base64').toString('utf8')) as {
    sources: readonly string[];
  };
  return sources.map((source) => source.replace(/^webpack:\/\/[^/]*\//, ''));
}

test('its modules are ours of three rooms, xstate and the workflow side of the SDK', () => {
  const found = modules();
  expect(found.length).toBeGreaterThan(30);
  const packages = new Set(
    found.flatMap((name) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? []),
  );
  const allowed = [
    'xstate',
    '@temporalio/workflow',
    '@temporalio/common',
    '@temporalio/worker',
    'nexus-rpc',
    'ms',
    'long',
  ];
  expect([...packages].filter((name) => !allowed.includes(name) && !name.startsWith('@temporalio/'))).toEqual(
    [],
  );
  expect([...packages]).not.toContain('zod');
  const rooms = found
    .filter((name) => !name.includes('node_modules'))
    .flatMap((name) => /([a-z]+)\/[a-z0-9-]+\.ts$/.exec(name)?.[1] ?? []);
  expect([...new Set(rooms)].sort()).toEqual(['machines', 'payment', 'temporal', 'workflows']);
  // The failure converter alone comes from temporal/.
  expect(
    found.filter((name) => /(^|\/)temporal\/[a-z-]+\.ts$/.test(name)).map((name) => name.split('/').at(-1)),
  ).toEqual(['failure-converter.ts']);
  expect(found.filter((name) => /node:|\/providers\/|\/activities\//.test(name))).toEqual([]);
});

test('its classes and spreads are this Node’s own, and no helpers of an older one', () => {
  const own = code.slice(0, code.indexOf('sourceMappingURL='));
  expect(own.length).toBeGreaterThan(100_000);
  expect(own).not.toMatch(/_object_spread|_class_private_field/);
});

test('it is built once for one state of the sources', async () => {
  const again = await workflowBundle(folder);
  expect(again.codePath).toBe(path);
});

test('the workflow writes the search attributes that the namespace has', () => {
  for (const { name } of [
    SEARCH_ATTRIBUTES.status,
    SEARCH_ATTRIBUTES.attention,
    SEARCH_ATTRIBUTES.hold,
    SEARCH_ATTRIBUTES.deadline,
  ]) {
    expect(code).toContain(`'${name}'`);
  }
});
