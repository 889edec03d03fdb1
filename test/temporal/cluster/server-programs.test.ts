/** The server and its SQL tool are one release: taken from PATH or the cache folder, else built once, else named as missing. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  findServerPrograms,
  SERVER_VERSION,
  ServerMissing,
} from '../../../temporal/cluster/server-programs.ts';

let folder: string;
let env: NodeJS.ProcessEnv;
let log: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-programs-'));
  mkdirSync(join(folder, 'bin'));
  env = { PATH: join(folder, 'bin'), TRANCHE_CACHE: join(folder, 'cache') };
  log = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function onPath(name: string, script: string): string {
  const path = join(folder, 'bin', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
const find = () => findServerPrograms({ env, log: (line) => void log.push(line) });
const GO = 'for name in server sql; do echo > "$GOBIN/$name"; /bin/chmod 755 "$GOBIN/$name"; done';

test('both of the release on PATH are taken', async () => {
  const server = onPath('temporal-server', `echo "temporal version ${SERVER_VERSION}"`);
  const sql = onPath('temporal-sql-tool', `echo "temporal-sql-tool version ${SERVER_VERSION}"`);
  expect(await find()).toEqual({ server, sql });
});

test('another release on PATH is passed over, aloud; the two are built once and then found', async () => {
  onPath('temporal-server', 'echo "temporal version 1.20.0"');
  onPath('temporal-sql-tool', `echo "temporal-sql-tool version ${SERVER_VERSION}"`);
  onPath('go', GO);
  const built = await find();
  const cached = join(folder, 'cache', `temporal-server-${SERVER_VERSION}`);
  expect(built).toEqual({ server: join(cached, 'server'), sql: join(cached, 'sql') });
  expect(log.join('\n')).toMatch(/passed over .*1\.20\.0/);
  rmSync(join(folder, 'bin', 'go'));
  expect(await find()).toEqual(built);
});

test('without either and without Go the error says what to install', async () => {
  await expect(find()).rejects.toBeInstanceOf(ServerMissing);
  await expect(find()).rejects.toThrow(/there is no go on PATH.*install Go 1\.25/s);
});

test('a build that fails is told with what Go said', async () => {
  onPath('go', 'echo "go: module lookup disabled" >&2; exit 1');
  await expect(find()).rejects.toThrow(/exit code 1: go: module lookup disabled/);
});
