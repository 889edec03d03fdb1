import type { FastifyInstance, FastifyReply } from 'fastify';
import type { PaymentView } from '../../machines/view.ts';
import { createBody, planBody, resolutionBody } from '../body.ts';
import { askedCommand, explainVoid, present, resolveCommand } from '../command.ts';
import { createOf } from '../create.ts';
import { idOf, parse } from '../parse.ts';
import type { Payments } from '../payments.ts';
import { waitOf } from '../prefer.ts';
import { explainQuery, listQuery } from '../query.ts';
import { bodyOf, keyOf, paymentParam, type PaymentParams, preferenceApplied, settled } from './answer.ts';

/** The payment as a whole: create, read, list, explain, plan, resolve. */
export function paymentRoutes(server: FastifyInstance, payments: Payments): void {
  server.post('/v1/payments', { config: { access: 'write' } }, async (request, reply) => {
    const given = parse(createBody, bodyOf(request));
    const id = idOf(given.id, keyOf(request));
    const wait = waitOf(request.headers['prefer']);
    const payment = await payments.create(
      createOf(id, given),
      request.caller.name,
      ...(wait === null ? [] : [wait * 1_000]),
    );
    preferenceApplied(reply, wait);
    return answerPayment(reply, payment);
  });

  server.get('/v1/payments', { config: { access: 'read', query: true } }, (request) => {
    const { limit = 50, ...filters } = parse(listQuery, request.query);
    return payments.list({ ...present(filters), limit });
  });

  server.get<PaymentParams>('/v1/payments/:payment', { config: { access: 'read' } }, (request) =>
    payments.get(paymentParam(request)),
  );

  server.get<PaymentParams>(
    '/v1/payments/:payment/ledger',
    { config: { access: 'read' } },
    async (request) => ({
      entries: await payments.ledger(paymentParam(request)),
    }),
  );

  server.get<PaymentParams>(
    '/v1/payments/:payment/explain',
    { config: { access: 'read', query: true } },
    async (request) => {
      const payment = paymentParam(request);
      const query = parse(explainQuery, request.query);
      const command = await askedCommand(query, () => payments.get(payment));
      const explanation = await payments.explain(payment, command);
      return query.command === 'void' ? explainVoid(explanation, await payments.get(payment)) : explanation;
    },
  );

  server.patch<PaymentParams>(
    '/v1/payments/:payment/plan',
    { config: { access: 'write' } },
    async (request) => {
      const payment = paymentParam(request);
      const plan = present(parse(planBody, bodyOf(request)));
      const id = idOf(undefined, keyOf(request));
      await payments.command(payment, { type: 'reschedule', id, plan }, request.caller.name);
      return payments.get(payment);
    },
  );

  server.post<PaymentParams>(
    '/v1/payments/:payment/resolutions',
    { config: { access: 'write' } },
    async (request) => {
      const payment = paymentParam(request);
      const given = parse(resolutionBody, bodyOf(request));
      const id = idOf(given.id, keyOf(request));
      await payments.command(payment, resolveCommand(id, given), request.caller.name);
      return payments.get(payment);
    },
  );
}

function answerPayment(reply: FastifyReply, payment: PaymentView): FastifyReply {
  if (settled(payment.authorization.state)) return reply.code(201).send(payment);
  return reply.code(202).header('location', `/v1/payments/${payment.id}`).send(payment);
}
