/**
 * Rule: a bundle that was made to do harm gets a verdict like any other, in the memory and the time that it is given; nothing
 * in it is run or loaded, and its process lives to judge the next one. Chain and digests fit each of them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Bundle } from '../../audit/bundle.ts';
import { digestsOf, rehashed } from '../../audit/chain.ts';
import { VerifyPool } from '../../audit/pool.ts';
import type { Judged } from '../../audit/pool-words.ts';
import { goldenBundle } from './bundles.ts';

const LONG = 4 * 1024 ** 2;
let bundle: Bundle;
let pool: VerifyPool;

beforeAll(async () => {
  bundle = await goldenBundle('three-shipments');
  pool = new VerifyPool({ jobs: 1, size: 64 * 1024 ** 2, memory: 512, seconds: 100 });
});
afterAll(() => pool.close());

/** As somebody writes it who may write the file and has no key. */
function forged(part: Partial<Bundle>): Buffer {
  const whole = { ...bundle, ...part };
  const ledger = rehashed(whole.ledger);
  return Buffer.from(JSON.stringify({ ...whole, ledger, digests: digestsOf({ ...whole, ledger }) }));
}

const withText = (change: (text: string) => string): Buffer => {
  const { payment, ledger, histories } = bundle;
  return forged(JSON.parse(change(JSON.stringify({ payment, ledger, histories }))) as Partial<Bundle>);
};

const everywhere = (from: string, to: string) => () => withText((text) => text.replaceAll(from, to));
const first = (from: string, to: string) => () => withText((text) => text.replace(from, to));

const events = (change: (all: Bundle['histories'][number]['events']) => readonly unknown[]) => () => {
  const [run] = bundle.histories;
  if (run === undefined) throw new Error('there is no run');
  return forged({ histories: [{ ...run, events: change(run.events) as typeof run.events }] });
};

const HOSTILE: readonly (readonly [string, () => Buffer])[] = [
  ['another workflow type', first('"workflowType":{"name":"payment"}', '"workflowType":{"name":"sweep"}')],
  ['a module as the workflow type', first('"name":"payment"', '"name":"../../../../tmp/x.js"')],
  ['ids that objects have of themselves', everywhere('"c-1', '"constructor')],
  ['ids that name a prototype', everywhere('"c-1', '"__proto__')],
  ['activities of such names', everywhere('"name":"capture"', '"name":"toString"')],
  ['instants at the end of time', everywhere('"2026-', '"9999-')],
  ['instants before all time', everywhere('"2026-', '"0001-')],
  ['events in another order', events((all) => [...all].reverse())],
  ['events told twice', events((all) => [...all, ...all])],
  [
    'events numbered from a thousand million',
    events((all) => all.map((one) => ({ ...one, eventId: 1_000_000_000 }))),
  ],
  ['no events but the start', events((all) => all.slice(0, 1))],
  ['no workflow task that was completed', events((all) => all.slice(0, 3))],
  ['a run that nothing ends', events((all) => all.slice(0, -3))],
  [
    'ten thousand tasks that do nothing',
    events((all) => [
      ...all,
      ...Array.from({ length: 30_000 }, (_, index) => {
        const eventId = all.length + index + 1;
        const [type, name] = [
          ['WORKFLOW_TASK_SCHEDULED', 'workflowTaskScheduled'],
          ['WORKFLOW_TASK_STARTED', 'workflowTaskStarted'],
          ['WORKFLOW_TASK_COMPLETED', 'workflowTaskCompleted'],
        ][index % 3] ?? ['', ''];
        return {
          eventId,
          eventTime: all.at(-1)?.eventTime,
          eventType: `EVENT_TYPE_${type}`,
          [`${name}EventAttributes`]:
            index % 3 === 0
              ? {}
              : {
                  scheduledEventId: String(eventId - (index % 3)),
                  ...(index % 3 === 2 ? { startedEventId: String(eventId - 1) } : {}),
                },
        };
      }),
    ]),
  ],
  ['a text of megabytes', first('"lastname":"Muster"', `"lastname":"${'x'.repeat(LONG)}"`)],
  [
    'a text that begins a card number over and over',
    first('"lastname":"Muster"', `"lastname":"${'4 '.repeat(LONG / 2)}"`),
  ],
  [
    'a text of numbers and hyphens',
    first('"lastname":"Muster"', `"lastname":"${'4-4 4-'.repeat(LONG / 6)}x"`),
  ],
  ['an amount of all the digits', everywhere('3000', '9007199254740991')],
  [
    'a number of calls beyond all sequences',
    everywhere('"sequenceNumber":1', '"sequenceNumber":9007199254740991'),
  ],
  ['a quantity that cannot be counted', everywhere('"max":127', '"max":9007199254740991')],
  ['waits of no time at all', withTiming(0)],
  ['waits of all time', withTiming(9_007_199_254_740_991)],
  [
    'a payload that says it is packed',
    first(
      '{"encoding":"json/plain","data":{"facts"',
      `{"metadata":{"encoding":"${Buffer.from('binary/zlib').toString('base64')}"},"data":"${'A'.repeat(LONG)}","x":{"facts"`,
    ),
  ],
];

/** These tell another story that fits itself from end to end: only a signature shows that it is not the one. */
const FITTING: ReadonlySet<string> = new Set([
  'instants at the end of time',
  'instants before all time',
  'ten thousand tasks that do nothing',
  'a quantity that cannot be counted',
]);

function withTiming(milliseconds: number): () => Buffer {
  return () =>
    withText((text) =>
      text.replaceAll(/"timing":\{[^{}]*\}/g, (timing) => timing.replaceAll(/:\d+/g, `:${milliseconds}`)),
    );
}

test.each(HOSTILE)('%s', async (what, made) => {
  const judged: Judged = await pool.judge({ name: 'x', data: made() });
  expect(judged).not.toHaveProperty('stopped');
  if ('noBundle' in judged) return;
  expect(judged).toMatchObject({ holds: FITTING.has(what) });
});

test('the same process judges an honest bundle afterwards', async () => {
  const used = pool.used().memory;
  expect(await pool.judge({ name: 'honest', data: forged({}) })).toMatchObject({ holds: true });
  expect(used).toBeLessThan(1024 ** 3);
});
