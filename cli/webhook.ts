import type { Command } from 'commander';
import type { WebhookEvent } from '../activities/contract.ts';
import type { WebhookListItem } from '../temporal/webhook-list.ts';
import type { WebhookChoice, WebhookEndpointView } from '../workflows/webhook-messages.ts';
import { callerName } from './body.ts';
import type { Engine } from './connect.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { type Output, styled, table } from './output.ts';
import { findConfiguration } from './source.ts';

interface ListOptions {
  readonly waiting?: boolean;
  readonly limit: string;
}

interface ChoiceOptions {
  readonly endpoint?: string;
  readonly entry?: string;
}

const MOST_LISTED = 1_000;

/** `webhook list|show|retry|drop|test`. */
export function webhookCommands(program: Command, ended: Ended): void {
  const webhook = program
    .command('webhook')
    .description('what the merchant is told, and what did not arrive');

  act<ListOptions>(
    webhook
      .command('list')
      .description('payments with events that were given up; may lag by seconds')
      .option('--waiting', 'those too whose events are still being tried')
      .option('--limit <count>', `at most so many, up to ${MOST_LISTED}`, '50'),
    ended,
    (call) => withEngine(call, (engine) => list(call, engine)),
  );
  act<object>(
    webhook
      .command('show')
      .description('what waits and what was given up, by endpoint')
      .argument('<payment>', 'id of the payment'),
    ended,
    (call) => withEngine(call, (engine) => show(call, engine)),
  );
  act<ChoiceOptions>(
    choosing(
      webhook
        .command('retry')
        .description('deliver again what was given up, and try at once what waits for its next try'),
    ),
    ended,
    (call) => withEngine(call, (engine) => decide(call, engine, 'retry')),
  );
  act<ChoiceOptions>(
    choosing(webhook.command('drop').description('let go of what was given up; the ledger keeps it')),
    ended,
    (call) => withEngine(call, (engine) => decide(call, engine, 'drop')),
  );
  act<object>(
    webhook
      .command('test')
      .description('post a signed webhook.test to one endpoint, or to each')
      .argument('[endpoint]', 'name of the endpoint'),
    ended,
    test,
  );
}

const choosing = (command: Command): Command =>
  command
    .argument('<payment>', 'id of the payment')
    .option('--endpoint <name>', 'only of this endpoint')
    .option('--entry <number>', 'only this entry of the ledger');

async function withEngine(
  { config }: Invocation<object>,
  use: (engine: Engine) => Promise<ExitCode>,
): Promise<ExitCode> {
  const { configuration } = findConfiguration(config);
  const { connectEngine } = await import('./connect.ts');
  const engine = await connectEngine(configuration);
  try {
    return await use(engine);
  } finally {
    await engine.close();
  }
}

async function list({ options, output }: Invocation<ListOptions>, engine: Engine): Promise<ExitCode> {
  const limit = Number(options.limit);
  if (!Number.isInteger(limit) || limit < 1 || limit > MOST_LISTED)
    throw new UsageError(`--limit is a number from 1 to ${MOST_LISTED}`);
  const { listWebhooks } = await import('../temporal/webhook-list.ts');
  const { taskQueue } = engine.configuration.temporal;
  const waiting = options.waiting === true;
  const items = await listWebhooks(engine.client, taskQueue, { waiting, limit });
  output.data({ items });
  if (items.length === 0) output.line(waiting ? 'nothing waits' : 'nothing was given up');
  else output.line(table(['payment', 'account', 'attention', 'since'], items.map(cells)));
  return EXIT.done;
}

const cells = ({ payment, account, attention, since }: WebhookListItem): readonly string[] => [
  payment,
  account ?? '',
  attention ?? 'being tried',
  since ?? '',
];

async function show({ args, output }: Invocation<object>, { client }: Engine): Promise<ExitCode> {
  const [{ readWebhook }, { webhookIdFor }] = await Promise.all([
    import('../workflows/webhook-messages.ts'),
    import('../temporal/webhook-list.ts'),
  ]);
  const payment = args[0] ?? '';
  const endpoints = await client.workflow
    .getHandle(webhookIdFor(payment))
    .query(readWebhook)
    .catch(noneOf<readonly WebhookEndpointView[]>([]));
  output.data({ payment, endpoints });
  showEndpoints(output, payment, endpoints);
  return EXIT.done;
}

function showEndpoints(output: Output, payment: string, endpoints: readonly WebhookEndpointView[]): void {
  const rows = endpoints.flatMap(({ endpoint, waiting, since, dead }) => [
    ...dead.map(({ entry, type, why, since: first }) => [endpoint, String(entry), type, why, first]),
    ...waiting.map(({ entry, type }, index) => [
      endpoint,
      String(entry),
      type,
      index === 0 ? 'being tried' : 'waits',
      index === 0 ? (since ?? '') : '',
    ]),
  ]);
  if (rows.length === 0) output.line(`nothing of ${payment} waits`);
  else output.line(table(['endpoint', 'entry', 'type', 'state', 'since'], rows));
  for (const { endpoint, overflow } of endpoints)
    if (overflow > 0) output.line(`${endpoint}: ${overflow} more found no room; read the ledger`);
}

