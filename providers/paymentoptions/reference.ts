import { createHash } from 'node:crypto';

/**
 * Our own reference of an authorisation: 32 lower-case hex digits of a SHA-256. No call of ours carries it, since holds
 * are made elsewhere and adopted; it is what the account would send as `merchant_txn_ref`.
 */
export const referenceOf = (account: string, payment: string, operation: string): string =>
  createHash('sha256')
    .update(JSON.stringify(['paymentoptions', account, payment, operation]))
    .digest('hex')
    .slice(0, 32);
