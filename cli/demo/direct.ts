import { CARD, CUSTOMER } from './play.ts';
import type { Progress, Track } from './progress.ts';
import type { Stage } from './stage.ts';

export const DIRECT = {
  id: 'declined-once',
  scenario: '5: a declined capture, then a smaller one',
  account: 'shop',
} as const;

/** The twin declines a capture whose amount ends in 77055 with 55; minor units. */
const DECLINED = 77_055;
const AUTHORISED = 100_000;
const SMALLER = 60_000;

const EUR = (value: number) => ({ value, currency: 'EUR' });

/** An order without an order workflow: a shop that calls the HTTP edge itself. */
export async function playDirect(stage: Stage, progress: Progress, track: Track): Promise<void> {
  progress.update(track, 'authorising', { state: 'runs' });
  await stage.shop.post('/v1/payments', {
    id: stage.idOf(DIRECT.id),
    account: DIRECT.account,
    amount: EUR(AUTHORISED),
    authorization: { request: { method: 'cc', customer: CUSTOMER, options: { pseudocardpan: CARD } } },
  });
  progress.update(track, `captures ${DECLINED}`, { done: 1 });
  const first = await capture(stage, 'c-1', { amount: EUR(DECLINED) });
  if (first !== 'declined') throw new Error(`${DIRECT.id}: capture c-1 is ${first}, expected declined`);
  progress.update(track, `declined; captures ${SMALLER} as the last`, { done: 2 });
  const second = await capture(stage, 'c-2', { amount: EUR(SMALLER), final: true });
  if (second !== 'approved') throw new Error(`${DIRECT.id}: capture c-2 is ${second}, expected approved`);
  progress.update(track, 'done', { done: 3, state: 'done' });
}

const MOST_POLLS = 200;
const OPEN = new Set(['planned', 'sent', 'unknown', 'pending']);

/** 202 means that it goes on: the capture is read until it ends. */
async function capture(stage: Stage, id: string, body: object): Promise<string> {
  let answer = await stage.shop.post(`/v1/payments/${stage.idOf(DIRECT.id)}/captures`, { id, ...body });
  for (let polls = 0; OPEN.has(String(answer['state'])) && polls < MOST_POLLS; polls++) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    answer = await stage.shop.get(`/v1/payments/${stage.idOf(DIRECT.id)}/captures/${id}`);
  }
  if (answer['state'] === 'not_performed') throw new Error(JSON.stringify(answer));
  return String(answer['state']);
}
