/**
 * What can follow what, as links of the OpenAPI document: the id in an answer is a parameter of the next call. Readers
 * find their way by them, and fuzzers whole lives of a payment.
 */

type Json = { readonly [key: string]: unknown };

const CREATED = { payment: '$response.body#/id' };
const MADE = { payment: '$request.path.payment', operation: '$response.body#/id' };

/** By operation: the operations that its answers lead to, and where these find their parameters. */
const LINKS: Readonly<
  Record<string, { readonly to: readonly string[]; readonly parameters: Json } | undefined>
> = {
  createPayment: {
    to: [
      'readPayment',
      'capture',
      'release',
      'refund',
      'resolve',
      'changePlan',
      'readLedger',
      'readAudit',
      'explain',
    ],
    parameters: CREATED,
  },
  listPayments: { to: ['readPayment'], parameters: { payment: '$response.body#/items/0/id' } },
  capture: { to: ['readCapture', 'withdrawCapture'], parameters: MADE },
  release: { to: ['readRelease'], parameters: MADE },
  refund: { to: ['readRefund'], parameters: MADE },
};

/** @param served - ids of the operations that the document names. */
export function linksFrom(operation: string, served: ReadonlySet<string>): Json {
  const found = LINKS[operation];
  if (found === undefined) return {};
  const { to, parameters } = found;
  return Object.fromEntries(
    to.filter((id) => served.has(id)).map((operationId) => [operationId, { operationId, parameters }]),
  );
}
