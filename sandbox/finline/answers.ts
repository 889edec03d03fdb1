/** How the platform writes an operation and a refusal (seed 003; provider notes 3.6). */

import type { Reply } from '../twin/json-server.ts';
import { numberOf } from '../twin/json.ts';
import { digitsOf, toMajor } from '../twin/money.ts';
import type { Operation } from './books.ts';
import type { Settings } from './options.ts';

const minor = (operation: Operation): string => toMajor(operation.amount, digitsOf(operation.currency));

/** The fields of an operation in the order of the seed. */
export const operationFields = (operation: Operation, settings: Settings): Record<string, unknown> => ({
  operation_id: operation.operation_id,
  payment_id: operation.payment_id,
  order_id: operation.order_id,
  transaction_id: operation.transaction_id,
  pos_id: settings.posId,
  mode: operation.mode,
  method: operation.method,
  amount: numberOf(minor(operation)),
  currency: operation.currency,
  status: operation.status,
  status_code: operation.status_code,
  status_description: operation.status_description,
  created_at: operation.created_at,
  processing_time: operation.processing_time,
  fee: null,
  comment: settings.comments ? operation.comment : null,
});

export const ok = (body: unknown): Reply => ({ status: 200, text: JSON.stringify(body) });

export const refused = (status: number, message: string, code = `S-${status}`): Reply => ({
  status,
  text: JSON.stringify({ message, args: { code } }),
});
