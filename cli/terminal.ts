import type { WorkflowHandle } from '@temporalio/client';
import type { Command } from 'commander';
import type { TerminalView } from '../workflows/messages.ts';
import { callerName } from './body.ts';
import { EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, type Ended, type Invocation } from './invocation.ts';
import { type Output, table } from './output.ts';
import { findConfiguration } from './source.ts';

interface UnblockOptions {
  readonly requestId: string;
  readonly evidence: string;
}

/** `terminal show|unblock`: who holds a terminal, who waits, and a person's word that it has finished. */
export function terminalCommands(program: Command, ended: Ended): void {
  const terminal = program.command('terminal').description('terminals that do one operation at a time');
  act<object>(
    terminal
      .command('show')
      .description('who holds the terminal, who waits, and the last requestId')
      .argument('<account>', 'account of the terminal'),
    ended,
    async (call) =>
      withTerminal(call, async (handle) => {
        const { readTerminal } = await import('../workflows/messages.ts');
        const view = await handle.query(readTerminal);
        call.output.data(view);
        show(call.output, view);
        return EXIT.done;
      }),
  );
  act<UnblockOptions>(
    terminal
      .command('unblock')
      .description(
        'free a terminal that an unknown outcome blocks; the payment itself stays unknown until it is resolved',
      )
      .argument('<account>', 'account of the terminal')
      .requiredOption('--request-id <number>', 'the requestId that holds it, as `terminal show` says')
      .requiredOption('--evidence <text>', 'what shows that the terminal has finished'),
    ended,
    async (call) =>
      withTerminal(call, async (handle) => {
        const { requestId, evidence } = call.options;
        if (evidence.trim() === '' || evidence.length > 2000)
          throw new UsageError('--evidence has 1 to 2000 characters');
        const { unblock } = await import('../workflows/messages.ts');
        const freed = await handle.executeUpdate(unblock, {
          args: [{ reference: requestId, by: callerName(), evidence }],
        });
        call.output.data({ freed });
        call.output.line(
          freed
            ? `freed; ${requestId} is never used again`
            : `${requestId} holds nothing now, or its call still runs`,
        );
        return freed ? EXIT.done : EXIT.refused;
      }),
  );
}

type Handle = Pick<WorkflowHandle, 'query' | 'executeUpdate'>;

async function withTerminal(
  { args, config }: Invocation<object>,
  use: (handle: Handle) => Promise<ExitCode>,
): Promise<ExitCode> {
  const [account = ''] = args;
  const { configuration } = findConfiguration(config);
  if (configuration.accounts[account] === undefined)
    throw new UsageError(`${account} is none of ${Object.keys(configuration.accounts).join(', ')}`);
  const { connectEngine } = await import('./connect.ts');
  const engine = await connectEngine(configuration);
  try {
    return await use(engine.client.workflow.getHandle(`terminal/${account}`));
  } catch (error) {
    if (error instanceof Error && error.name === 'WorkflowNotFoundError')
      throw new UsageError(`account ${account} has no terminal yet: nothing was sent to it`);
    throw error;
  } finally {
    await engine.close();
  }
}

function show(output: Output, { account, counter, holder, queue, block }: TerminalView): void {
  output.line(`terminal of ${account}, last requestId ${counter}`);
  if (holder === null) output.line('free');
  else {
    output.line(
      `held by ${holder.operation} of payment ${holder.payment}, requestId ${holder.reference}, since ${holder.since}`,
    );
  }
  if (block !== null)
    output.line(
      `blocked: its outcome is unknown${block.until === null ? '' : `, at most until ${block.until}`}`,
    );
  if (queue.length > 0)
    output.line(
      table(
        ['waits', 'operation'],
        queue.map(({ payment, operation }) => [payment, operation]),
      ),
    );
}
