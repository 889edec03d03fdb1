import type { Client } from '@temporalio/client';
import { createAllocationActivities } from '../activities/allocation-activities.ts';
import { createCommandActivities } from '../activities/command-activities.ts';
import type {
  AllocationActivities,
  CommandActivities,
  NoticeActivities,
  ProviderActivities,
  SweepActivities,
  WebhookActivities,
} from '../activities/contract.ts';
import { type CallObserver, watchCalls, watchCommands } from '../activities/metrics.ts';
import {
  createProviderActivities,
  type ProviderActivitiesOptions,
} from '../activities/provider-activities.ts';
import { createSweepActivities } from '../activities/sweep-activities.ts';
import {
  createWebhookActivities,
  type WebhookObserver,
  type WebhookPort,
} from '../activities/webhook-activities.ts';
import type { PaymentClient } from './client.ts';
import type { Configuration } from './configuration.ts';
import { secretsOf } from './configuration-print.ts';
import { limitsOfAll } from './call-queue.ts';
import { paymentPort } from './payment-port.ts';
import { sweepPort } from './sweep-port.ts';

export interface EngineActivitiesOptions extends Omit<ProviderActivitiesOptions, 'secrets' | 'breakers'> {
  /** What the accounts were made of: its secrets are masked in all that a call returns, its breakers hold calls back. */
  readonly configuration: Configuration;
  readonly client: Client;
  /** Over the same client, task queue and accounts. */
  readonly payments: PaymentClient;
  /** Who is told of calls and refusals. @default nobody */
  readonly observers?: readonly CallObserver[];
  /** The merchant's endpoints, as `configureWebhooks` makes them; whoever gives them closes them. @default no webhooks */
  readonly webhooks?: WebhookPort;
  /** Who is told of deliveries. @default nobody */
  readonly webhookObservers?: readonly WebhookObserver[];
}

export type EngineActivities = ProviderActivities &
  AllocationActivities &
  CommandActivities &
  NoticeActivities &
  SweepActivities &
  Partial<WebhookActivities>;

/** Everything that a worker of Tranche's workflows has to have; it stands beside a team's own activities. */
export function engineActivities(options: EngineActivitiesOptions): EngineActivities {
  const {
    configuration,
    client,
    payments,
    observers = [],
    webhooks,
    webhookObservers = [],
    ...calls
  } = options;
  const provider = createProviderActivities({
    ...calls,
    secrets: secretsOf(configuration),
    breakers: new Map([...limitsOfAll(configuration)].map(([account, { breaker }]) => [account, breaker])),
  });
  return {
    ...createAllocationActivities(),
    ...watchCalls(provider, calls.accounts, observers),
    ...watchCommands(createCommandActivities(paymentPort(payments, client)), observers),
    ...createSweepActivities(sweepPort(client, configuration.temporal.taskQueue)),
    ...(webhooks === undefined
      ? {}
      : createWebhookActivities({ port: webhooks, observers: webhookObservers })),
  };
}
