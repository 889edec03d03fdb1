/**
 * What captures, debits and refunds have in common: the process, its state, the number, the gate. In this order, so that
 * a number of the past is 907 whatever else is wrong: a repeat of a booked request always meets it.
 */

import type { Process } from './books.ts';
import type { Form } from './form.ts';
import type { Platform } from './platform.ts';
import type { Refusal } from './refusal.ts';
import { refuse } from './refusal.ts';
import { judgeNumber } from './sequence.ts';

function judgeState(process: Process): Refusal | undefined {
  if (process.state === 'failed') return refuse(950, 'the process failed');
  if (process.waitsFor === 'customer') return process.clearingtype === 'cc' ? refuse(4217) : refuse(305);
  if (process.waitsFor === 'provider') return refuse(950, 'the process is pending');
  if (process.pending > 0) return refuse(950, 'a capture is pending');
  return undefined;
}

/** @returns the process and the number that the action will use, or what speaks against it */
export function judgeAction(
  platform: Platform,
  form: Form,
  isCapture: boolean,
): { process: Process; number: number } | { refusal: Refusal } {
  const process = platform.books.processes.get(form.get('txid') ?? '');
  if (process === undefined) return { refusal: refuse(913) };
  if (form.get('mode') !== process.mode) return { refusal: refuse(926) };
  const clearingtype = form.get('clearingtype');
  if (clearingtype !== undefined && clearingtype !== process.clearingtype)
    return { refusal: refuse(2012, 'clearingtype') };
  const judged = judgeNumber(process.sequence, form.get('sequencenumber'), isCapture);
  if ('refusal' in judged) return judged;
  if ('wrong' in judged && judged.wrong === 'used') return { refusal: refuse(907) };
  const state = judgeState(process);
  if (state !== undefined) return { refusal: state };
  if (!('number' in judged)) return { refusal: refuse(907) };
  if (platform.settings.strictGate && platform.notifications.unacknowledged(process.txid))
    return { refusal: refuse(907) };
  if (form.get('currency') !== process.currency) return { refusal: refuse(910) };
  return { process, number: judged.number };
}
