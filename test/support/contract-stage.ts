/** Opens what the scenarios of one provider are played on: its twin, an edge for notices, an account. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { MockActivityEnvironment } from '@temporalio/testing';
import { expect } from 'vitest';
import type { ProviderActivities } from '../../activities/contract.ts';
import { createProviderActivities } from '../../activities/provider-activities.ts';
import type { Capabilities } from '../../payment/capability.ts';
import type { AuthorizationRequest, ProviderCall } from '../../payment/call.ts';
import type { HoldReference } from '../../payment/hold.ts';
import type { ProviderAccount } from '../../providers/provider.ts';
import { factsOf } from '../../temporal/create-body.ts';
import { sealedReference } from '../../temporal/hold-secret.ts';
import { Allocator } from './contract-allocator.ts';
import { breachesOf, openOperations, resolveTruthfully } from './contract-judge.ts';
import { ContractLife, DAY, MINUTE } from './contract-life.ts';
import type { ContractBooks, ContractProvider, Ending, Sought } from './contract-provider.ts';
import type { Arrival, Opening, Stage } from './contract-scenario.ts';
import { testKeyRing } from './test-key.ts';

export interface OpenStage extends Stage {
  close(): Promise<void>;
}

/** Milliseconds of HTTP: a machine that stands still for seconds loses no answer by itself. */
const TIMEOUT_MS = 15_000;
const SEND_WINDOW_MS = 7_000;
const AMOUNT = 1_000_000;
/** Of the stage's own account, and of one whose provider is not there. */
const NAMES = ['contract', 'dead'] as const;
const LOOKS = 500;

const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 10));

/**
 * Runs activities in this process, each call in a context of its own. No breaker opens: it goes by the world's clock,
 * and everything else here by a virtual one.
 */
function runner(accounts: ReadonlyMap<string, ProviderAccount>, defects: string[]) {
  const patient = { failures: Number.MAX_SAFE_INTEGER, openFor: 0 };
  const activities = createProviderActivities({
    accounts,
    keyRing: testKeyRing(),
    sendWindowMs: SEND_WINDOW_MS,
    breakers: new Map(NAMES.map((name) => [name, patient])),
  });
  const note = (message: string, meta: unknown): void => {
    defects.push(`${message} ${JSON.stringify(meta)}`);
  };
  const quiet = (): void => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: quiet, error: note };
  return <Result>(work: (made: ProviderActivities) => Promise<Result>): Promise<Result> => {
    const environment = new MockActivityEnvironment(
      { currentAttemptScheduledTimestampMs: Date.now(), heartbeatTimeoutMs: 60_000 },
      { logger },
    );
    return environment.run(() => work(activities)) as Promise<Result>;
  };
}

/** What the edge seals when a caller gives it. */
const sealed = (account: ProviderAccount, payment: string, hold: HoldReference): HoldReference =>
  sealedReference(hold, { account, payment }, testKeyRing());

