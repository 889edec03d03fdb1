import type { FastifyInstance } from 'fastify';
import type { Bundle } from '../../audit/bundle.ts';
import { NoTrace } from '../../audit/trace.ts';
import { ProblemError } from '../problem.ts';
import { paymentParam, type PaymentParams } from './answer.ts';

export type BundleOf = (payment: string) => Promise<Bundle>;

/**
 * The bundle that proves a payment's history, for auditors and operators.
 *
 * @param bundleOf - throws PaymentError `not-found`, and NoTrace for a payment whose first step is not recorded yet.
 */
export function auditRoutes(server: FastifyInstance, bundleOf: BundleOf): void {
  server.get<PaymentParams>(
    '/v1/payments/:payment/audit',
    { config: { access: 'audit' } },
    async (request) => {
      try {
        return await bundleOf(paymentParam(request));
      } catch (error) {
        if (!(error instanceof NoTrace)) throw error;
        throw new ProblemError('unavailable', { detail: error.message });
      }
    },
  );
}
