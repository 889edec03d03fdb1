// Rule: a Temporal server is found in the order TEMPORAL_ADDRESS, installed CLI, SDK download, go install,
// and a failure names all four ways with what to do for each.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cacheFolder } from '../../temporal/cache-folder.ts';
import { TemporalNotFoundError, findTemporal } from '../../temporal/find-temporal.ts';

const NEW = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';
const OLD = 'temporal version 0.10.0 (Server 1.22.0, UI 2.20.0)';

let folder: string;
let env: NodeJS.ProcessEnv;
let log: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-find-'));
  env = { PATH: join(folder, 'bin'), TRANCHE_CACHE: join(folder, 'cache') };
  log = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const program = (path: string, script: string) => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
};
const onPath = (name: string, script: string) => program(join(folder, 'bin', name), script);
const inCache = (script: string) => program(join(folder, 'cache', 'temporal-1.5.1', 'temporal'), script);
const find = (ways?: Parameters<typeof findTemporal>[0]) =>
  findTemporal({ env, log: (line) => log.push(line), ...ways });

describe('the order', () => {
  test('an address in the environment comes before a CLI on PATH', async () => {
    onPath('temporal', `echo "${NEW}"`);
    env['TEMPORAL_ADDRESS'] = '127.0.0.1:7233';
    expect(await find()).toEqual({ kind: 'address', address: '127.0.0.1:7233' });
  });

  test('a CLI on PATH comes before the cache', async () => {
    inCache(`echo "${NEW}"`);
    const path = onPath('temporal', `echo "${NEW}"`);
    expect(await find()).toEqual({ kind: 'binary', path });
  });

  test('an old CLI on PATH is passed over, aloud, for the cached one', async () => {
    onPath('temporal', `echo "${OLD}"`);
    const path = inCache(`echo "${NEW}"`);
    expect(await find()).toEqual({ kind: 'binary', path });
    expect(log.join('\n')).toMatch(/passed over.*server 1\.22, needed is 1\.28/);
  });

  test('something else that is called temporal is passed over', async () => {
    onPath('temporal', 'exit 3');
    const path = inCache(`echo "${NEW}"`);
    expect(await find()).toEqual({ kind: 'binary', path });
  });
});

describe('go install', () => {
  test('leaves the program in the cache, where the next call finds it without Go', async () => {
    const built = `#!/bin/sh\\necho "${NEW}"\\n`;
    onPath('go', `printf '${built}' > "$GOBIN/temporal"; /bin/chmod 755 "$GOBIN/temporal"; echo "$@" >&2`);
    const first = await find({ ways: ['address', 'installed', 'go-install'] });
    expect(first).toEqual({ kind: 'binary', path: join(folder, 'cache', 'temporal-1.5.1', 'temporal') });
    rmSync(join(folder, 'bin', 'go'));
    expect(await find({ ways: ['installed'] })).toEqual(first);
  });

  test('a failed build is a way that did not work, with what Go said', async () => {
    onPath('go', 'echo "go: no such version" >&2; exit 1');
    await expect(find({ ways: ['installed', 'go-install'] })).rejects.toThrow(
      /go install failed, exit code 1: go: no such version/,
    );
  });
});

test('a failure names all four ways with what to do', async () => {
  const failure = await find({ ways: ['address', 'installed', 'go-install'] }).catch(
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(TemporalNotFoundError);
  const { message } = failure as TemporalNotFoundError;
  expect(message).toMatch(/1\. set TEMPORAL_ADDRESS=host:port.*\n.*TEMPORAL_ADDRESS is not set/);
  expect(message).toMatch(/2\. put the Temporal CLI on PATH.*\n.*no usable temporal on PATH and none at/);
  expect(message).toMatch(/3\. let this machine reach the internet.*\n.*not tried/);
  expect(message).toMatch(/4\. install Go.*\n.*there is no go on PATH/);
});

test('the cache is outside the work tree and can be moved', () => {
  expect(cacheFolder({ TRANCHE_CACHE: '/c' })).toBe('/c');
  expect(cacheFolder({ XDG_CACHE_HOME: '/x' })).toBe('/x/tranche');
  expect(cacheFolder({ XDG_CACHE_HOME: '' })).toMatch(/\/\.cache\/tranche$/);
});