/** @param capabilities - of an adopted hold. */
export async function openStage(provider: ContractProvider, capabilities: Capabilities): Promise<OpenStage> {
  const accounts = new Map<string, ProviderAccount>();
  const lives: ContractLife[] = [];
  const arrivals: Arrival[] = [];
  const defects: string[] = [];
  const allocators = new Map<string, Allocator>();
  const run = runner(accounts, defects);
  let payments = 0;

  const edge = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const said = account.readNotice({
        headers: request.headers,
        body: Buffer.concat(chunks),
        remoteAddress: request.socket.remoteAddress ?? '',
      });
      arrivals.push(said.verdict);
      if (said.verdict === 'notice') for (const life of lives) life.receive(said.notice);
      const accepted = said.verdict === 'notice' || said.verdict === 'ignored';
      response.writeHead(accepted ? 200 : 403).end(accepted ? account.acknowledgement : '');
    })();
  });
  edge.listen(0, '127.0.0.1');
  await once(edge, 'listening');
  const twin = await provider.start(`http://127.0.0.1:${(edge.address() as AddressInfo).port}/`);

  const accountOf = (name: string, over: Readonly<Record<string, unknown>> = {}): ProviderAccount => {
    const key = `${name} ${JSON.stringify(over)}`;
    const known = accounts.get(key);
    if (known !== undefined) return known;
    const made = provider.provider.configure(name, {
      ...provider.config(twin.url),
      timeoutMs: TIMEOUT_MS,
      ...over,
    });
    accounts.set(key, made);
    return made;
  };
  const account = accountOf('contract');
  accounts.set('contract', account);

  const intentOf = (call: ProviderCall): string =>
    provider.intentOf(call, (payment, operation) => account.referenceOf(payment, operation));

  const begin = async (
    authorization: { readonly adopt: HoldReference } | { readonly request: AuthorizationRequest },
    {
      amount = AMOUNT,
      currency = provider.currency,
      plan,
      account: over,
      name = 'contract',
      notices,
    }: Opening,
  ): Promise<ContractLife> => {
    payments += 1;
    const id = `p-${payments}`;
    const own = accountOf(name, over);
    // Calls carry the account's name; a scenario has one account of a name at a time.
    accounts.set(name, own);
    const body = {
      id,
      account: name,
      amount: { value: amount, currency },
      authorization: 'adopt' in authorization ? { adopt: { reference: authorization.adopt } } : authorization,
      ...(plan === undefined ? {} : { plan }),
    };
    const facts = factsOf(body, own, { hash: 'hash', by: 'shop' });
    const allocator = allocators.get(name) ?? new Allocator();
    allocators.set(name, allocator);
    const life: ContractLife = new ContractLife(
      'adopt' in authorization
        ? { ...facts, authorization: { adopt: { reference: sealed(own, id, authorization.adopt) } } }
        : facts,
      {
        run,
        allocator,
        intentOf,
        underWay: (sought: Sought) => twin.underWay?.(sought) ?? Promise.resolve(0),
      },
    );
    if (notices !== undefined) life.notices = notices;
    lives.push(life);
    await life.rest();
    return life;
  };

  const asked: Stage['authorise'] = (request, opening = {}) => {
    if (typeof request === 'string') throw new Error(request);
    return begin({ request }, opening);
  };

  const books = (life: ContractLife): Promise<ContractBooks> => twin.books(life.sought);

  /** M8: what nothing may keep, and what stands in the state all the same. */
  const leaks = (life: ContractLife): string[] => {
    const members = account.secretReference ?? [];
    const secret = Object.entries(life.hold ?? {}).filter(([member]) => members.includes(member));
    const text = JSON.stringify(life.state);
    return [...(provider.secrets ?? []), ...secret.map(([, value]) => String(value))]
      .filter((value) => text.includes(value))
      .map((value) => `M8: ${value.slice(0, 8)}… stands in the state`);
  };

  const agrees = async (life: ContractLife): Promise<void> => {
    await life.rest();
    const breaches = breachesOf(life, await books(life), intentOf);
    expect([...breaches, ...leaks(life), ...defects]).toEqual([]);
  };

  const resolved = async (life: ContractLife): Promise<void> => {
    const named = (await twin.reference?.(life.sought)) ?? null;
    const known = named === null ? null : sealed(account, life.payment.id, named);
    await resolveTruthfully(life, await books(life), intentOf, known);
    expect(openOperations(life)).toEqual([]);
    await agrees(life);
  };

  const ends = async (life: ContractLife, operation: string, how: Ending): Promise<Ending> => {
    const open = (): boolean => openOperations(life).some(({ id }) => id === operation);
    // Long enough to see that nothing settles it by itself, and before the hold ends.
    const { validity } = capabilities.timing;
    await life.until(
      () => !open(),
      how === 'person' ? Math.min(3 * DAY, (validity ?? 3 * DAY) / 2) : 3 * DAY,
    );
    if (open()) {
      expect(life.attentions, 'a payment that nothing settles needs a person').toContain('outcome-unknown');
      await resolved(life);
    } else {
      expect(life.attentions).not.toContain('outcome-unknown');
      await agrees(life);
    }
    const ended = life.entries(operation).includes(`${life.operation(operation).kind}.unknown`);
    const said = life.state.ledger.findLast((entry) => entry.operation === operation);
    const actual: Ending = ended && said?.by.via === 'resolution' ? 'person' : 'itself';
    expect(actual).toBe(how);
    return actual;
  };

  return {
    provider,
    twin,
    capabilities,
    account,
    arrivals,
    async adopt(opening = {}) {
      const hold = await twin.hold(opening.amount ?? AMOUNT, opening.currency ?? provider.currency);
      return begin({ adopt: hold }, opening);
    },
    authorise: asked,
    async held(opening) {
      const life = await asked(provider.authorise, opening);
      if (life.payment.authorization.state !== 'pending' || provider.authorise !== provider.redirect)
        return life;
      await twin.customer?.(life.sought, 'complete');
      await life.until(() => life.payment.authorization.state === 'approved', 60 * MINUTE);
      return life;
    },
    refusalOf(currency, over = {}) {
      const said = accountOf('contract', over).capabilities({
        currency,
        amount: AMOUNT,
        authorization: { adopt: provider.sampleHold },
      });
      return 'path' in said ? said : null;
    },
    books,
    async booked(life, so) {
      for (let look = 0; look < LOOKS; look += 1) {
        const found = await books(life);
        if (so(found)) return found;
        await pause();
      }
      throw new Error('the books did not come to it');
    },
    intentOf,
    agrees,
    resolved,
    ends,
    async close() {
      edge.close();
      edge.closeAllConnections();
      await twin.stop();
      await Promise.all([...new Set(accounts.values())].map((one) => one.close()));
    },
  };
}
