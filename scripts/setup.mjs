#!/usr/bin/env node
// Makes a bare clone ready: `npm test` and `npm run demo` call this first (pretest, predemo), on whatever
// Node >= 20 npm itself runs on. Installs when Node 24 or the packages are missing, or when the lockfile
// has changed since this script installed; says nothing and takes no time otherwise. Plain JavaScript for Node 20.
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.tranche-lockfile');
const wanted = createHash('sha256')
  .update(readFileSync(join(root, 'package-lock.json')))
  .digest('hex');
const say = (text) => process.stderr.write(`${text}\n`);

/** The major version of the Node that npm scripts get, or 0. */
function nodeMajor() {
  try {
    const version = execFileSync(join(modules, '.bin', 'node'), ['--version'], { encoding: 'utf8' });
    return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

// npm writes .package-lock.json last, so without it an install was cut short. A tree that a person
// installed has no stamp and is left alone.
function reason() {
  if (!existsSync(join(modules, '.package-lock.json'))) return 'no packages yet';
  if (nodeMajor() < 24) return 'no Node 24 in node_modules yet';
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') !== wanted) return 'package-lock.json has changed';
  return undefined;
}

const why = reason();
if (why) {
  const started = Date.now();
  say(`setup: ${why}, running npm ci (about half a minute) …`);
  const npm = process.env.npm_execpath;
  const [command, before] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
  const args = [
    ...before,
    'ci',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts=false',
    '--loglevel=error',
  ];
  const done = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2] });
  if (done.status !== 0) {
    say(
      `setup: npm ci failed (${done.error?.message ?? `exit code ${done.status}`}); needs Node >= 20, npm and the package registry`,
    );
    process.exit(1);
  }
  if (nodeMajor() < 24) {
    say(
      'setup: npm ci ran, but node_modules/.bin/node is not Node 24; its install script must be allowed to run',
    );
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
  say(`setup: ready in ${Math.round((Date.now() - started) / 1000)} s`);
}
