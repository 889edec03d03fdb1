/** The post-gateway: reads a form, runs the request, answers in plain text, HTTP 200 also for errors (provider notes A1). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorAnswer, writeAnswer } from './answers.ts';
import { masked } from './books.ts';
import { capture } from './capture.ts';
import { checkRequest } from './checks.ts';
import { debit } from './debit.ts';
import type { Fault } from './faults.ts';
import { plainText, spoil, staysOutside } from './faults.ts';
import type { Faults } from './faults.ts';
import type { Form } from './form.ts';
import { readForm } from './form.ts';
import type { NoticeFault } from './notifications.ts';
import type { Platform, Reply } from './platform.ts';
import { refused } from './platform.ts';
import { refuse } from './refusal.ts';
import { setUp } from './set-up.ts';

/** 400 lines of the largest size fit. */
const largestBody = 4 * 1_048_576;

/** @returns the body, or undefined when it is larger than `limit` bytes */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > limit) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

/** Runs a request whose form could be read. */
export function runRequest(platform: Platform, form: Form, fault?: NoticeFault): Reply {
  const checked = checkRequest(form, platform.settings);
  if ('code' in checked) return refused(checked);
  switch (checked.request) {
    case 'preauthorization':
    case 'authorization':
      return setUp(platform, form, checked.request, fault);
    case 'capture':
      return capture(platform, form, fault);
    case 'debit':
    case 'refund':
      return debit(platform, form, checked.request, fault);
  }
}

function run(
  platform: Platform,
  read: ReturnType<typeof readForm>,
  formType: boolean,
  fault: Fault | undefined,
  notices?: NoticeFault,
): Reply {
  if (!formType) return refused(refuse(2008, 'content type is not application/x-www-form-urlencoded'));
  if ('refusal' in read) return refused(read.refusal);
  if (fault?.fault === 'busy-907') return refused(refuse(907));
  return runRequest(platform, read.form, notices);
}

/** A caller who leaves has nothing to wait for; what was booked stands. */
async function sleepUnlessGone(response: ServerResponse, milliseconds: number): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  response.once('close', leave);
  await sleep(milliseconds, undefined, { ref: false, signal: gone.signal }).catch(() => undefined);
  response.off('close', leave);
}

export async function gateway(
  platform: Platform,
  faults: Faults,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, largestBody);
  if (body === undefined) {
    response.writeHead(413, { ...plainText, connection: 'close' }).end('');
    return;
  }
  const read = readForm(body);
  const form: Form = 'form' in read ? read.form : new Map();
  const { delay, answer: fault, notices } = faults.take(form);
  const record = platform.books.logRequest({
    request: form.get('request'),
    txid: form.get('txid'),
    parameters: masked(form),
    tookEffect: false,
    answer: null,
    delivered: 'nothing yet',
  });
  if (delay?.at === 'before') await sleep(delay.delayMs, undefined, { ref: false });
  let text = '';
  if (!staysOutside(fault)) {
    const type = request.headers['content-type'] ?? '';
    const reply = run(
      platform,
      read,
      /^application\/x-www-form-urlencoded(\s*;|$)/i.test(type),
      fault,
      notices,
    );
    text = writeAnswer(reply.answer);
    record.tookEffect = reply.booked;
    record.answer = text.slice(0, 2_048);
    record.txid = reply.txid ?? record.txid;
  }
  if (delay !== undefined && delay.at !== 'before') await sleepUnlessGone(response, delay.delayMs);
  if (response.destroyed) {
    record.delivered = 'caller had gone';
    return;
  }
  if (fault !== undefined && fault.fault !== 'busy-907') {
    record.delivered = await spoil(response, text, fault);
    return;
  }
  record.delivered = 'answer';
  response.writeHead(200, plainText).end(text);
}

/** For requests that are not a POST to the gateway. */
export function notAllowed(response: ServerResponse): void {
  response
    .writeHead(405, { ...plainText, allow: 'POST' })
    .end(writeAnswer(errorAnswer(refuse(2008, 'POST only'))));
}
