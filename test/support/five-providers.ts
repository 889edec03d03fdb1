// The four providers beside PAYONE with their twins in processes of their own, for tests that drive the client or the edges.
import type { HoldReference } from '../../payment/hold.ts';
import type { ProviderAccount } from '../../providers/provider.ts';
import { providers } from '../../providers/registry.ts';
import { spawnCcvTwin } from '../../sandbox/ccv/spawn.ts';
import { spawnFinlineTwin } from '../../sandbox/finline/spawn.ts';
import { spawnPaymentOptionsTwin } from '../../sandbox/paymentoptions/spawn.ts';
import { spawnSwedbankPayTwin } from '../../sandbox/swedbankpay/spawn.ts';
import { besideTwin } from '../../cli/twins.ts';

export const NAMES = ['swedbankpay', 'ccv', 'paymentoptions', 'finline'] as const;
export type Name = (typeof NAMES)[number];

type Json = Readonly<Record<string, unknown>>;

/** One provider: its account, and the twin behind it. */
export interface Bench {
  readonly account: ProviderAccount;
  readonly currency: string;
  /** A hold that was made elsewhere. */
  hold(amount: number): Promise<HoldReference>;
  /** Captures this much elsewhere. */
  observe(hold: HoldReference, amount: number): Promise<void>;
  /** What the twin is asked on its admin side. */
  admin(path: string, body?: Json): Promise<Json>;
  stop(): Promise<void>;
}

/** What the twins know of an account, beside its address. */
export const TWIN_ACCOUNTS: Readonly<Record<Name, Json>> = {
  swedbankpay: { accessToken: 'sandbox-access-token' },
  ccv: {
    operatingEnvironment: 'UNATTENDED',
    accessProtocol: 'OPI_NL',
    language: 'ENG',
    environment: 'EVCHARGING',
  },
  paymentoptions: {
    authorization: 'Basic sandbox-basic-key',
    apiKey: 'sandbox-x-api-key',
    merchantId: 'sandbox-merchant',
  },
  finline: {
    posId: 'dc728de1-51ef-4ef1-80f7-3b44b07b5667',
    apiKey: 'sandbox-api-key',
    apiSecret: 'sandbox-api-secret',
    endpointKey: 'sandbox-endpoint-key',
  },
};

let holds = 0;

/**
 * @param account - name of the account; files share a server, so it differs in each.
 * @param over - over the account's defaults.
 */
export async function openBench(name: Name, account: string, over: Json = {}): Promise<Bench> {
  const twin = await spawn(name);
  const admin = async (path: string, body?: Json): Promise<Json> => {
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    };
    const answer = await fetch(`${twin.url}/admin/${path}`, body === undefined ? {} : post);
    if (!answer.ok) throw new Error(`${name} twin, ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Json;
  };
  const provider = providers.get(name);
  if (provider === undefined) throw new Error(`${name} is not registered`);
  const config = { ...TWIN_ACCOUNTS[name], timeoutMs: 3_000, ...over, provider: name };
  const configured = provider.configure(account, besideTwin(config, twin.address, 'http://127.0.0.1:1/'));
  return {
    account: configured,
    ...MADE_ELSEWHERE[name](admin),
    admin,
    stop: async () => {
      await configured.close();
      await twin.stop();
    },
  };
}

async function spawn(name: Name) {
  switch (name) {
    case 'swedbankpay': {
      const twin = await spawnSwedbankPayTwin();
      return { ...twin, address: twin.url };
    }
    case 'ccv': {
      const twin = await spawnCcvTwin();
      return { ...twin, address: twin.url };
    }
    case 'paymentoptions': {
      const twin = await spawnPaymentOptionsTwin();
      return { ...twin, address: twin.apiUrl };
    }
    case 'finline': {
      const twin = await spawnFinlineTwin();
      return { ...twin, address: twin.apiUrl };
    }
  }
}

type Elsewhere = Pick<Bench, 'currency' | 'hold' | 'observe'>;

const MADE_ELSEWHERE: Readonly<Record<Name, (admin: Bench['admin']) => Elsewhere>> = {
  swedbankpay: (admin) => ({
    currency: 'SEK',
    hold: async (amount) => {
      const made = await admin('payments', { payeeReference: next(), amount, currency: 'SEK' });
      return { payment: String(made['id']) };
    },
    observe: async ({ payment }, amount) => {
      await admin('observe', { payment, kind: 'capture', amount });
    },
  }),
  ccv: (admin) => {
    const ids = new Map<unknown, unknown>();
    return {
      currency: 'EUR',
      hold: async (amount) => {
        const { id, authReference, authReferenceVersion } = await admin('holds', { amount });
        ids.set(authReference, id);
        return {
          authReference: String(authReference),
          authReferenceVersion: String(authReferenceVersion),
        };
      },
      observe: async ({ authReference }, amount) => {
        await admin('observe', { hold: ids.get(authReference), amount });
      },
    };
  },
  paymentoptions: (admin) => ({
    currency: 'JPY',
    hold: async (amount) => {
      const made = await admin('holds', { amount, currency: 'JPY' });
      return { transactionId: String(made['transactionId']) };
    },
    observe: async ({ transactionId }, amount) => {
      await admin('observe', { transactionId, kind: 'capture', amount });
    },
  }),
  finline: (admin) => ({
    currency: 'UAH',
    hold: async (amount) => {
      const orderId = next();
      await admin('orders', { orderId, amount, currency: 'UAH' });
      return { orderId };
    },
    observe: async ({ orderId }, amount) => {
      await admin('observe', { orderId, kind: 'capture', amount });
    },
  }),
};

function next(): string {
  holds += 1;
  return `ELSEWHERE${holds}`;
}
