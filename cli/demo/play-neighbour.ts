import { setTimeout as delay } from 'node:timers/promises';
import type { Neighbour, Table } from './neighbour.ts';
import type { Progress, Track } from './progress.ts';
import type { Stage } from './stage.ts';

const POLL_MS = 200;
const PATIENCE_MS = 90_000;
const OPEN = new Set(['planned', 'sent', 'unknown', 'pending']);
const LISTS = { captures: 'captures', release: 'releases', refunds: 'refunds' } as const;

/** Plays one order at another provider over the HTTP edge, and waits until nothing of it is open. */
export async function playNeighbour(
  stage: Stage,
  neighbour: Neighbour,
  progress: Progress,
  track: Track,
): Promise<void> {
  const payment = stage.idOf(neighbour.id);
  const admin = stage.neighbours[neighbour.id];
  if (admin === undefined) throw new Error(`${neighbour.id} has no twin`);
  let done = 0;
  const table: Table = {
    admin,
    payment,
    tell: (phase) => progress.update(track, phase, { done: (done += 1) }),
    create: async (body) => {
      await stage.shop.post('/v1/payments', { id: payment, account: neighbour.account, ...body });
    },
    async end(path, body, state = 'approved') {
      const { id } = body as { id: string };
      await stage.shop.post(`/v1/payments/${payment}/${path}`, body);
      const found = await until(stage, payment, (view) => {
        const made = operation(view, LISTS[path], id);
        return made !== undefined && (made === state || !OPEN.has(made)) ? made : null;
      });
      if (found !== state) throw new Error(`${neighbour.id}: ${id} is ${found}, expected ${state}`);
    },
  };
  // A call that is under way when the worker is killed is unknown, and where nothing is repeated only a person ends that.
  progress.update(track, 'waits until the worker was killed');
  await Promise.race([stage.restarted, delay(PATIENCE_MS, undefined, { ref: false })]);
  progress.update(track, 'authorising', { state: 'runs' });
  await neighbour.play(table);
  await until(stage, payment, (view) => (openIn(view) ? null : 'settled'));
  progress.update(track, 'done', { done: track.steps, state: 'done' });
}

type View = Record<string, unknown>;
interface Made {
  readonly id: string;
  readonly state: string;
}

const operation = (view: View, list: string, id: string): string | undefined =>
  (view[list] as readonly Made[]).find((made) => made.id === id)?.state;

const openIn = (view: View): boolean =>
  Object.values(LISTS).some((list) => (view[list] as readonly Made[]).some(({ state }) => OPEN.has(state)));

async function until(stage: Stage, payment: string, wanted: (view: View) => string | null): Promise<string> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const found = wanted(await stage.shop.get(`/v1/payments/${payment}`));
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${payment}: waited ${PATIENCE_MS / 1000} s`);
}
