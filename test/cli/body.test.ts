/** Rule: what a person types becomes the bodies of the contract, or a sentence that says how it is written. */
import { describe, expect, it } from 'vitest';
import { instant, pairs, reference } from '../../cli/body.ts';

describe('pairs', () => {
  it('keeps what stands behind the first equals sign', () => {
    expect(pairs('--option', ['a=1', 'b=x=y', 'c='])).toEqual({ a: '1', b: 'x=y', c: '' });
    expect(pairs('--option', undefined)).toBeUndefined();
  });

  it.each(['a', '=1', ''])('refuses %s', (pair) => {
    expect(() => pairs('--option', [pair])).toThrow('write NAME=VALUE');
  });
});

describe('reference', () => {
  it('makes numbers of the fields that are numbers, and of no others', () => {
    expect(reference('--adopt', ['txid=123456789', 'sequenceNumber=2'])).toEqual({
      txid: '123456789',
      sequenceNumber: 2,
    });
    expect(reference('--adopt', ['authReferenceVersion=1'])).toEqual({ authReferenceVersion: '1' });
    expect(reference('--adopt', undefined)).toBeUndefined();
  });

  it('takes JSON as it is', () => {
    expect(reference('--adopt', ['{"payment":"/psp/creditcard/payments/1","n":1}'])).toEqual({
      payment: '/psp/creditcard/payments/1',
      n: 1,
    });
  });

  it.each([['{"a"'], ['{"a":null}'], ['{"a":{}}'], ['{"a":"b"}', 'c=d'], ['secret-without-a-name']])(
    'refuses %s, and repeats nothing of it',
    (...given) => {
      const read = () => reference('--adopt', given);
      expect(read).toThrow('--adopt');
      expect(read).not.toThrow(given[0] ?? '');
    },
  );
});

describe('instant', () => {
  const now = Date.parse('2026-11-21T12:00:00.000Z');
  it('takes an instant or a duration from now', () => {
    expect(instant('--deadline', 'PT2H', now)).toBe('2026-11-21T14:00:00.000Z');
    expect(instant('--deadline', '2026-12-01T12:00:00Z', now)).toBe('2026-12-01T12:00:00Z');
    expect(instant('--deadline', undefined, now)).toBeUndefined();
  });

  it('refuses anything else', () => {
    expect(() => instant('--deadline', 'tomorrow', now)).toThrow('PT2H');
  });
});
