/** Rule: a corpus is read in every form in which histories are kept, and what cannot be read is said and not left out. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import proto from '@temporalio/proto';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { corpusFiles, type GateFeed, readCorpus } from '../../audit/gate-corpus.ts';
import { sentenceOf } from '../../audit/gate-event.ts';
import { goldenBundle } from './bundles.ts';
import { goldenFolder } from './gate-branches.ts';

let folder: string;
const golden = JSON.parse(readFileSync(join(goldenFolder, 'order.json'), 'utf8')) as {
  readonly workflowId: string;
  readonly history: { readonly events: readonly object[] };
};

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-corpus-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function read(): Promise<readonly GateFeed[]> {
  const feeds: GateFeed[] = [];
  for await (const feed of readCorpus(await corpusFiles(folder))) feeds.push(feed);
  return feeds;
}

test('JSON of ours and of the server, protobuf and bundles, in folders within folders', async () => {
  mkdirSync(join(folder, 'within'));
  writeFileSync(join(folder, '1.json'), JSON.stringify(golden));
  writeFileSync(join(folder, '2.json'), JSON.stringify(golden.history));
  const { History } = proto.temporal.api.history.v1;
  writeFileSync(
    join(folder, 'within', '3.binpb'),
    History.encode(historyFromJSON(golden.history) as never).finish(),
  );
  writeFileSync(join(folder, 'within', '4.json'), JSON.stringify(await goldenBundle('three-shipments')));
  writeFileSync(join(folder, 'notes.txt'), 'left alone');
  const feeds = await read();
  const runs = feeds.flatMap((feed) => (feed.kind === 'run' ? [feed.item] : []));
  expect(runs.map(({ workflowType, history }) => [workflowType, history.events?.length])).toEqual([
    ['fulfilment', golden.history.events.length],
    ['fulfilment', golden.history.events.length],
    ['fulfilment', golden.history.events.length],
    ['payment', 64],
  ]);
  expect(new Set(runs.slice(0, 3).map(({ workflowId }) => workflowId))).toEqual(new Set([golden.workflowId]));
  expect(feeds.map(({ kind }) => kind)).toContain('bundle');
});

test.each([
  ['half a file', '{"events":[{"eventId":"1"'],
  ['something else', '{"hello":1}'],
  [
    'no start',
    '{"events":[{"eventId":"1","eventType":"EVENT_TYPE_TIMER_FIRED","timerFiredEventAttributes":{}}]}',
  ],
  ['a bundle that is none', '{"format":"tranche.audit/1"}'],
])('%s is unreadable', async (_what, text) => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(join(folder, 'x.json'), text);
  expect(await read()).toMatchObject([{ kind: 'unreadable', source: join(folder, 'x.json') }]);
});

test.each([
  ['a million brackets', '['.repeat(1_000_000), 'nested deeper than 100'],
  ['brackets that close', `${'['.repeat(1_000)}${']'.repeat(1_000)}`, 'nested deeper than 100'],
  ['nothing but commas', `[${'0,'.repeat(100_000)}0]`, 'more values than'],
])('%s are not parsed', async (_what, text, why) => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder);
  writeFileSync(join(folder, 'x.json'), text);
  expect(await read()).toMatchObject([{ kind: 'unreadable', why: expect.stringContaining(why) }]);
});

test("the SDK's sentence is taken out of what stands around it", () => {
  const wrapped =
    'Replay failed with a nondeterminism error. Details: Failure { failure: Some(Failure { message: "[TMPRL1100] Nondeterminism error: Activity type \\"a\\" is not \'b\'", source: "" }) }';
  expect(sentenceOf(wrapped)).toBe('Activity type "a" is not \'b\'');
  expect(sentenceOf('the replay came to no end')).toBe('the replay came to no end');
});
