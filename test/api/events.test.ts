/** Rule: a listener gets every entry of one payment once and in order, from where it was, until the payment is closed. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { MOST_STREAMS } from '../../api/event-feed.ts';
import type { LedgerEntry } from '../../payment/ledger.ts';
import { CREATE, eur, TOKENS } from './edge.ts';
import { MemoryPayments } from './memory-payments.ts';
import { wire } from './wire.ts';

const PACE = { least: 10, most: 40, heartbeat: 30 };

/** Memory with an end that the test writes, and a count of how often the ledger was read. */
class Watched extends MemoryPayments {
  reads = 0;
  closing: LedgerEntry | null = null;
  failing = false;

  override async ledger(payment: string) {
    this.reads += 1;
    if (this.failing) throw new Error('no engine');
    const entries = await super.ledger(payment);
    return this.closing === null ? entries : [...entries, this.closing];
  }

  async close(payment: string): Promise<void> {
    const entries = await super.ledger(payment);
    const last = entries.at(-1);
    if (last !== undefined)
      this.closing = { ...last, n: last.n + 1, type: 'payment.closed', operation: null };
  }
}

async function opened() {
  const payments = new Watched();
  const made = await wire(payments, { pace: PACE });
  await made.ask('POST', '/v1/payments', { body: CREATE });
  const listen = async (headers: Record<string, string> = {}) => {
    const gone = new AbortController();
    onTestFinished(() => gone.abort());
    const answer = await fetch(`${made.url}/v1/payments/o-1/events`, {
      headers: { authorization: `Bearer ${TOKENS.viewer}`, ...headers },
      signal: gone.signal,
    });
    return { answer, read: reader(answer), leave: () => gone.abort() };
  };
  return { payments, ...made, listen };
}

/** Reads on until what came so far is enough, or the stream ended. */
function reader(answer: Response): (enough?: (text: string) => boolean) => Promise<string> {
  const body = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = '';
  return async (enough = () => false) => {
    while (!enough(text)) {
      const { done, value } = (await body?.read()) ?? { done: true, value: undefined };
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    return text;
  };
}

const numbers = (text: string): number[] => [...text.matchAll(/^id: (\d+)$/gm)].map(([, n]) => Number(n));

describe('GET …/events', () => {
  it('sends the entries so far, each new one, and ends with the payment', async () => {
    const { ask, payments, listen } = await opened();
    const { answer, read } = await listen();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    await read((text) => numbers(text).length >= 3);
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(100) } });
    await read((text) => text.includes('capture.approved'));
    await payments.close('o-1');
    const text = await read();
    const ledger = await payments.ledger('o-1');
    const frames = text.split('\n\n').filter((frame) => frame.startsWith('id: '));
    expect(frames).toEqual(
      ledger.map((entry) => `id: ${entry.n}\nevent: entry\ndata: ${JSON.stringify(entry)}`),
    );
  });

  it('goes on after Last-Event-ID, and has nothing more to say of a closed payment', async () => {
    const { payments, listen } = await opened();
    await payments.close('o-1');
    expect(numbers(await (await listen({ 'last-event-id': '2' })).read())).toEqual([3, 4]);
    expect((await listen({ 'last-event-id': '4' })).answer.status).toBe(204);
  });

  it('shows that it lives while nothing happens', async () => {
    const { listen } = await opened();
    const { read } = await listen();
    expect(await read((text) => text.includes('\n: '))).toContain(': still here\n\n');
  });

  it('reads the ledger once for all listeners, and no more when they have gone', async () => {
    const { payments, listen } = await opened();
    const listening = await Promise.all(Array.from({ length: 10 }, () => listen()));
    for (const { read } of listening) await read((text) => numbers(text).length >= 3);
    const before = payments.reads;
    await new Promise((resolve) => setTimeout(resolve, 400));
    // 10 listeners that each looked every 40 ms would have read about 100 times.
    expect(payments.reads - before).toBeLessThan(50);
    for (const { leave } of listening) leave();
    let rested = false;
    for (let k = 0; k < 50 && !rested; k += 1) {
      const after = payments.reads;
      await new Promise((resolve) => setTimeout(resolve, 200));
      rested = payments.reads === after;
    }
    expect(rested).toBe(true);
  });

  it('outlives an engine that does not answer', async () => {
    const { ask, payments, listen } = await opened();
    const { read } = await listen();
    await read((text) => numbers(text).length >= 3);
    payments.failing = true;
    await new Promise((resolve) => setTimeout(resolve, 60));
    payments.failing = false;
    await ask('POST', '/v1/payments/o-1/captures', { body: { id: 'c-1', amount: eur(100) } });
    expect(numbers(await read((text) => numbers(text).length >= 6))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('keeps a bounded number of streams for each token', async () => {
    const { listen, url } = await opened();
    const listening = [];
    for (let k = 0; k < MOST_STREAMS; k += 1) listening.push(await listen());
    const { answer } = await listen();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '5']);
    const other = await fetch(`${url}/v1/payments/o-1/events`, {
      headers: { authorization: `Bearer ${TOKENS.auditor}` },
    });
    expect(other.status).toBe(200);
    await other.body?.cancel();
    listening[0]?.leave();
    let status = 429;
    for (let k = 0; k < 50 && status === 429; k += 1) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      status = (await listen()).answer.status;
    }
    expect(status).toBe(200);
  });

  it('ends its streams when the server ends', async () => {
    const { listen, end } = await opened();
    const { read } = await listen();
    await read((text) => numbers(text).length >= 3);
    await Promise.all([end(), read()]);
    expect(numbers(await read())).toEqual([1, 2, 3]);
  });

  it('refuses what is no number of an entry, and a payment that is not there', async () => {
    const { ask } = await opened();
    for (const last of ['x', '-1', '1.5'])
      expect(
        await ask('GET', '/v1/payments/o-1/events', { headers: { 'last-event-id': last } }),
      ).toMatchObject({ status: 400, body: { errors: [{ path: 'Last-Event-ID' }] } });
    expect((await ask('GET', '/v1/payments/o-9/events')).body).toMatchObject({ code: 'not-found' });
    expect((await ask('GET', '/v1/payments/o-1/events', { token: null })).status).toBe(401);
  });
});
