/** The page that `redirect-authorization` leads to: a person completes, fails or abandons the payment and is sent back. */

import type { ServerResponse } from 'node:http';
import type { Platform } from './platform.ts';
import { awaitsPayer } from './platform.ts';

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

const OUTCOMES = ['complete', 'fail', 'abandon'] as const;

/** @param path behind the host: `/<instrument>/payments/authorize/<uuid>[/<outcome>]` */
export function payerPage(platform: Platform, method: string, path: string, response: ServerResponse): void {
  const [, instrument, uuid = '', wanted] =
    /^\/([a-z]+)\/payments\/authorize\/([^/]+)(?:\/([a-z]+))?$/.exec(path) ?? [];
  const payment = platform.books.payments.get(uuid);
  const page = (status: number, html: string): void => {
    response
      .writeHead(status, { 'content-type': 'text/html; charset=UTF-8' })
      .end(`<!doctype html><title>Sandbox</title>${html}`);
  };
  if (payment === undefined || payment.instrument !== instrument) return page(404, '<p>No such payment.</p>');
  if (method === 'GET') {
    const button = (name: string): string =>
      `<form method="post" action="${path}/${name}"><button>${name}</button></form>`;
    const what = `${escape(payment.description)}: ${payment.amount} ${escape(payment.currency)} (minor units)`;
    return page(
      200,
      awaitsPayer(payment) ? `<p>${what}</p>${OUTCOMES.map(button).join('')}` : '<p>Done.</p>',
    );
  }
  const outcome = OUTCOMES.find((name) => name === wanted);
  if (method !== 'POST' || outcome === undefined) return page(405, '<p>complete, fail or abandon</p>');
  if (!platform.payer(payment, outcome)) return page(409, '<p>Already done.</p>');
  const back = payment.urls[outcome === 'abandon' ? 'cancelUrl' : 'completeUrl'];
  if (back === undefined) return page(200, '<p>Done.</p>');
  response.writeHead(303, { location: back }).end();
}
