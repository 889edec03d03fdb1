/** The endpoints of a configuration, ready to be posted to. */
import type { LookupAddress } from 'node:dns';
import type { Agent } from 'undici';
import { request } from 'undici';
import type { WebhookEvent } from '../activities/contract.ts';
import type { Posted, WebhookPort } from '../activities/webhook-activities.ts';
import type { ConfigurationFault } from '../providers/configuration-error.ts';
import type { Configuration } from './configuration.ts';
import { pathText, refuse } from './configuration-fault.ts';
import { addressFault } from './outgoing-address.ts';
import { guardedAgent, RefusedAddress } from './webhook-agent.ts';
import { webhookMessage } from './webhook-message.ts';

type Endpoint = Configuration['webhooks'][number];

export interface EndpointOptions {
  /** Milliseconds from the call to the last byte of the answer. @default 15 000 */
  readonly timeoutMs?: number;
  /** How a name becomes addresses; for tests. @default the system's resolver */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

export interface WebhookEndpoints extends WebhookPort {
  readonly names: readonly string[];
  close(): Promise<void>;
}

/** An answer is read so far that the connection can be used again; what it says counts for nothing. */
const MOST_ANSWERED = 65_536;

/**
 * @param configuration - of which `webhooks` are the endpoints; they may name accounts of it.
 * @throws ConfigurationError for an address that would never be talked to, or an account that is not there.
 */
export function configureWebhooks(
  { webhooks, accounts }: Pick<Configuration, 'webhooks' | 'accounts'>,
  options: EndpointOptions = {},
): WebhookEndpoints {
  refuse(webhooks.flatMap((webhook, index) => faultsOf(webhook, index, accounts)));
  const opened = new Map(webhooks.map((webhook) => [webhook.name, new Post(webhook, options)] as const));
  return {
    names: [...opened.keys()],
    wanting: (account, type) =>
      webhooks.filter((webhook) => isWanted(webhook, account, type)).map(({ name }) => name),
    post: async (endpoint, event) =>
      (await opened.get(endpoint)?.send(event)) ?? { arrived: false, reason: 'unknown-endpoint' },
    close: async () => {
      for (const post of opened.values()) await post.close();
    },
  };
}

/** Whether some endpoint wants to hear of payments of this account. */
export const anyWants = (webhooks: readonly Endpoint[], account: string): boolean =>
  webhooks.some(({ accounts }) => accounts?.includes(account) ?? true);

/** `capture.approved`, or `capture.*` for every one of its kind. */
const isWanted = ({ accounts, types }: Endpoint, account: string, type: string): boolean =>
  (accounts?.includes(account) ?? true) &&
  (types?.some((each) => each === type || each === type.replace(/\..*$/, '.*')) ?? true);

function faultsOf(
  { url, allowPrivate, accounts = [] }: Endpoint,
  index: number,
  known: Configuration['accounts'],
): readonly ConfigurationFault[] {
  const fault = addressFault(url, allowPrivate);
  return [
    ...(fault === null ? [] : [{ path: pathText(['webhooks', index, 'url']), message: fault }]),
    ...accounts.flatMap((name, place) =>
      known[name] === undefined
        ? [{ path: pathText(['webhooks', index, 'accounts', place]), message: 'is no account' }]
        : [],
    ),
  ];
}

class Post {
  readonly #url: string;
  readonly #secrets: readonly string[];
  readonly #timeoutMs: number;
  readonly #agent: Agent;

  constructor({ url, secret, allowPrivate }: Endpoint, { timeoutMs = 15_000, resolve }: EndpointOptions) {
    this.#url = url;
    this.#secrets = typeof secret === 'string' ? [secret] : secret;
    this.#timeoutMs = timeoutMs;
    this.#agent = guardedAgent({
      allowPrivate,
      connectTimeoutMs: Math.min(timeoutMs, 10_000),
      maxAnswerBytes: MOST_ANSWERED,
      ...(resolve === undefined ? {} : { resolve }),
    });
  }

  /** One POST; no redirect is followed. */
  async send(event: WebhookEvent): Promise<Posted> {
    const { headers, body } = webhookMessage(event, this.#secrets);
    try {
      const answer = await request(this.#url, {
        method: 'POST',
        dispatcher: this.#agent,
        headers,
        body,
        signal: AbortSignal.timeout(this.#timeoutMs),
      });
      const { statusCode: status } = answer;
      // Whoever said 2xx has it, also where the rest of the answer does not come.
      await answer.body.dump({ limit: MOST_ANSWERED }).catch(() => undefined);
      return { arrived: true, status, retryAfter: retryAfterOf(answer.headers['retry-after']) };
    } catch (error) {
      return { arrived: false, reason: failureReason(error) };
    }
  }

  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/** Seconds or a date (RFC 9110, section 10.2.3), in milliseconds from now. */
function retryAfterOf(value: string | string[] | undefined): number | null {
  if (typeof value !== 'string') return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - Date.now());
}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused-connection',
  ENOTFOUND: 'unresolved-name',
  EAI_AGAIN: 'unresolved-name',
  ECONNRESET: 'connection-lost',
  UND_ERR_SOCKET: 'connection-lost',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'answer-too-large',
};

/** A word and nothing that was sent or answered. */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error instanceof RefusedAddress) return 'refused-address';
  if (error.name === 'TimeoutError') return 'timeout';
  const code: unknown = 'code' in error ? error.code : undefined;
  if (typeof code !== 'string') return 'failed';
  return (
    REASONS[code] ??
    (/^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO|SELF_SIGNED|EPROTO)/.test(code) ? 'tls' : 'failed')
  );
}
