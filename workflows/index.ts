/** What the workflow bundle holds: the names here are the workflow types on the server. */
export { fulfilment } from './fulfilment.ts';
export { inbox } from './inbox.ts';
export { payment } from './payment.ts';
