/** Rule: the base of an account is a plain address over https, or this machine; header values hold no line. */
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../providers/configuration-error.ts';
import { baseOf, headerValue } from '../../../providers/rest/account.ts';

describe('base', () => {
  test.each([
    ['https://x.example/api/v1/api/v1/', 'https://x.example/api/v1/api/v1'],
    ['https://x.example', 'https://x.example'],
    ['http://localhost:9/a//', 'http://localhost:9/a'],
    ['http://[::1]:9/', 'http://[::1]:9'],
  ])('%s', (url, base) => {
    expect(baseOf('a', url)).toBe(base);
  });
  test.each([
    'sandbox',
    'http://x.example/',
    'http://127.0.0.1.example/',
    'https://x.example/?a',
    'https://x.example/#a',
  ])('%s is refused', (url) => {
    expect(() => baseOf('a', url)).toThrow(ConfigurationError);
  });
});

test('header values', () => {
  for (const value of ['Basic a:b=', 'x']) expect(headerValue.safeParse(value).success).toBe(true);
  for (const value of ['', ' x', 'a\nb', 'ü', 'a\tb'])
    expect(headerValue.safeParse(value).success).toBe(false);
});
