// Rule: package-lock.json serves `npm ci` on every platform (each optional platform package has an entry)
// and names no download address.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

interface Lockfile {
  readonly packages: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

// Plain JavaScript without types: it runs on Node 20 before anything is installed.
const script: string = new URL('../../scripts/lockfile.mjs', import.meta.url).href;
const { completed, platformOf } = (await import(script)) as {
  completed(lock: Lockfile): Lockfile;
  platformOf(name: string): unknown;
};

test('the committed lockfile needs no rewrite', () => {
  const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
  const lock = JSON.parse(text) as Lockfile;
  expect(text).not.toMatch(/"resolved"/);
  expect(completed(lock)).toEqual(lock);
});

test('an optional package that the registry did not list gets an entry, one that is there stays', () => {
  const there = { version: '1.0.0', integrity: 'sha512-x', optional: true };
  const { packages } = completed({
    packages: {
      'node_modules/tool': {
        version: '1.0.0',
        resolved: 'somewhere',
        dev: true,
        optionalDependencies: { '@tool/linux-x64': '1.0.0', '@tool/darwin-arm64': '1.0.0', extra: '^2.0.0' },
      },
      'node_modules/@tool/linux-x64': there,
    },
  });
  expect(packages['node_modules/@tool/linux-x64']).toEqual(there);
  expect(packages['node_modules/@tool/darwin-arm64']).toEqual({
    version: '1.0.0',
    os: ['darwin'],
    cpu: ['arm64'],
    dev: true,
    optional: true,
  });
  expect(packages['node_modules/extra']).toBeUndefined();
  expect(packages['node_modules/tool']).not.toHaveProperty('resolved');
});

describe('the platform that a name states', () => {
  test.each([
    ['@biomejs/cli-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
    ['@swc/core-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
    ['@swc/core-win32-arm64-msvc', { os: ['win32'], cpu: ['arm64'] }],
    ['@oxlint-tsgolint/darwin-x64', { os: ['darwin'], cpu: ['x64'] }],
    ['fsevents', undefined],
  ])('%s', (name, platform) => {
    expect(platformOf(name)).toEqual(platform);
  });
});
