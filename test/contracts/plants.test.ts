/** A suite that cannot fail proves nothing: adapters with a planted fault are found by it. */
import { expect, test } from 'vitest';
import type { ProviderCall } from '../../payment/call.ts';
import type { CallResult } from '../../payment/outcome.ts';
import type { CallContext, ProviderAccount } from '../../providers/provider.ts';
import type { ContractProvider } from '../support/contract-provider.ts';
import { openStage } from '../support/contract-stage.ts';
import { finline } from './providers/finline.ts';
import { scenarios } from './scenarios/all.ts';

type Send = (call: ProviderCall, context: CallContext) => Promise<CallResult>;
type Part = Partial<Pick<ProviderAccount, 'send' | 'read' | 'readNotice'>>;

const decline = { code: 'lost', message: 'lost', hold: 'stands', again: 'no' } as const;

/** What is wrong with the adapter, by how it was made from the right one, and which scenario has to notice. */
const PLANTS: Readonly<Record<string, readonly [scenario: string, part: (right: ProviderAccount) => Part]>> =
  {
    'a lost answer is called a decline': [
      'lost-after-capture',
      (right) => ({
        send: async (call, context) => {
          const result = await right.send(call, context);
          return result.outcome === 'unknown' ? { outcome: 'declined', decline } : result;
        },
      }),
    ],
    'a lost answer is called an approval': [
      'lost-before-capture',
      (right) => ({
        send: async (call, context) => {
          const result = await right.send(call, context);
          return result.outcome === 'unknown' ? { outcome: 'approved' } : result;
        },
      }),
    ],
    'a refused capture is tried again at once': [
      'refund-in-parts',
      (right) => {
        const twice: Send = async (call, context) => {
          const first = await right.send(call, context);
          return call.action === 'refund' ? right.send(call, context) : first;
        };
        return { send: twice };
      },
    ],
    'a decline is called an approval': [
      'declined-capture',
      (right) => ({
        send: async (call, context) => {
          const result = await right.send(call, context);
          return result.outcome === 'declined' ? { outcome: 'approved' } : result;
        },
      }),
    ],
    'amounts are off by one': [
      'capture-1',
      (right) => ({
        send: (call, context) => right.send({ ...call, amount: call.amount + 1 } as ProviderCall, context),
      }),
    ],
    'a void is never sent': [
      'void',
      (right) => ({
        send: async (call, context) =>
          call.action === 'release' ? { outcome: 'approved' } : right.send(call, context),
      }),
    ],
    'the books are said to have everything': [
      'lost-before-capture',
      () => ({ read: async () => ({ read: 'approved' }) }),
    ],
    'the books are said to have nothing': [
      'lost-after-capture',
      () => ({ read: async () => ({ read: 'absent', offered: true }) }),
    ],
    'a failed read is called absence': [
      'read-lost-before',
      (right) => ({
        read: async (call, context) => {
          const result = await right.read?.(call, context);
          if (result === undefined || result.read === 'failed') return { read: 'declined', decline };
          return result;
        },
      }),
    ],
    'notices are not authenticated': [
      'notice-forged',
      (right) => ({
        readNotice(incoming) {
          const said = right.readNotice(incoming);
          if (said.verdict !== 'forged') return said;
          const form = new URLSearchParams(Buffer.from(incoming.body).toString('latin1'));
          const { order_id: orderId } = JSON.parse(
            Buffer.from(form.get('data') ?? '', 'base64url').toString('utf8'),
          ) as { order_id: string };
          const notice = {
            identity: 'forged',
            providerReference: orderId,
            about: 'authorization',
            state: 'failed',
            sequenceNumber: null,
            receivable: null,
            price: null,
            balance: null,
            currency: 'UAH',
            at: new Date().toISOString(),
            facts: {},
          } as const;
          return { verdict: 'notice', notice };
        },
      }),
    ],
  };

function planted(right: ContractProvider, part: (account: ProviderAccount) => Part): ContractProvider {
  const { provider } = right;
  const configure: typeof provider.configure = (name, config) => {
    const account = provider.configure(name, config);
    const wrong = part(account);
    return new Proxy(account, {
      get: (target, member) => {
        const own: unknown = Reflect.get(wrong, member) ?? Reflect.get(target, member);
        return typeof own === 'function' ? own.bind(target) : own;
      },
    });
  };
  return { ...right, provider: { ...provider, configure } };
}

test.each(Object.entries(PLANTS))('%s', async (_name, [id, part]) => {
  const scenario = scenarios.find((one) => one.id === id);
  if (scenario === undefined) throw new Error(`no scenario ${id}`);
  const provider = planted(finline, part);
  const account = provider.provider.configure('contract', provider.config('http://127.0.0.1:1'));
  const { currency, sampleHold } = provider;
  const capabilities = account.capabilities({ currency, amount: 1, authorization: { adopt: sampleHold } });
  if ('path' in capabilities) throw new Error(capabilities.message);
  const stage = await openStage(provider, capabilities);
  try {
    await expect(scenario.play(stage)).rejects.toThrow();
  } finally {
    await stage.close();
    await account.close();
  }
});