async function decide(
  { args, options, output }: Invocation<ChoiceOptions>,
  { client }: Engine,
  what: 'retry' | 'drop',
): Promise<ExitCode> {
  const payment = args[0] ?? '';
  const entry = options.entry === undefined ? undefined : Number(options.entry);
  if (entry !== undefined && !Number.isInteger(entry))
    throw new UsageError('--entry is the number of an entry');
  const [{ dropWebhook, readWebhook, retryWebhook }, { webhookIdFor }] = await Promise.all([
    import('../workflows/webhook-messages.ts'),
    import('../temporal/webhook-list.ts'),
  ]);
  const choice: WebhookChoice = {
    by: callerName(),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(entry === undefined ? {} : { entry }),
  };
  const handle = client.workflow.getHandle(webhookIdFor(payment));
  // Before the update: what it lets be tried at once may have arrived a moment later.
  const endpoints = await handle.query(readWebhook).catch(noneOf<readonly WebhookEndpointView[]>([]));
  const count = await handle
    .executeUpdate(what === 'retry' ? retryWebhook : dropWebhook, { args: [choice] })
    .catch(noneOf(0));
  output.data({ payment, [what === 'retry' ? 'retried' : 'dropped']: count });
  if (count === 0 && !endpoints.some((view) => isMeant(view, what, choice))) {
    output.note(nothingMeant(payment, what, choice));
    return EXIT.refused;
  }
  output.line(`${count} event(s) of ${payment} ${what === 'retry' ? 'are delivered again' : 'let go'}`);
  return EXIT.done;
}

/** Whether there is something to decide on beside dead letters, which are counted: what waits is tried at once. */
function isMeant(
  { endpoint, waiting, overflow }: WebhookEndpointView,
  what: 'retry' | 'drop',
  choice: WebhookChoice,
): boolean {
  if ((choice.endpoint ?? endpoint) !== endpoint) return false;
  if (what === 'drop') return overflow > 0;
  return waiting.some(({ entry }) => (choice.entry ?? entry) === entry);
}

function nothingMeant(payment: string, what: 'retry' | 'drop', { endpoint, entry }: WebhookChoice): string {
  const of = [
    `payment ${payment}`,
    ...(endpoint === undefined ? [] : [`endpoint ${endpoint}`]),
    ...(entry === undefined ? [] : [`entry ${entry}`]),
  ].join(', ');
  return `nothing to ${what}: no event of ${of} ${what === 'retry' ? 'waits or ' : ''}was given up; look with: tranche webhook show ${payment}`;
}

/** Where nothing waits there is no workflow. */
const noneOf =
  <T>(nothing: T) =>
  (error: unknown): T => {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError') return nothing;
    throw error;
  };

async function test({ args, config, output }: Invocation<object>): Promise<ExitCode> {
  const { configuration } = findConfiguration(config);
  const { configureWebhooks } = await import('../temporal/webhook-endpoint.ts');
  const endpoints = configureWebhooks(configuration);
  try {
    const [only] = args;
    if (only !== undefined && !endpoints.names.includes(only))
      throw new UsageError(
        `${only} is none of ${endpoints.names.join(', ') || 'the endpoints: there is none'}`,
      );
    const names = only === undefined ? endpoints.names : [only];
    if (names.length === 0) throw new UsageError('the configuration names no webhooks');
    const sent = await Promise.all(
      names.map(async (endpoint) => {
        const posted = await endpoints.post(endpoint, testEvent());
        const answer = posted.arrived ? `http-${posted.status}` : posted.reason;
        return { endpoint, arrived: /^http-2\d\d$/.test(answer), answer };
      }),
    );
    output.data({ sent });
    for (const { endpoint, arrived, answer } of sent)
      output.line(`${endpoint}  ${arrived ? styled('green', 'arrived') : styled('red', answer)}`);
    return sent.every(({ arrived }) => arrived) ? EXIT.done : EXIT.refused;
  } finally {
    await endpoints.close();
  }
}

/** An event of no payment, in the shape of the others. */
function testEvent(): WebhookEvent {
  const none = { value: 0, currency: 'EUR' };
  return {
    type: 'webhook.test',
    timestamp: new Date().toISOString(),
    data: {
      entry: 0,
      payment: {
        id: 'test',
        account: 'test',
        provider: 'test',
        status: 'authorized',
        order: null,
        amounts: {
          authorized: none,
          held: none,
          captured: none,
          reserved: none,
          released: none,
          lapsed: none,
          refunded: none,
          refunding: none,
          chargedBack: none,
        },
      },
      operation: null,
      rule: 'test',
      by: { kind: 'operator', via: 'command' },
    },
  };
}
