/** Rule: a plan is shown with its calls, what is held and its risks, nothing is sent, and a refused step is exit 1. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from './run-cli.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tranche-simulate-'));
  const shop = {
    provider: 'payone',
    url: 'http://127.0.0.1:9/',
    mid: '14648',
    aid: '17321',
    portalId: '2040559',
    key: 'k',
    mode: 'test',
  };
  const charger = {
    provider: 'ccv',
    url: 'http://127.0.0.1:9',
    operatingEnvironment: 'UNATTENDED',
    accessProtocol: 'OPI_NL',
    language: 'ENG',
    environment: 'EVCHARGING',
  };
  writeFileSync(join(folder, 'tranche.config.json'), JSON.stringify({ accounts: { shop, charger } }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const simulate = (...args: string[]) =>
  runCli(['payment', 'simulate', '--amount', '100.00', ...args], folder);
const CARD = ['--account', 'shop', '--method', 'cc', '--option', 'pseudocardpan=9410010000000000001'];
const CHARGER = ['--account', 'charger', '--method', 'terminal'];

describe('payment simulate', () => {
  it('lists the calls with their numbers, and the end', async () => {
    const ran = await simulate(...CARD, '--json', 'day 1 capture 30.00', 'P2D capture 2000 final');
    expect(ran.code).toBe(0);
    const { calls, end, refused, risks } = JSON.parse(ran.stdout);
    expect(calls).toMatchObject([
      { after: 'PT0S', action: 'authorise' },
      {
        after: 'P1D',
        action: 'capture',
        sequenceNumber: 1,
        final: false,
        amount: { value: 3000, currency: 'EUR' },
      },
      { after: 'P2D', action: 'capture', sequenceNumber: 2, final: true },
    ]);
    expect(end).toMatchObject({
      status: 'captured',
      held: { value: 0 },
      amounts: { released: { value: 5000 } },
    });
    expect(refused).toEqual([]);
    expect(risks.join()).toContain('the hold expires P7D after the authorisation');
  });

  it('shows people why a step is refused, and ends with 1', async () => {
    const ran = await simulate(...CARD, 'day 8 capture 10.00');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('refused after P8D: capture, rule amount-exceeds-capturable');
  });

  it('says plainly what a first partial capture frees where there is only one', async () => {
    const ran = await simulate(...CHARGER, 'PT1H capture 30.00', 'PT2H capture 20.00');
    expect(ran.code).toBe(1);
    expect(ran.stdout).toContain('this capture frees the other 7 000 that are held');
    expect(ran.stdout).toContain('rule not-final');
  });

  it('collects shipments into one call at the deadline', async () => {
    const plan = ['--captures', 'collect', '--on-deadline', 'capture', '--json'];
    const ran = await simulate(...CHARGER, ...plan, 'PT1H capture 30.00', 'PT2H capture 20.00');
    expect(ran.code).toBe(0);
    const { calls } = JSON.parse(ran.stdout);
    expect(calls.slice(1)).toMatchObject([
      { after: 'PT7H12M', action: 'capture', amount: { value: 5000 }, final: true },
    ]);
  });

  it.each([
    ['a step that is none', [...CARD, 'soon capture'], '"soon capture" is no step'],
    ['a word too many', [...CARD, 'day 1 release now'], '"day 1 release now" is no step'],
    ['no account where there are several', ['--method', 'cc'], '--account is one of shop, charger'],
    ['neither method nor reference', ['--account', 'shop'], 'say either --method or --adopt'],
  ])('%s is wrong use', async (_name, args, text) => {
    const ran = await simulate(...args);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toContain(text);
  });
});
