/** Rule: the members of an object are read as they were written, both of two with one name. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { membersOf } from '../../../providers/ccv/members.ts';

test('names, and values to the letter', () => {
  expect(membersOf(' { "a" : 25.00 , "b":"x,\\"}:{" ,"a":[1, {"a":2}], "\\u0063":{ } , "":null } ')).toEqual([
    { name: 'a', source: '25.00' },
    { name: 'b', source: '"x,\\"}:{"' },
    { name: 'a', source: '[1, {"a":2}]' },
    { name: 'c', source: '{ }' },
    { name: '', source: 'null' },
  ]);
  expect(membersOf('{}')).toEqual([]);
});

test('any object', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constantFrom(undefined, 2),
      (object, space) => {
        const written = JSON.stringify(object, null, space);
        expect(membersOf(written).map(({ name, source }) => [name, JSON.parse(source)])).toEqual(
          Object.entries(JSON.parse(written) as object),
        );
      },
    ),
  );
});

test('a text of a mebibyte', () => {
  const text = `{"a":"${'\\"'.repeat(500_000)}","b":1}`;
  expect(membersOf(text).at(-1)).toEqual({ name: 'b', source: '1' });
});
