// The workflows that allocate, beside something that stands for a payment: it hears what it is told and does nothing.
import { condition, defineQuery, defineSignal, setHandler } from '@temporalio/workflow';
import { type AllocatedWord, allocated, type QueuedWord, queued } from '../../../workflows/messages.ts';

export { counter } from '../../../workflows/counter.ts';
export { terminal } from '../../../workflows/terminal.ts';

export type Heard = AllocatedWord | QueuedWord;

export const readHeard = defineQuery<readonly Heard[]>('heard');
export const end = defineSignal('end');

export async function standIn(): Promise<void> {
  const heard: Heard[] = [];
  let over = false;
  setHandler(queued, (word) => void heard.push(word));
  setHandler(allocated, (word) => void heard.push(word));
  setHandler(readHeard, () => heard);
  setHandler(end, () => {
    over = true;
  });
  await condition(() => over);
}
