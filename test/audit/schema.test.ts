/** Rule: the published JSON Schema is the one that bundles are checked with. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bundleJsonSchema, bundleSchema, schemaFault } from '../../audit/schema.ts';
import { goldenBundle, goldenNames } from './bundles.ts';

test('docs/schemas/tranche.audit.1.json is what `tranche audit schema` prints', () => {
  const file = new URL('../../docs/schemas/tranche.audit.1.json', import.meta.url);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(bundleJsonSchema());
});

test.each(goldenNames())('the bundle of %s fits it', async (name) => {
  const bundle = await goldenBundle(name);
  expect(bundleSchema.safeParse(bundle).error).toBeUndefined();
  expect(schemaFault(bundle)).toBeNull();
});

test.each([
  ['format', { format: 'x' }, 'format'],
  ['an entry', { ledger: [{}] }, 'ledger.0'],
  ['an event', { histories: [{ runId: 'r', events: [{ eventId: 0 }] }] }, 'histories.0.events.0.eventId'],
  ['a digest', { digests: {} }, 'digests'],
])('the first fault is named: %s', async (_what, part, where) => {
  expect(schemaFault({ ...(await goldenBundle('voided-and-closed')), ...part })).toContain(where);
});
