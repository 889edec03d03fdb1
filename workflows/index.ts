/** What the workflow bundle holds: the names here are the workflow types on the server. */
export { counter } from './counter.ts';
export { fulfilment } from './fulfilment.ts';
export { inbox } from './inbox.ts';
export { payment } from './payment.ts';
export { terminal } from './terminal.ts';
export { sweep } from './sweep.ts';
