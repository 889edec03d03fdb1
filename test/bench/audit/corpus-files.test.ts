/** Rule: a sample comes from all over the corpus and names no file twice. */
import { expect, test } from 'vitest';
import { sampleOf } from '../../../bench/audit/corpus-files.ts';

const files = Array.from({ length: 10_000 }, (_, index) => String(index));

test.each([1, 100, 1_000, 10_000])('of %i', (size) => {
  const sample = sampleOf(files, size);
  expect(new Set(sample).size).toBe(size);
  const mean = sample.reduce((sum, name) => sum + Number(name), 0) / size;
  if (size > 1) expect(Math.abs(mean - 5_000)).toBeLessThan(250);
});
