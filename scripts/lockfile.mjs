#!/usr/bin/env node
// Keeps package-lock.json usable by `npm ci` on every platform and free of download addresses.
//
// npm leaves an optional platform package out of the lockfile when the registry in use does not list
// that version, and `npm ci` then refuses the whole file. The names and versions are known all the same,
// from `optionalDependencies` of the package that wants them, so the entries are added here: without an
// integrity hash, with the platform that the package's name states, so that npm passes over them elsewhere.
// Plain JavaScript for Node 20: it runs before Node 24 is there.
//
//   node scripts/lockfile.mjs          rewrites package-lock.json
//   node scripts/lockfile.mjs --check  changes nothing, exit 1 when a rewrite would
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64'];

/** The platform that a package's name states: `{ os, cpu, libc? }`, or undefined when it states none. */
export function platformOf(name) {
  const words = name.slice(name.lastIndexOf('/') + 1).split('-');
  const os = words.find((word) => systems.includes(word));
  const cpu = words.find((word) => processors.includes(word));
  if (!os || !cpu) return undefined;
  const libc = words.some((word) => word.startsWith('musl'))
    ? 'musl'
    : words.some((word) => word.startsWith('gnu'))
      ? 'glibc'
      : undefined;
  return { os: [os], cpu: [cpu], ...(libc && os === 'linux' ? { libc: [libc] } : {}) };
}

/** Returns the lockfile with every optional platform package in it and no `resolved`; the argument stays as it is. */
export function completed(lock) {
  const packages = {};
  for (const [path, entry] of Object.entries(lock.packages)) {
    const { resolved: _resolved, ...rest } = entry;
    packages[path] = entry.link ? entry : rest;
  }
  for (const [path, entry] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (packages[`node_modules/${name}`] || packages[`${path}/node_modules/${name}`]) continue;
      const platform = platformOf(name);
      if (!platform || !/^\d+\.\d+\.\d+/.test(version)) continue;
      packages[`node_modules/${name}`] = {
        version,
        ...platform,
        ...(entry.dev ? { dev: true } : {}),
        optional: true,
      };
    }
  }
  const order = (a, b) => a.localeCompare(b, 'en');
  return {
    ...lock,
    packages: Object.fromEntries(
      Object.keys(packages)
        .sort(order)
        .map((path) => [path, packages[path]]),
    ),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const file = new URL('../package-lock.json', import.meta.url);
  const before = readFileSync(file, 'utf8');
  const after = `${JSON.stringify(completed(JSON.parse(before)), null, 2)}\n`;
  if (before === after) process.exit(0);
  if (process.argv.includes('--check')) {
    process.stderr.write(
      'package-lock.json: run `node scripts/lockfile.mjs` (platform packages or addresses)\n',
    );
    process.exit(1);
  }
  writeFileSync(file, after);
}
