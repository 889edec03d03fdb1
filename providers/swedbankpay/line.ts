import { randomUUID } from 'node:crypto';
import type { Exchange } from '../../payment/outcome.ts';
import {
  type HttpClient,
  type HttpContext,
  type HttpRequest,
  type HttpResult,
  openHttpClient,
} from '../http.ts';
import type { SwedbankPayAccount } from './account.ts';
import { exchangeOf } from './exchange.ts';

/** One exchange as it went, with the record of it. */
export interface Spoken {
  readonly result: HttpResult;
  readonly exchange: Exchange;
}

/** The connections of one account to the one host that it trusts: the token goes nowhere else. */
export class Line {
  readonly #account: SwedbankPayAccount;
  readonly #http: HttpClient;

  constructor(account: SwedbankPayAccount) {
    this.#account = account;
    this.#http = openHttpClient({ timeoutMs: account.timeoutMs });
  }

  get(url: string, context: HttpContext): Promise<Spoken> {
    return this.#speak({ method: 'GET', url, headers: this.#headers() }, context);
  }

  post(url: string, body: string, context: HttpContext): Promise<Spoken> {
    const headers = { ...this.#headers(), 'content-type': 'application/json' };
    return this.#speak({ method: 'POST', url, headers, body }, context);
  }

  /** The address of an id, joined to the base; null for one that is on another host. */
  addressOf(id: string): string | null {
    if (/^https?:/i.test(id)) return this.follow(id);
    if (!id.startsWith('/') || id.startsWith('//') || id.includes('\\')) return null;
    return this.follow(this.#account.url.replace(/\/+$/, '') + id);
  }

  /** An address that an answer gave, if it is on the configured host; a relative one is on it. */
  follow(href: string): string | null {
    const base = new URL(this.#account.url);
    const url = URL.canParse(href, base.href) ? new URL(href, base.href) : null;
    return url === null || url.origin !== base.origin || url.username !== '' ? null : url.href;
  }

  close(): Promise<void> {
    return this.#http.close();
  }

  async #speak(request: HttpRequest, context: HttpContext): Promise<Spoken> {
    const result = await this.#http.send(request, context);
    return { result, exchange: exchangeOf(request, result) };
  }

  /** `Session-Id` is for tracing: fresh for each request and no key of anything (provider notes B2). */
  #headers(): Record<string, string> {
    return {
      authorization: `Bearer ${this.#account.accessToken}`,
      accept: 'application/problem+json, application/json',
      'session-id': randomUUID(),
    };
  }
}
