/** Rule: a bundle of a real history holds, and each kind of lie fails the check that is there for it, with the entry and both words. */
import '../support/quiet-runtime.ts';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Bundle, BundleEntry } from '../../audit/bundle.ts';
import { digestsOf, rehashed } from '../../audit/chain.ts';
import { CHECKS, type CheckName } from '../../audit/check.ts';
import { replayRuns } from '../../audit/replay-runs.ts';
import { newKeyPair, readPrivateKey, readPublicKey } from '../../audit/signature.ts';
import { type Verdict, verifyBundle } from '../../audit/verify.ts';
import { goldenBundle, goldenNames } from './bundles.ts';

const keys = newKeyPair();
let bundle: Bundle;

beforeAll(async () => {
  bundle = await goldenBundle('three-shipments', { privateKey: readPrivateKey(keys.privatePem) });
});

const failing = ({ checks }: Verdict): readonly CheckName[] =>
  checks.filter(({ pass }) => pass === false).map(({ name }) => name);

const judge = (value: unknown) => verifyBundle(value, { replay: replayRuns });

/** As somebody writes it who may write the file and has no key. */
function forged(part: Partial<Bundle>): Bundle {
  const { signature: _signature, ...whole } = { ...bundle, ...part };
  const ledger = rehashed(whole.ledger);
  return { ...whole, ledger, digests: digestsOf({ ...whole, ledger }) };
}

const withEntry = (n: number, change: (entry: BundleEntry) => BundleEntry): readonly BundleEntry[] =>
  bundle.ledger.map((entry) => (entry.n === n ? change(entry) : entry));

const entryOf = (type: string): BundleEntry => {
  const found = bundle.ledger.find((entry) => entry.type === type);
  if (found === undefined) throw new Error(`there is no ${type}`);
  return found;
};

test.each(goldenNames())('the bundle of %s holds', async (name) => {
  const verdict = await judge(await goldenBundle(name));
  expect(failing(verdict)).toEqual([]);
  expect(verdict.checks.map(({ name: check }) => check)).toEqual(CHECKS);
  expect(verdict.holds).toBe(true);
});

test('without a replay a bundle does not hold', async () => {
  const verdict = await verifyBundle(bundle);
  expect(failing(verdict)).toEqual([]);
  expect(verdict.holds).toBe(false);
});

describe('signature', () => {
  test('holds with the key that signed', async () => {
    const publicKey = readPublicKey(keys.publicPem);
    expect((await verifyBundle(bundle, { replay: replayRuns, publicKey })).holds).toBe(true);
  });

  test('fails with another key, and where there is none', async () => {
    const publicKey = readPublicKey(newKeyPair().publicPem);
    expect(failing(await verifyBundle(bundle, { publicKey }))).toEqual(['signature']);
    expect(failing(await verifyBundle(forged({}), { publicKey }))).toEqual(['signature']);
  });
});

describe('a lie in the ledger', () => {
  test('breaks the chain at its entry', async () => {
    const lie = withEntry(3, (entry) => ({ ...entry, rule: 'another' }));
    const verdict = await verifyBundle({ ...bundle, ledger: lie });
    expect(failing(verdict)).toEqual(expect.arrayContaining(['chain', 'digests']));
    expect(verdict.checks.find(({ name }) => name === 'chain')?.difference?.entry).toBe(3);
  });

  test('about an amount, chain made anew, is shown with the entry and both amounts', async () => {
    const { n } = entryOf('capture.approved');
    const ledger = withEntry(n, (entry) => ({ ...entry, data: { ...entry.data, booked: 2_999 } }));
    const verdict = await judge(forged({ ledger }));
    expect(failing(verdict)).toEqual(expect.arrayContaining(['fold', 'history', 'M6', 'M9']));
    expect(verdict.checks.find(({ name }) => name === 'history')?.difference).toMatchObject({
      entry: n,
      where: 'data.booked',
      expected: 3_000,
      actual: 2_999,
    });
  });

  test('about who asked is found in the history', async () => {
    const ledger = withEntry(entryOf('capture.planned').n, (entry) => ({
      ...entry,
      by: { ...entry.by, name: 'somebody else' },
    }));
    expect(failing(await judge(forged({ ledger })))).toEqual(['history']);
  });

  test('about what was answered is found in the history', async () => {
    const ledger = withEntry(entryOf('capture.approved').n, (entry) => {
      const { exchange, ...rest } = entry;
      return exchange === undefined ? rest : { ...rest, exchange: { ...exchange, status: 500 } };
    });
    expect(failing(await judge(forged({ ledger })))).toEqual(['history']);
  });

  test('an entry left out or told twice is found', async () => {
    const numbered = (entries: readonly BundleEntry[]) =>
      entries.map((entry, index) => ({ ...entry, n: index + 1 }));
    for (const ledger of [
      bundle.ledger.slice(0, -1),
      numbered([...bundle.ledger, ...bundle.ledger.slice(-1)]),
    ])
      expect(failing(await judge(forged({ ledger })))).toContain('history');
  });
});

