import type { Client } from '@temporalio/client';
import { createAllocationActivities } from '../activities/allocation-activities.ts';
import { createCommandActivities } from '../activities/command-activities.ts';
import type {
  AllocationActivities,
  CommandActivities,
  NoticeActivities,
  ProviderActivities,
  SweepActivities,
} from '../activities/contract.ts';
import { type CallObserver, watchCalls, watchCommands } from '../activities/metrics.ts';
import {
  createProviderActivities,
  type ProviderActivitiesOptions,
} from '../activities/provider-activities.ts';
import { createSweepActivities } from '../activities/sweep-activities.ts';
import type { PaymentClient } from './client.ts';
import { paymentPort } from './payment-port.ts';
import { sweepPort } from './sweep-port.ts';

export interface EngineActivitiesOptions extends ProviderActivitiesOptions {
  readonly client: Client;
  /** Over the same client, task queue and accounts. */
  readonly payments: PaymentClient;
  /** Of the installation. */
  readonly taskQueue: string;
  /** Who is told of calls and refusals. @default nobody */
  readonly observers?: readonly CallObserver[];
}

export type EngineActivities = ProviderActivities &
  AllocationActivities &
  CommandActivities &
  NoticeActivities &
  SweepActivities;

/** Everything that a worker of Tranche's workflows has to have; it stands beside a team's own activities. */
export function engineActivities(options: EngineActivitiesOptions): EngineActivities {
  const { client, payments, taskQueue, observers = [], ...calls } = options;
  return {
    ...createAllocationActivities(),
    ...watchCalls(createProviderActivities(calls), calls.accounts, observers),
    ...watchCommands(createCommandActivities(paymentPort(payments, client)), observers),
    ...createSweepActivities(sweepPort(client, taskQueue)),
  };
}
