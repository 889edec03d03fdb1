// Bodies that say the same have one hash, whatever the order of their keys.
import { expect, test } from 'vitest';
import { bodyHash, canonicalJson } from '../../temporal/body-hash.ts';

test('keys are sorted at every depth, arrays keep their order, undefined is left out', () => {
  expect(canonicalJson({ b: [{ d: 1, c: 'x' }, null], a: undefined, é: true })).toBe(
    '{"b":[{"c":"x","d":1},null],"é":true}',
  );
  expect(bodyHash({ a: 1, b: 2 })).toBe(bodyHash({ b: 2, a: 1 }));
  expect(bodyHash({ a: [1, 2] })).not.toBe(bodyHash({ a: [2, 1] }));
  expect(bodyHash({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
});
