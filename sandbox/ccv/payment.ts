/** `POST /terminal/payment` and `/terminal/status`: JSON both ways, HTTP 200 also for refusals. */

import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { readBody } from '../twin/body.ts';
import type { Faults, Fields } from '../twin/faults.ts';
import { staysOutside } from '../twin/faults.ts';
import { sleepUnlessGone, spoil } from '../twin/spoil.ts';
import { minorUnits } from './currency.ts';
import type { Fault } from './faults.ts';
import { json, wording } from './faults.ts';
import { asPrinted } from './receipts.ts';
import { checkPayment, readMembers } from './request.ts';
import type { Reply, Terminal } from './terminal.ts';

const largestBody = 1_048_576;

export function send(response: ServerResponse, body: string, status = 200): void {
  response.writeHead(status, { ...json, 'content-length': Buffer.byteLength(body) }).end(body);
}

type Members = Readonly<Record<string, unknown>>;

const refused = (status: string, why: string): Reply => ({
  status,
  why,
  members: {},
  hold: undefined,
  booked: false,
});

/** Checks a request, and carries it out in the time that it takes, whether or not the caller waits. */
async function run(
  terminal: Terminal,
  members: Members | undefined,
  type: string,
  fault?: Fault,
): Promise<Reply> {
  if (!/^application\/json(\s*;|$)/i.test(type)) return refused('FORMAT_ERROR', 'content type');
  if (members === undefined) return refused('PARSING_ERROR', 'no JSON object');
  const request = checkPayment(members, terminal.settings);
  if ('status' in request) return refused(request.status, request.why);
  if (fault?.fault === 'busy') return refused('BUSY', 'as told');
  const closed = terminal.closed();
  if (closed !== undefined) return refused(closed.status, closed.why);
  if (!terminal.use(request.requestId)) return refused('VALIDATION_ERROR', 'the requestId was used before');
  const { authoriseMs, captureMs } = terminal.settings;
  terminal.running = true;
  terminal.unfetched = false;
  try {
    const takes = request.paymentType === 'AUTHORISE' ? authoriseMs : captureMs;
    if (takes > 0) await sleep(takes, undefined, { ref: false });
    const forced =
      fault?.fault === 'status' ? { status: fault.status, booked: fault.at !== 'before' } : undefined;
    return terminal.perform(request, forced);
  } finally {
    terminal.running = false;
  }
}

/** The answer as text: numbers keep their digits, and receipts break it where they are to be as printed in the seed. */
function write(terminal: Terminal, { status, members }: Reply): string {
  const pairs = Object.entries(members).map(
    ([name, value]) => `,"${name}":${typeof value === 'string' ? JSON.stringify(value) : value.number}`,
  );
  const text = `{"status":${JSON.stringify(status)}${pairs.join('')}}`;
  return terminal.settings.receipts === 'as-printed' ? asPrinted(text) : text;
}

const plain = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'written' in value ? value.written : value;

/** A member as faults and books know it. */
const texted = (members: Members | undefined, name: string): string | undefined => {
  const value = members?.[name];
  return typeof value === 'string' ? value : undefined;
};

function matched(members: Members | undefined): Fields {
  const written = String(plain(members?.['amount']));
  const currency = texted(members, 'currency');
  const amount = minorUnits(written, currency ?? 'EUR');
  return {
    paymentType: texted(members, 'paymentType'),
    requestId: texted(members, 'requestId'),
    amount: amount === undefined ? undefined : String(amount),
    currency,
    authReference: texted(members, 'authReference'),
  };
}

const shown = (members: Members | undefined): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(members ?? {})
      .slice(0, 40)
      .map(([name, value]) => [name.slice(0, 64), name === 'authReference' ? '***' : plain(value)]),
  );

export async function payment(
  terminal: Terminal,
  faults: Faults<Fault>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, largestBody);
  if (body === undefined) {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const members = readMembers(body);
  const { delay, answer: fault } = faults.take(matched(members));
  const record = terminal.books.logRequest({
    paymentType: texted(members, 'paymentType') ?? null,
    requestId: texted(members, 'requestId') ?? null,
    parameters: shown(members),
    hold: null,
    tookEffect: false,
    status: null,
    why: null,
    delivered: 'nothing yet',
  });
  if (delay?.at === 'before') await sleep(delay.delayMs, undefined, { ref: false });
  let text = '';
  if (!staysOutside(fault)) {
    const reply = await run(terminal, members, request.headers['content-type'] ?? '', fault);
    text = write(terminal, reply);
    record.tookEffect = reply.booked;
    record.status = reply.status;
    record.why = reply.why;
    record.hold = reply.hold?.id ?? null;
  }
  if (delay !== undefined && delay.at !== 'before') await sleepUnlessGone(response, delay.delayMs);
  if (response.destroyed) record.delivered = 'caller had gone';
  else {
    const spoilt =
      fault === undefined ? undefined : await spoil(response, { status: 200, text }, fault, wording);
    record.delivered = spoilt ?? 'answer';
    if (spoilt === undefined) send(response, text);
  }
  if (record.tookEffect && record.delivered !== 'answer') terminal.unfetched = true;
}

/** `/terminal/status` (provider notes 1.7). It says how the terminal is, and nothing of any payment. */
export function status(terminal: Terminal, response: ServerResponse): void {
  const idle = terminal.unfetched ? 'REPRINT_TICKET' : terminal.settings.state;
  const terminalState = terminal.running
    ? 'BUSY'
    : terminal.settings.state === 'IDLE'
      ? idle
      : terminal.settings.state;
  const terminalAction = terminal.closed() === undefined ? 'OK' : 'WAIT';
  send(
    response,
    JSON.stringify({ status: 'SUCCESS', terminalAction, terminalId: terminal.terminalId, terminalState }),
  );
}