describe('a lie in the history', () => {
  const withEvents = (change: (text: string) => string): Bundle =>
    forged({ histories: JSON.parse(change(JSON.stringify(bundle.histories))) as Bundle['histories'] });

  test('another activity than the code asks for does not replay', async () => {
    const lie = withEvents((text) => text.replace('"name":"refund"}', '"name":"capture"}'));
    expect(failing(await judge(lie))).toEqual(expect.arrayContaining(['history', 'replay']));
  });

  test('events in another order, or one too few, are no run', async () => {
    const [run] = bundle.histories;
    if (run === undefined) throw new Error('there is no run');
    const { events } = run;
    const swapped = events.with(5, events[6] as never).with(6, events[5] as never);
    for (const other of [swapped, events.toSpliced(8, 1), events.slice(1)])
      expect(failing(await judge(forged({ histories: [{ ...run, events: other }] })))).toContain('runs');
  });

  test('a call that was run twice breaks M3', async () => {
    const lie = withEvents((text) => text.replace('"maximumAttempts":1', '"maximumAttempts":2'));
    expect(failing(await judge(lie))).toEqual(['M3']);
  });

  test('a card number breaks M8', async () => {
    const lie = withEvents((text) => text.replace('"lastname":"Muster"', '"lastname":"4111 1111 1111 1111"'));
    expect(failing(await judge(lie))).toContain('M8');
  });

  test('the history of another payment is foreign', async () => {
    const other = await goldenBundle('voided-and-closed');
    expect(failing(await judge(forged({ histories: other.histories })))).toEqual(
      expect.arrayContaining(['runs', 'history']),
    );
  });
});

describe('a hostile bundle', () => {
  test.each([
    ['nothing but a format', { format: 'tranche.audit/1' }],
    ['members that no bundle has', { more: 1 }],
    ['an amount that is none', { ledger: 'x' }],
  ])('%s fails the schema, and nothing else is looked at', async (_what, part) => {
    const value = 'format' in part ? part : { ...bundle, ...part };
    const verdict = await judge(value);
    expect(failing(verdict)).toEqual(['schema']);
    expect(verdict.holds).toBe(false);
  });

  test.each([
    ['facts of nonsense', '"facts":{', '"facts":{"capabilities":null,"x":{'],
    ['a state of nonsense', '"outcome":"approved"', '"outcome":{"then":"x"}'],
    ['a command of nonsense', '"type":"capture"', '"type":"constructor"'],
    [
      'an activity of nonsense',
      '"activityId":"authorization#1"',
      '"activityId":"authorization#99999999999999999999"',
    ],
  ])('%s is a check that fails', async (_what, from, to) => {
    const text = JSON.stringify(bundle.histories);
    const changed = text.replace(from, to);
    const whole = changed.includes('"x":{') ? changed.replace('"by":"shop"}', '"by":"shop"}}') : changed;
    const verdict = await judge(forged({ histories: JSON.parse(whole) as Bundle['histories'] }));
    expect(failing(verdict).length).toBeGreaterThan(0);
  });
});
