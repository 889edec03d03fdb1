/**
 * Identifiers as branded texts: one grammar for what callers and configuration name, a looser one for what a provider
 * names, since its format is the provider's to change.
 */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** The caller's id of a payment. */
export type PaymentId = Branded<'PaymentId'>;
/** The id of an operation, unique in its payment over all kinds; the caller's, or `<capture>.rest`. */
export type OperationId = Branded<'OperationId'>;
/** The name of a merchant account in the configuration. */
export type AccountName = Branded<'AccountName'>;
/** PAYONE's id of a payment process (seed 002): kept as it came, digits today. */
export type TxId = Branded<'TxId'>;

export type IdentifierKind = 'payment' | 'operation' | 'account' | 'txid';

/** A text outside its grammar. The text itself is not repeated: it may be anything. */
export class IdentifierError extends Error {
  override readonly name = 'IdentifierError';
  readonly kind: IdentifierKind;

  constructor(kind: IdentifierKind) {
    super(`not a valid ${kind} identifier`);
    this.kind = kind;
  }
}

/** Letters, digits, dot, underscore and hyphen, 1 to 64, the first a letter or digit. */
export const IDENTIFIER_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$';

const IDENTIFIER = new RegExp(IDENTIFIER_PATTERN);
const TXID = /^[A-Za-z0-9._-]{1,64}$/;
const REST = '.rest';
const PAYMENT_WORKFLOW = 'payment/';

/** True for a text that a caller may choose as the id of a payment, an operation or an account. */
export const isIdentifier = (text: unknown): text is string =>
  typeof text === 'string' && IDENTIFIER.test(text);

/** @throws IdentifierError for a text outside {@link IDENTIFIER_PATTERN}. */
export function paymentId(text: string): PaymentId {
  if (!isIdentifier(text)) throw new IdentifierError('payment');
  return text as PaymentId;
}

/** Takes a caller's id and a rest release alike. @throws IdentifierError for anything else. */
export function operationId(text: string): OperationId {
  if (!isIdentifier(text) && captureOfRest(text) === null) throw new IdentifierError('operation');
  return text as OperationId;
}

/** @throws IdentifierError for a text outside {@link IDENTIFIER_PATTERN}. */
export function accountName(text: string): AccountName {
  if (!isIdentifier(text)) throw new IdentifierError('account');
  return text as AccountName;
}

/** @throws IdentifierError for an empty text, one above 64 characters or one that a path could not hold. */
export function txId(text: string): TxId {
  if (!TXID.test(text)) throw new IdentifierError('txid');
  return text as TxId;
}

/**
 * The release of what a final capture leaves at Swedbank Pay. A capture id of full length makes it 69 characters,
 * five more than a caller may choose: it is minted here and never asked for.
 */
export const restReleaseOf = (capture: OperationId): OperationId => `${capture}${REST}` as OperationId;

/** The capture that a rest release belongs to, or null where the id is none. */
export function captureOfRest(operation: string): OperationId | null {
  if (!operation.endsWith(REST)) return null;
  const capture = operation.slice(0, -REST.length);
  return isIdentifier(capture) ? (capture as OperationId) : null;
}

/** The id of the workflow that is the single writer of a payment. */
export const workflowIdOf = (payment: PaymentId): string => `${PAYMENT_WORKFLOW}${payment}`;

/** The payment of a workflow, or null for a workflow of another kind. */
export function paymentIdOf(workflowId: string): PaymentId | null {
  if (!workflowId.startsWith(PAYMENT_WORKFLOW)) return null;
  const text = workflowId.slice(PAYMENT_WORKFLOW.length);
  return isIdentifier(text) ? (text as PaymentId) : null;
}
