/**
 * The conformance suite of one provider: a test for each scenario that applies, and at the end its column of
 * docs/conformance.md.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Capabilities } from '../../payment/capability.ts';
import { scenarios } from '../contracts/scenarios/all.ts';
import { PASSED } from './contract-matrix.ts';
import type { ContractProvider } from './contract-provider.ts';
import { reasonAgainst } from './contract-scenario.ts';
import { report } from './contract-report.ts';
import { openStage, type OpenStage } from './contract-stage.ts';

/** What the account of a provider can do for a hold that it adopts. */
function capabilitiesOf({ provider, config, currency, sampleHold }: ContractProvider): Capabilities {
  const account = provider.configure('contract', config('http://127.0.0.1:1'));
  const capabilities = account.capabilities({
    currency,
    amount: 1_000_000,
    authorization: { adopt: sampleHold },
  });
  if ('path' in capabilities) throw new Error(`${capabilities.path}: ${capabilities.message}`);
  return capabilities;
}

/** Declares the tests of a provider. Call it once in a test file of its own. */
export function conformance(provider: ContractProvider): void {
  const capabilities = capabilitiesOf(provider);
  const cells: Record<string, string> = {};
  const played: string[] = [];
  let stage: OpenStage;

  beforeAll(async () => {
    stage = await openStage(provider, capabilities);
  });
  beforeEach(() => stage.twin.clearFaults());

  for (const scenario of scenarios) {
    const reason = reasonAgainst(scenario, provider, capabilities);
    if (reason !== null) {
      cells[scenario.id] = `n/a: ${reason}`;
      continue;
    }
    played.push(scenario.id);
    test(`${scenario.id} (${scenario.rule}): ${scenario.title}`, async () => {
      const remark = await scenario.play(stage);
      expect(typeof remark, 'a remark is a text').toMatch(/^(string|undefined)$/);
      cells[scenario.id] = typeof remark === 'string' ? `${PASSED}, ${remark}` : PASSED;
    });
  }

  afterAll(async () => {
    await stage.close();
    // A run of some of the tests, or one that failed, says nothing of the page.
    if (played.some((id) => cells[id] === undefined)) return;
    const rows = scenarios.map(({ id, rule, title }) => ({ id, rule, title }));
    report(provider.provider.name, { title: provider.title, rows, cells });
  });
}
