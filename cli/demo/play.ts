import { type WorkflowHandle } from '@temporalio/client';
import type { fulfilment } from '../../workflows/fulfilment.ts';
import {
  cancelLine,
  type OrderState,
  readProgress,
  returnLine,
  shipItems,
} from '../../workflows/order-messages.ts';
import type { Progress, Track } from './progress.ts';
import type { Stage } from './stage.ts';
import type { Story, StoryStep } from './story.ts';

/** An unscripted card of the twin. */
export const CARD = '9410010000000000001';

/** How long one wait may take; the demo as a whole stays far below. */
const PATIENCE_MS = 90_000;
const POLL_MS = 150;

/** Plays one order through the order workflow. Resolves when everything that was asked has ended. */
export async function playStory(stage: Stage, story: Story, progress: Progress, track: Track): Promise<void> {
  progress.update(track, 'authorising', { state: 'runs' });
  const handle = await stage.temporal.workflow.start<typeof fulfilment>('fulfilment', {
    workflowId: `order/${stage.idOf(story.id)}`,
    taskQueue: stage.taskQueue,
    args: [
      {
        order: {
          id: stage.idOf(story.id),
          account: story.account,
          currency: 'EUR',
          lines: story.lines,
          authorization: { request: { method: 'cc', customer: CUSTOMER, options: { pseudocardpan: CARD } } },
        },
      },
    ],
  });
  const player: Player = { stage, story, progress, track, handle };
  await until(
    player,
    'the authorisation',
    async () => (await handle.query(readProgress)).authorization.state === 'approved',
  );
  for (const [index, step] of story.steps.entries()) {
    progress.update(track, tell(step), { done: index });
    await play(player, step);
  }
  await until(player, 'the order to be complete', async () => settled(await handle.query(readProgress)));
  progress.update(track, 'done', { done: story.steps.length, state: 'done' });
}

export const CUSTOMER = { lastname: 'Jägerweg', country: 'DE' };

interface Player {
  readonly stage: Stage;
  readonly story: Story;
  readonly progress: Progress;
  readonly track: Track;
  readonly handle: WorkflowHandle<typeof fulfilment>;
}

function tell(step: StoryStep): string {
  switch (step.does) {
    case 'ship':
      return `ships ${step.shipment}`;
    case 'cancel':
      return `cancels ${step.item.quantity} ${step.item.line}`;
    case 'return':
      return `takes back ${step.item.quantity} ${step.item.line}`;
    case 'lose-answer':
      return `the answer of capture ${step.sequenceNumber} will be lost`;
    case 'wait-for-lapse':
      return 'waits for the rest to lapse';
  }
}

async function play(player: Player, step: StoryStep): Promise<void> {
  const { stage, story, handle } = player;
  switch (step.does) {
    case 'ship':
      await again(() =>
        handle.executeUpdate(shipItems, {
          updateId: `ship/${step.shipment}`,
          args: [{ shipment: step.shipment, items: step.items }],
        }),
      );
      await until(player, `capture ${step.shipment}`, async () =>
        ended(await handle.query(readProgress), step.shipment),
      );
      return;
    case 'cancel':
      await again(() =>
        handle.executeUpdate(cancelLine, { updateId: `cancel/${step.item.line}`, args: [step.item] }),
      );
      return;
    case 'return': {
      const { id, shipment, item } = step;
      await again(() =>
        handle.executeUpdate(returnLine, { updateId: `return/${id}`, args: [{ id, shipment, ...item }] }),
      );
      await until(player, `refund ${id}`, async () => ended(await handle.query(readProgress), id));
      return;
    }
    case 'lose-answer': {
      const payment = await stage.shop.get(`/v1/payments/${stage.idOf(story.id)}`);
      const { providerReference } = payment['authorization'] as { providerReference: string };
      const match = { request: 'capture', txid: providerReference, sequencenumber: step.sequenceNumber };
      await stage.twins[story.account].admin.fault({ match, fault: 'lost-after' });
      return;
    }
    case 'wait-for-lapse':
      await until(player, 'the rest to lapse', async () => {
        const payment = await stage.shop.get(`/v1/payments/${stage.idOf(story.id)}`);
        const { held } = payment['amounts'] as { held: { value: number } };
        player.progress.update(player.track, `status ${String(payment['status'])}, ${held.value} held`);
        return held.value === 0;
      });
  }
}

/** The worker may be dead for a moment: reads and updates with an id are asked again. */
async function again<T>(run: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await run();
    } catch (error) {
      if (tries === 30 || !isTransient(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

const isTransient = (error: unknown): boolean =>
  error instanceof Error &&
  /RPCTimeout|ServiceError|QueryNotRegistered|UNAVAILABLE|DEADLINE/.test(`${error.name} ${error.message}`);

async function until(player: Player, what: string, happened: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    if (await again(happened)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`${player.story.id}: waited ${PATIENCE_MS / 1000} s for ${what}`);
}

const ENDS = new Set(['approved', 'declined', 'not_performed']);

function ended(state: OrderState, id: string): boolean {
  return state.book.requests.some((request) => request.id === id && ENDS.has(request.state));
}

function settled(state: OrderState): boolean {
  return state.status === 'complete' && state.book.requests.every((request) => ENDS.has(request.state));
}
