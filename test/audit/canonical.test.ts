/** Rule: equal values have one text, that of RFC 8785 (its own examples, sections 3.2.2 and 3.2.3), and what has none is refused. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { canonical, digestOf, NotCanonical } from '../../audit/canonical.ts';

test('members stand in the order of UTF-16 code units', () => {
  const value = { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\u{1f600}': 5, '\u0080': 6, '\u00f6': 7 };
  const names = [...canonical(value).matchAll(/:(\d)/g)].map(([, digit]) => digit).join('');
  expect(names).toBe('2467153');
});

test('numbers, texts and literals are written as the RFC shows', () => {
  const value: unknown = JSON.parse(String.raw`{
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  }`);
  expect(canonical(value)).toBe(
    String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
  );
});

test('a digest is the SHA-256 of the UTF-8 of that text', () => {
  const text = '{"a":"ü","b":[]}';
  expect(digestOf({ b: [], a: 'ü' })).toBe(createHash('sha256').update(text, 'utf8').digest('hex'));
});

test.each([
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  ['\ud800'],
  [{ '\udc00': 1 }],
  [undefined],
  [[() => 1]],
])('%o has no canonical JSON', (value) => {
  expect(() => canonical(value)).toThrow(NotCanonical);
});
