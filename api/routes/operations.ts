import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AnyOperationView, PaymentView } from '../../machines/view.ts';
import type { Command } from '../../payment/command.ts';
import { captureBody, refundBody, releaseBody } from '../body.ts';
import { captureCommand, refundCommand, releaseCommand, withdrawId } from '../command.ts';
import { waitOf } from '../prefer.ts';
import { idOf, parse } from '../parse.ts';
import type { Payments } from '../payments.ts';
import { ProblemError } from '../problem.ts';
import {
  answerOperation,
  bodyOf,
  type Collection,
  keyOf,
  type OperationParams,
  paymentParam,
  preferenceApplied,
  type PaymentParams,
} from './answer.ts';

/** Captures, releases and refunds: made, read, and a planned capture withdrawn. */
export function operationRoutes(server: FastifyInstance, payments: Payments): void {
  const make = <Body extends { id?: string | undefined }>(
    path: string,
    collection: Collection,
    read: (body: unknown) => Body,
    command: (id: string, body: Body) => Command,
  ): void => {
    server.post<PaymentParams>(path, { config: { access: 'write' } }, async (request, reply) => {
      const payment = paymentParam(request);
      const body = read(bodyOf(request));
      const id = idOf(body.id, keyOf(request));
      const wait = waitOf(request.headers['prefer']);
      const made = await payments.command(
        payment,
        command(id, body),
        request.caller.name,
        ...(wait === null ? [] : [wait * 1_000]),
      );
      preferenceApplied(reply, wait);
      if (made === null) throw new ProblemError('internal');
      return answerOperation(reply, payment, collection, made);
    });
  };
  make('/v1/payments/:payment/captures', 'captures', (body) => parse(captureBody, body), captureCommand);
  make('/v1/payments/:payment/release', 'releases', (body) => parse(releaseBody, body), releaseCommand);
  make('/v1/payments/:payment/refunds', 'refunds', (body) => parse(refundBody, body), refundCommand);

  for (const collection of ['captures', 'releases', 'refunds'] as const) {
    server.get<OperationParams>(
      `/v1/payments/:payment/${collection}/:operation`,
      { config: { access: 'read' } },
      async (request) => find(await payments.get(paymentParam(request)), collection, request),
    );
  }

  server.delete<OperationParams>(
    '/v1/payments/:payment/captures/:operation',
    { config: { access: 'write' } },
    async (request) => {
      const payment = paymentParam(request);
      const { id: capture } = find(await payments.get(payment), 'captures', request);
      const command = { type: 'withdraw', id: withdrawId(capture), capture } as const;
      const withdrawn = await payments.command(payment, command, request.caller.name);
      return withdrawn ?? find(await payments.get(payment), 'captures', request);
    },
  );
}

function find(
  payment: PaymentView,
  collection: Collection,
  request: FastifyRequest<OperationParams>,
): AnyOperationView {
  const { operation } = request.params;
  const found = payment[collection].find((each) => each.id === operation);
  if (found !== undefined) return found;
  throw new ProblemError('not-found', {
    detail: `payment ${payment.id} has none of this id among its ${collection}`,
  });
}
