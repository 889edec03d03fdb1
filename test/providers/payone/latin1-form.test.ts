/** Rule: a notice's form is bytes of ISO-8859-1; every byte comes back as itself, and repeated names are seen. */
import { expect, test } from 'vitest';
import fc from 'fast-check';
import { readLatin1Form, single } from '../../../providers/payone/latin1-form.ts';

const read = (text: string) => Object.fromEntries(readLatin1Form(Buffer.from(text, 'latin1')));

test('names, values, escapes', () => {
  expect(read('a=1&b=J%E4ger+weg&c&=d&&e=f=g')).toEqual({
    a: ['1'],
    b: ['Jäger weg'],
    c: [''],
    '': ['d'],
    e: ['f=g'],
  });
  expect(read('a=%2&b=%zz&c=100%')).toEqual({ a: ['%2'], b: ['%zz'], c: ['100%'] });
  expect(read('a=\u00e4&b=%80')).toEqual({ a: ['ä'], b: ['\u0080'] });
});

test('a name that comes twice', () => {
  const form = readLatin1Form(Buffer.from('a=1&a=1&b=1&b=2'));
  expect([single(form, 'a'), single(form, 'b'), single(form, 'c')]).toEqual(['1', null, undefined]);
});

test('every byte, escaped, is itself', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const escaped = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
      expect(read(`v=${escaped}`)['v']).toEqual([Buffer.from(bytes).toString('latin1')]);
    }),
  );
});
