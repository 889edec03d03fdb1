import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { invalid, problemOf } from '../api/problem.ts';
import { archiveCommands } from './archive.ts';
import { auditCommands } from './audit.ts';
import { clusterCommands } from './cluster.ts';
import { completionCommand } from './completion.ts';
import { codecCommand } from './codec.ts';
import { configCommands } from './config.ts';
import { deploymentCommands } from './deployment.ts';
import { devCommand } from './dev.ts';
import { doctorCommand } from './doctor.ts';
import { CheckFailed, EXIT, exitOfError, isRefusal } from './exit.ts';
import type { Ended } from './invocation.ts';
import { machineCommands } from './machine.ts';
import { operationCommands } from './operations.ts';
import { createOutput, styled } from './output.ts';
import { paymentCommands } from './payment.ts';
import { serviceCommands } from './services.ts';
import { terminalCommands } from './terminal.ts';
import { webhookCommands } from './webhook.ts';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/**
 * Runs one command line.
 *
 * @param argv - without the program's own name.
 * @returns the exit code; nothing is thrown.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const ended: Ended = { code: EXIT.done };
  const program = build(ended);
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return ended.code;
  } catch (error) {
    const json = argv.includes('--json');
    if (!(error instanceof CommanderError)) report(error, json);
    else if (json && error.exitCode !== 0) createOutput(json).data(invalid('', misuse(error)).problem);
    return exitOfError(error);
  }
}

/** What commander has told on stderr already, as one sentence. */
function misuse({ code, message }: CommanderError): string {
  return code === 'commander.help' ? 'a command is needed' : message.replace(/^error: /, '');
}

function build(ended: Ended): Command {
  const program = new Command('tranche')
    .description(
      'Runs the life of an authorisation after checkout: captures in parts, the rest released, refunds.',
    )
    .version(version, '--version', 'print the version')
    .option(
      '--config <file>',
      'configuration (default: the running `tranche dev`, TRANCHE_CONFIG, tranche.config.json)',
    )
    .option('--json', 'print the result as JSON on stdout')
    .showHelpAfterError('(tranche --help lists the commands)')
    .exitOverride()
    .addHelpText('after', HELP);
  devCommand(program, ended);
  serviceCommands(program, ended);
  clusterCommands(program, ended);
  doctorCommand(program, ended);
  deploymentCommands(program, ended);
  paymentCommands(program, ended);
  operationCommands(program, ended);
  terminalCommands(program, ended);
  webhookCommands(program, ended);
  auditCommands(program, ended);
  archiveCommands(program, ended);
  machineCommands(program, ended);
  configCommands(program, ended);
  codecCommand(program, ended);
  completionCommand(program, ended);
  for (const command of program.commands) inheritSettings(command);
  return program;
}

function inheritSettings(command: Command, above = 'tranche'): void {
  const words = `${above} ${command.name()}`;
  command.exitOverride().showHelpAfterError(`(${words} --help tells more)`);
  for (const child of command.commands) inheritSettings(child, words);
}

const HELP = `
By hand:
  tranche dev                                                       in one terminal, and in another:
  tranche payment create --id o-1 --amount 100.00 --currency EUR --method cc --option pseudocardpan=9410010000000000001
  tranche capture o-1 --id c-1 --amount 40.00
  tranche payment show o-1

Exit codes: 0 done, planned or pending · 1 refused, declined or a failed check · 2 wrong use · 3 unreachable ·
7 outcome unknown, do not repeat with a new id`;

/** Tells what went wrong and what to do next; a refusal with its rule and figures. */
function report(error: unknown, json: boolean): void {
  const output = createOutput(json);
  const message = (error instanceof Error ? error.message : String(error)).replace(/^: /, '');
  if (isRefusal(error)) {
    const { problem } = problemOf(error);
    output.data(problem);
    output.note(
      `${styled('red', problem.code)}${problem.rule === undefined ? '' : ` by rule ${problem.rule}`}: ${problem.detail ?? message}`,
    );
    for (const { path, message: fault } of problem.errors?.slice(1) ?? []) output.note(`  ${path}: ${fault}`);
    for (const [name, value] of Object.entries(problem.figures ?? {})) output.note(`  ${name}: ${value}`);
    output.note(nextStep(problem.code, problem.outcome));
    return;
  }
  const told = error instanceof CheckFailed;
  if (!told) output.data({ error: message });
  output.note(styled('red', message));
  const defect = exitOfError(error) === EXIT.refused && !told;
  if (defect && error instanceof Error && error.stack !== undefined) output.note(error.stack);
}

function nextStep(code: string, outcome: string): string {
  if (outcome === 'applied') return 'It was taken in; read it with: tranche payment show';
  if (outcome === 'unknown')
    return 'The outcome is unknown: repeat with the same id only, or look with: tranche payment show';
  switch (code) {
    case 'not-found':
      return 'List what is there with: tranche payment list';
    case 'validation':
      return 'Nothing was sent. Mend the field and call again.';
    case 'idempotency-conflict':
      return 'Nothing was sent. The id is taken by another body: choose a new id for a new intent.';
    case 'too-many-requests':
      return 'Nothing was sent. Call again in a moment, with the same id.';
    case 'unavailable':
      return 'Nothing was sent. See whether a worker runs with: tranche doctor';
    default:
      return 'Nothing was sent. Ask why with: tranche payment explain';
  }
}
