import { type Command, Option } from 'commander';
import type { MachineName } from '../machines/diagram.ts';
import { EXIT } from './exit.ts';
import { act, type Ended } from './invocation.ts';

/** `machine diagram|table`: drawn from the machines themselves. */
export function machineCommands(program: Command, ended: Ended): void {
  const machine = program.command('machine').description('the state machines, generated from the code');
  act<{ format: 'mermaid' | 'svg'; machine: MachineName }>(
    machine
      .command('diagram')
      .description('a machine as a picture')
      .addOption(
        new Option('--machine <machine>', 'which').choices(['payment', 'operation']).default('payment'),
      )
      .addOption(
        new Option('--format <format>', 'how it is drawn').choices(['mermaid', 'svg']).default('mermaid'),
      ),
    ended,
    async ({ options, output }) => {
      const { mermaid, svg } = await import('../machines/diagram.ts');
      const drawn = (options.format === 'svg' ? svg : mermaid)(options.machine);
      if (output.json) output.data({ machine: options.machine, format: options.format, diagram: drawn });
      else output.announce(drawn);
      return EXIT.done;
    },
  );
  act<object>(
    machine.command('table').description('from-state, event, guard, to-state and effects, as Markdown'),
    ended,
    async ({ output }) => {
      const { markdown, operationRows, rows } = await import('../machines/table.ts');
      if (output.json) output.data({ payment: rows(), operation: operationRows() });
      else output.announce(markdown());
      return EXIT.done;
    },
  );
}
