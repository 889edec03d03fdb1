/** Rule: receipts are kept as they came but for card numbers, and none of them can break anything (provider notes 1.6). */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isJournal, isOfTestSystem, keptDocuments, linesOf } from '../../../providers/ccv/receipts.ts';

test('lines of a receipt, or null', () => {
  expect(linesOf('[ "Kopie Kaarthouder", "", "..." ]')).toEqual(['Kopie Kaarthouder', '', '...']);
  for (const text of ['', 'Kopie', '[ "a", "..."', '{}', '[1]', '"a"', 'null'])
    expect(linesOf(text)).toBeNull();
});

test('an eJournal is one element', () => {
  for (const text of [
    '<?xml version="1.0"?>\n<E-Journal>\n...</E-Journal>',
    '<E-Journal/>',
    '\uFEFF<E-Journal a="b"><x/></E-Journal>\n',
  ])
    expect(isJournal(text)).toBe(true);
  for (const text of ['', '<E-Journal>', '<E-Journals></E-Journals>', 'x<E-Journal/>', '<html></html>'])
    expect(isJournal(text)).toBe(false);
});

test('the banner of a test system', () => {
  expect(isOfTestSystem('******* PAS OP: TEST SYSTEM *******')).toBe(true);
  expect(isOfTestSystem('******* PAS OP: TEST SYSTEEM *******')).toBe(true);
  expect(isOfTestSystem('Kopie Kaarthouder')).toBe(false);
});

test('a real array is kept as its JSON, nothing as nothing, and what is long is cut', () => {
  expect(keptDocuments({ customerReceipt: ['a', 'b'], journalReceipt: '', eJournal: null })).toEqual({
    texts: { customerReceipt: '["a","b"]' },
    facts: { customerReceipt: '2 lines' },
  });
  const { texts, facts } = keptDocuments({ eJournal: `<E-Journal>${'x'.repeat(40_000)}</E-Journal>` });
  expect(texts.eJournal).toHaveLength(32_768);
  expect(facts).toEqual({ eJournal: 'xml, cut at 32768 characters' });
});

test('anything at all', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.jsonValue()), (given) => {
      const { texts } = keptDocuments({ customerReceipt: given, eJournal: given });
      expect(Object.values(texts).every((text) => typeof text === 'string')).toBe(true);
    }),
  );
});
