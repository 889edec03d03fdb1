/** Rule: wrong use is exit 2 with the next step on stderr, a server that does not answer is 3; results go to stdout alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isFree } from '../../temporal/free-port.ts';
import { runCli } from './run-cli.ts';

let empty: string;
let configured: string;
const KEY = Buffer.alloc(32, 7).toString('base64');

beforeAll(() => {
  empty = mkdtempSync(join(tmpdir(), 'tranche-cli-'));
  configured = mkdtempSync(join(tmpdir(), 'tranche-cli-'));
  const account = {
    provider: 'payone',
    url: 'http://127.0.0.1:9/',
    mid: '14648',
    aid: '17321',
    portalId: '2040559',
    key: 'k',
    mode: 'test',
  };
  writeFileSync(
    join(configured, 'tranche.config.json'),
    JSON.stringify({
      temporal: { address: '127.0.0.1:9' },
      encryption: { keys: [{ id: 'test', key: KEY }] },
      accounts: { shop: account },
    }),
  );
});

afterAll(() => {
  for (const folder of [empty, configured]) rmSync(folder, { recursive: true, force: true });
});

describe('wrong use', () => {
  it.each([
    ['an unknown command', ['steal'], "unknown command 'steal'"],
    ['a missing argument', ['capture'], "missing required argument 'payment'"],
    ['an unknown option', ['capture', 'o-1', '--amuont', '1'], "unknown option '--amuont'"],
    ['evidence left out', ['resolve', 'o-1', '--lock', 'lifted'], '--evidence'],
    ['no configuration', ['payment', 'show', 'o-1'], 'tranche dev'],
    ['a file that is not there', ['payment', 'show', 'o-1', '--config', 'none.json'], 'none.json'],
  ])('says what to do about %s', async (_name, args, said) => {
    const { code, stdout, stderr } = await runCli(args, empty);
    expect(code).toBe(2);
    expect(stderr).toContain(said);
    expect(stdout).toBe('');
  });

  it.each([[['steal']], [['capture', 'o-1', '--amuont', '1']], [[]]])(
    'is one problem on stdout under --json: %j',
    async (args) => {
      const { code, stdout } = await runCli(['--json', ...args], empty);
      expect(code).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        code: 'validation',
        outcome: 'none',
        detail: expect.stringMatching(/^(unknown|a command is needed)/) as unknown,
      });
    },
  );

  it('names the field of a configuration that is wrong', async () => {
    writeFileSync(join(empty, 'wrong.json'), JSON.stringify({ accounts: {}, colour: 'red' }));
    const { code, stderr } = await runCli(['config', 'check', 'wrong.json'], empty);
    expect(code).toBe(2);
    expect(stderr).toContain('colour');
  });
});

describe('results', () => {
  it('prints help with exit 0', async () => {
    const { code, stdout } = await runCli(['--help'], empty);
    expect(code).toBe(0);
    for (const command of [
      'dev',
      'worker',
      'api',
      'sandbox',
      'demo',
      'doctor',
      'payment',
      'capture',
      'release',
      'refund',
      'withdraw',
      'resolve',
      'plan',
      'machine',
      'config',
    ]) {
      expect(stdout).toContain(`  ${command} `);
    }
  });

  it('checks the configuration with its secrets masked', async () => {
    const { code, stdout, stderr } = await runCli(['config', 'check'], configured);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ accounts: { shop: { key: '********' } } });
    expect(stdout + stderr).not.toContain(KEY);
  });

  it('warns of an account that takes notices from anybody', async () => {
    const path = join(empty, 'open.json');
    const check = async (over: object) => {
      const url = 'https://api.bank.invalid/';
      const shop = { provider: 'swedbankpay', url, accessToken: '${BANK_TOKEN}', ...over };
      writeFileSync(path, JSON.stringify({ accounts: { shop } }));
      process.env['BANK_TOKEN'] = 'a-token';
      return runCli(['config', 'check', path], empty);
    };
    const warned = 'warning: account shop takes notices from anybody\n    set pathToken or networks';
    expect(await check({})).toMatchObject({ code: 0, stderr: expect.stringContaining(warned) });
    for (const over of [{ networks: ['20.91.170.120/29'] }, { url: 'sandbox' }]) {
      const { code, stderr } = await check(over);
      expect([code, stderr]).toEqual([0, expect.not.stringContaining('from anybody')]);
    }
  });

  it.each([
    [['machine', 'diagram'], 'stateDiagram'],
    [['machine', 'diagram', '--machine', 'operation', '--format', 'svg'], '<svg'],
    [['machine', 'table'], '| '],
    [['machine', 'table', '--json'], '"operation"'],
  ])('draws the machines: %s', async (args, drawn) => {
    const { code, stdout } = await runCli(args, empty);
    expect(code).toBe(0);
    expect(stdout).toContain(drawn);
  });

  it('prints the schema of the configuration', async () => {
    const { code, stdout } = await runCli(['config', 'schema'], empty);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'object' });
  });
});

describe('without a server', () => {
  it('is exit 3 and names the address', async () => {
    expect(await isFree(9)).toBe(true);
    const { code, stderr, stdout } = await runCli(['payment', 'show', 'o-1'], configured);
    expect(code).toBe(3);
    expect(stderr).toContain('127.0.0.1:9');
    expect(stdout).toBe('');
  });

  it('is a failed check of the doctor, each with how to mend it', async () => {
    const { code, stdout } = await runCli(['doctor', '--json'], configured);
    expect(code).toBe(1);
    const { ok, findings } = JSON.parse(stdout) as {
      ok: boolean;
      findings: { name: string; ok: boolean; mend: string | null }[];
    };
    expect(ok).toBe(false);
    expect(findings.find((finding) => finding.name === 'temporal')).toMatchObject({ ok: false });
    for (const { ok: well, mend, name } of findings) expect(well || mend !== null, name).toBe(true);
  });
});
