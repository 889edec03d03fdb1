import { buildServer } from '../../api/server.ts';
import { hashToken } from '../../api/auth.ts';
import type { NoticeRates } from '../../api/notice-limit.ts';
import { NoticeTally } from '../../api/notices.ts';
import type { Notice } from '../../payment/notice.ts';
import type { IncomingNotice, NoticeVerdict } from '../../providers/provider.ts';
import { MemoryPayments } from './memory-payments.ts';

export const TOKENS = {
  operator: 'operator-token-0001',
  viewer: 'viewer-token-00001',
  auditor: 'auditor-token-0001',
} as const;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Record<string, unknown>;
  readonly text: string;
}

interface Ask {
  readonly token?: string | null;
  readonly body?: unknown;
  /** Sent as it is. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Address of the client. */
  readonly from?: string;
}

/** The edge over the engine in memory, asked without a socket. @param own - of the account that takes notices. */
export function edge(
  own: { readonly pathToken?: string; readonly guarded?: boolean } = {},
  noticeRates?: NoticeRates,
) {
  const incoming: IncomingNotice[] = [];
  const written: string[] = [];
  const payments = new MemoryPayments();
  const tally = new NoticeTally();
  const delivered: { account: string; notice: Notice }[] = [];
  const state = { missing: [] as string[], verdict: undefined as NoticeVerdict | undefined, durable: true };
  const server = buildServer({
    payments,
    tally,
    ...(noticeRates === undefined ? {} : { noticeRates }),
    checksAnswers: true,
    tokens: (['operator', 'viewer', 'auditor'] as const).map((role) => ({
      name: role,
      hash: hashToken(TOKENS[role]),
      role,
    })),
    missing: async () => state.missing,
    logger: { level: 'info', stream: { write: (line: string) => written.push(line) } },
    notices: {
      account: (name) =>
        name === 'payone-de'
          ? {
              acknowledgement: 'TSOK',
              readNotice: (one) => {
                incoming.push(one);
                return state.verdict ?? { verdict: 'malformed', why: 'no verdict' };
              },
              ...own,
            }
          : undefined,
      deliver: async (account, notice) => {
        if (!state.durable) throw new Error('no server');
        delivered.push({ account, notice });
      },
    },
  });
  const ask = async (
    method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
    url: string,
    how: Ask = {},
  ): Promise<Answer> => {
    const token = how.token === undefined ? TOKENS.operator : how.token;
    const payload = how.raw ?? (how.body === undefined ? undefined : JSON.stringify(how.body));
    const answer = await server.inject({
      method,
      url,
      headers: {
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...how.headers,
      },
      ...(payload === undefined ? {} : { payload }),
      ...(how.from === undefined ? {} : { remoteAddress: how.from }),
    });
    const json = String(answer.headers['content-type'] ?? '').includes('json');
    return {
      status: answer.statusCode,
      headers: answer.headers,
      text: answer.body,
      body: json ? (JSON.parse(answer.body) as Record<string, unknown>) : {},
    };
  };
  return { payments, server, ask, state, tally, delivered, incoming, log: () => written.join('') };
}

export const CREATE = {
  id: 'o-1',
  account: 'payone-de',
  amount: { value: 10_000, currency: 'EUR' },
  authorization: { request: { method: 'cc', options: { pseudocardpan: '9410010000000000001' } } },
} as const;

export const eur = (value: number) => ({ value, currency: 'EUR' });
