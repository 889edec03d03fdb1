import { parentPort } from 'node:worker_threads';
import { liveStretch, type Stretch } from './lives.ts';

/** A thread that lives the stretches it is sent, one after the other. */
parentPort?.on('message', (stretch: Stretch) => {
  parentPort?.postMessage(liveStretch(stretch));
});
