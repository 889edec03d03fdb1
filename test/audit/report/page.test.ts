/**
 * Rule: a report is one well-formed page that fetches and runs nothing, says the same of the same bundle byte for byte, and
 * shows somebody else's text as text, whatever is in it.
 */
import { describe, expect, test } from 'vitest';
import type { Bundle } from '../../../audit/bundle.ts';
import { reportMarkdown } from '../../../audit/report/markdown.ts';
import { reportPage } from '../../../audit/report/page.ts';
import { reportOf } from '../../../audit/report/report.ts';
import { type Verdict, verifyBundle } from '../../../audit/verify.ts';
import { goldenBundle, goldenNames } from '../bundles.ts';
import { booked, ledgerOf } from '../ledgers.ts';

const VERDICT: Verdict = {
  payment: 'p-1',
  holds: true,
  entries: 1,
  events: 1,
  checks: [{ name: 'schema', pass: true, text: 'fits' }],
};

const VOID = new Set(['meta', 'br', 'polygon', 'polyline', 'line', 'rect', '!doctype']);

/** Elements and attributes of a page that is written as XML is; throws where a tag is left open. */
function elementsOf(
  page: string,
): readonly { readonly name: string; readonly attributes: ReadonlyMap<string, string> }[] {
  const open: string[] = [];
  const all: { name: string; attributes: Map<string, string> }[] = [];
  const rest = page.replaceAll(
    /<(\/?)([A-Za-z!][\w-]*)((?:\s+[\w:-]+(?:="[^"<]*")?)*)\s*(\/?)>/g,
    (_all, end: string, tag: string, text: string) => {
      const name = tag.toLowerCase();
      if (end === '/') expect(open.pop()).toBe(name);
      else {
        const attributes = new Map(
          [...text.matchAll(/([\w:-]+)(?:="([^"]*)")?/g)].map(
            ([, key = '', value = '']) => [key, value] as const,
          ),
        );
        all.push({ name, attributes });
        if (!VOID.has(name)) open.push(name);
      }
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toContain('<');
  return all;
}

const reportFor = async (name: string) => {
  const bundle = await goldenBundle(name);
  return reportOf(bundle, await verifyBundle(bundle), false);
};

describe('a page', () => {
  test.each(goldenNames())('%s is well formed, fetches nothing and is the same each time', async (name) => {
    const report = await reportFor(name);
    const page = reportPage(report);
    const elements = elementsOf(page);
    expect(
      elements.filter(({ name: tag }) =>
        ['script', 'link', 'img', 'iframe', 'object', 'a', 'form'].includes(tag),
      ),
    ).toEqual([]);
    for (const { attributes } of elements) {
      expect(
        [...attributes.keys()].filter(
          (key) => key.startsWith('on') || key === 'href' || key === 'src' || key === 'style',
        ),
      ).toEqual([]);
    }
    expect(page.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /url\(|@import|xmlns="http(?!:\/\/www\.w3)/,
    );
    expect(elements.filter(({ name: tag }) => tag === 'h1')).toHaveLength(1);
    expect(elements.find(({ name: tag }) => tag === 'html')?.attributes.get('lang')).toBe('en');
    const ids = elements.flatMap(({ attributes }) => attributes.get('id') ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { attributes } of elements)
      for (const id of attributes.get('aria-labelledby')?.split(' ') ?? []) expect(ids).toContain(id);
    expect(reportPage(await reportFor(name))).toBe(page);
    expect(reportMarkdown(await reportFor(name))).toBe(reportMarkdown(report));
    expect(reportPage(report, '2026-11-21T10:00:00.000Z')).toContain('Made on 21 Nov 2026');
  });

  test('tells what was asked, every reference, the unknown with its evidence, and each check', async () => {
    const lost = reportPage(await reportFor('answer-lost'));
    expect(lost).toContain('c-1</strong> was unknown from 21 Nov 2026, 17:13:43');
    expect(lost).toContain('By payone, its notice; notice payone/208666651/1/capture/completed/1795281223');
    expect(lost).toContain('txid=208666651 sequencenumber=1');
    expect(lost).toMatch(/replay<\/th><td><span class="pill open">not made/);
    const person = reportPage(await reportFor('pending-resolved'));
    expect(person).toContain('Evidence: seen in the portal');
    const declined = reportPage(await reportFor('declined-then-smaller'));
    expect(declined).toContain('code 33: Card expired; the hold still stands; another attempt does not help');
    expect(declined).toContain('the rest of the hold can only run out');
  });

  test('a record that does not hold says so at its head', async () => {
    const bundle = await goldenBundle('three-shipments');
    const lie = structuredClone(bundle) as unknown as { ledger: { data: Record<string, unknown> }[] };
    const entry = lie.ledger.find(({ data }) => data['booked'] === 3_000);
    if (entry !== undefined) entry.data['booked'] = 3_001;
    const verdict = await verifyBundle(lie);
    const page = reportPage(reportOf(lie as unknown as Bundle, verdict, false));
    expect(page).toContain('The record does not hold.');
    expect(page).toMatch(/chain<\/th><td><span class="pill fail">fail<\/span>/);
  });
});

describe('somebody else’s text', () => {
  const EVIL = "\"><script>alert(1)</script><img src=x onerror=alert(2)>' onmouseover='x ${1} {{2}}";
  const BIDI = 'in\u202Evoice\u2066\u0000\u0007\u200B\u{E0041}\uFEFF';

  function hostile(): Bundle {
    const bundle = structuredClone(
      ledgerOf({ id: EVIL, account: EVIL, provider: EVIL, currency: 'EUR', hold: EVIL, reference: EVIL }, [
        {
          type: 'capture.planned',
          operation: EVIL,
          by: { kind: 'caller', name: EVIL, via: 'command' },
          data: { amount: 100 },
        },
        ...booked('capture', EVIL, 100, { providerReference: EVIL, keys: { [EVIL]: EVIL } }),
        { type: 'refund.unknown', operation: BIDI, data: { reason: EVIL, message: BIDI } },
        {
          type: 'refund.approved',
          operation: BIDI,
          by: { kind: 'operator', name: EVIL, via: 'resolution' },
          data: { booked: 5, evidence: EVIL },
        },
        {
          type: 'release.declined',
          operation: 'v',
          data: { decline: { code: EVIL, message: BIDI, hold: EVIL, again: '__proto__' } },
        },
        { type: 'attention.raised', data: { code: EVIL, message: EVIL } },
        { type: 'plan.changed', data: { plan: { [EVIL]: EVIL } } },
      ]),
    ) as unknown as Record<string, Record<string, unknown>>;
    Object.assign(bundle['payment'] ?? {}, {
      metadata: { [EVIL]: BIDI, deep: { toString: 1 } },
      order: { reference: EVIL },
      authorization: { request: { method: EVIL } },
      by: EVIL,
    });
    Object.assign(bundle['versions'] ?? {}, { engine: EVIL });
    return bundle as unknown as Bundle;
  }

  test('stays text in HTML, and what cannot be seen is named', () => {
    const verdict: Verdict = {
      ...VERDICT,
      holds: false,
      checks: [
        {
          name: 'schema',
          pass: false,
          text: EVIL,
          difference: { entry: 1, where: EVIL, expected: EVIL, actual: { [EVIL]: BIDI } },
        },
      ],
    };
    const page = reportPage(reportOf(hostile(), verdict, false));
    const names = new Set(elementsOf(page).map(({ name }) => name));
    expect([names.has('script'), names.has('img')]).toEqual([false, false]);
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).toContain('in⟨U+202E⟩voice⟨U+2066⟩⟨U+0000⟩⟨U+0007⟩⟨U+200B⟩⟨U+E0041⟩⟨U+FEFF⟩');
    expect(page).not.toMatch(
      /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069\u200B\uFEFF]/,
    );
  });

  test('stays text in Markdown: no tag, no link, no column more', () => {
    const text = reportMarkdown(reportOf(hostile(), VERDICT, false));
    expect(text).not.toMatch(/<script|<img|[\u202A-\u202E\u2066-\u2069]/);
    const link = ledgerOf(
      { id: 'p|1', account: '[x](http://evil.example)', provider: '![y](z)', currency: 'EUR', hold: '`h`' },
      [],
    );
    const other = reportMarkdown(reportOf(link, VERDICT, false));
    expect(other).toContain('p\\|1');
    expect(other).toContain('\\[x\\]\\(http\u2060://evil.example\\)');
    const columns = (row: string): number => row.replaceAll('\\|', '').split('|').length;
    const rows = text.split('\n').filter((row) => row.startsWith('|'));
    let head = 0;
    for (const [index, row] of rows.entries()) {
      if ((rows[index + 1] ?? '').startsWith('| -')) head = columns(row);
      expect(columns(row)).toBe(head);
    }
  });

  test('sums beyond what is exact are said to be, not rounded', () => {
    const most = Number.MAX_SAFE_INTEGER;
    const told = [
      { type: 'hold.lapsed', data: { amount: most }, amounts: { authorized: most, captured: -most } },
    ] as const;
    const bundle = ledgerOf({ id: 'p', account: 'a', provider: 'b', currency: 'EUR', hold: 'h' }, told);
    expect(reportPage(reportOf(bundle, VERDICT, false))).toContain('not exact');
  });
});

describe('amounts', () => {
  test.each([
    ['JPY', '123\u00a0456\u00a0JPY'],
    ['KWD', '123.456\u00a0KWD'],
    ['HUF', '1\u00a0234.56\u00a0HUF'],
    ['CLF', '12.3456\u00a0CLF'],
    ['XTS', '123\u00a0456\u00a0XTS\u00a0(minor units)'],
    ['ZZZ', '123\u00a0456\u00a0ZZZ\u00a0(minor units)'],
  ])('%s by our own table', (currency, text) => {
    const facts = { id: 'p', account: 'a', provider: 'b', currency, hold: 'h' };
    const told = [...booked('capture', 'c-1', 123_456, {})];
    expect(reportPage(reportOf(ledgerOf(facts, told), VERDICT, false))).toContain(
      `Capture c-1 approved: ${text}`,
    );
  });
});

test('a hundred captures are one row of the story and a hundred of the tables', () => {
  const by = { kind: 'caller', name: 'shop', via: 'command' } as const;
  const told = Array.from({ length: 127 }, (_each, index) => [
    { type: 'capture.planned', operation: `c-${index}`, by, data: { amount: 100 } } as const,
    ...booked('capture', `c-${index}`, 100, { sequenceNumber: index + 1 }).map((entry) =>
      entry.type === 'capture.approved'
        ? { ...entry, amounts: { authorized: 100_000, captured: (index + 1) * 100 } }
        : entry,
    ),
  ]).flat();
  const bundle = ledgerOf({ id: 'p', account: 'a', provider: 'b', currency: 'EUR', hold: 'h' }, told);
  const report = reportOf(bundle, VERDICT, false);
  expect(report.asked.at(-1)?.what).toContain('and 126 more up to entry 381');
  expect(report.asked.at(-1)?.what).toContain('together 127.00\u00a0EUR');
  expect(report.timeline.length).toBeLessThan(10);
  expect(report.operations).toHaveLength(127);
  const page = reportPage(report);
  // Each layer is drawn whole: a point for either end of every step, above and below.
  const points = /class="area captured" points="([^"]*)"/.exec(page)?.[1]?.split(' ') ?? [];
  expect(points).toHaveLength(report.steps.length * 4);
  elementsOf(page);
});
