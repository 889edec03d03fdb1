/** The post-gateway: reads a form, runs the request, answers in plain text, HTTP 200 also for errors (provider notes A1). */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from '../twin/body.ts';
import type { Faults, NoticeFault } from '../twin/faults.ts';
import { staysOutside } from '../twin/faults.ts';
import { sleepUnlessGone, spoil } from '../twin/spoil.ts';
import { errorAnswer, writeAnswer } from './answers.ts';
import { masked } from './books.ts';
import { capture } from './capture.ts';
import { checkRequest } from './checks.ts';
import { debit } from './debit.ts';
import type { Fault } from './faults.ts';
import { plainText, wording } from './faults.ts';
import type { Form } from './form.ts';
import { readForm } from './form.ts';
import type { Platform, Reply } from './platform.ts';
import { refused } from './platform.ts';
import { refuse } from './refusal.ts';
import { setUp } from './set-up.ts';

/** 400 lines of the largest size fit. */
const largestBody = 4 * 1_048_576;

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

export async function gateway(
  platform: Platform,
  faults: Faults<Fault>,
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
  const { delay, answer: fault, notices } = faults.take(Object.fromEntries(form));
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
  const spoilt =
    fault === undefined ? undefined : await spoil(response, { status: 200, text }, fault, wording);
  record.delivered = spoilt ?? 'answer';
  if (spoilt === undefined) response.writeHead(200, plainText).end(text);
}

/** For requests that are not a POST to the gateway. */
export function notAllowed(response: ServerResponse): void {
  response
    .writeHead(405, { ...plainText, allow: 'POST' })
    .end(writeAnswer(errorAnswer(refuse(2008, 'POST only'))));
}
