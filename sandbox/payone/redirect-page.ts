/** The page that a REDIRECT leads to: a person completes or abandons the payment there and is sent back to the shop. */

import type { ServerResponse } from 'node:http';
import type { Platform } from './platform.ts';
import { finishRedirect } from './set-up.ts';

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** GET shows the page; POST to `<txid>/complete` or `<txid>/abandon` ends it, the notice goes first (provider notes A8). */
export function redirectPage(
  platform: Platform,
  method: string,
  [txid = '', outcome]: readonly string[],
  response: ServerResponse,
): void {
  const process = platform.books.processes.get(txid);
  const page = (status: number, html: string): void => {
    response
      .writeHead(status, { 'content-type': 'text/html; charset=UTF-8' })
      .end(`<!doctype html><title>Sandbox</title>${html}`);
  };
  if (process === undefined) return page(404, '<p>No such payment.</p>');
  if (method === 'GET') {
    const button = (name: string): string =>
      `<form method="post" action="/redirect/${txid}/${name}"><button>${name}</button></form>`;
    const what = `${escape(process.reference)}: ${process.amount} ${escape(process.currency)} (minor units)`;
    return page(
      200,
      process.waitsFor === 'customer'
        ? `<p>${what}</p>${button('complete')}${button('abandon')}`
        : '<p>Done.</p>',
    );
  }
  if (method !== 'POST' || (outcome !== 'complete' && outcome !== 'abandon'))
    return page(405, '<p>complete or abandon</p>');
  if (!finishRedirect(platform, process, outcome)) return page(409, '<p>Already done.</p>');
  const back = process.form.get(outcome === 'complete' ? 'successurl' : 'errorurl');
  if (back === undefined) return page(200, '<p>Done.</p>');
  response.writeHead(303, { location: back }).end();
}
