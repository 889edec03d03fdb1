/** Rule: a configuration fault names the field, an unknown key by itself, and repeats no value. */
import { expect, test } from 'vitest';
import * as z from 'zod';
import { configurationError } from '../../providers/configuration-error.ts';

test('all faults, the first by its path', () => {
  const { error } = z
    .strictObject({ a: z.int(), b: z.strictObject({ c: z.string() }) })
    .safeParse({ a: 'secret', b: { c: 'x', d: 1, e: 2 }, f: 1 });
  if (error === undefined) throw new Error('was taken');
  const made = configurationError('shop', error);
  expect(made.faults.map(({ path }) => path)).toEqual(['a', 'b.d', 'b.e', 'f']);
  expect(made.path).toBe('a');
  expect(made.message).toContain('shop.b.d: unknown option');
  expect(made.message).not.toContain('secret');
});
