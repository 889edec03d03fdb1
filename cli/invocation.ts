import type { Command } from 'commander';
import { createOutput, type Output } from './output.ts';
import type { ExitCode } from './exit.ts';

/** One call of one command: its arguments and options as commander read them, and where it writes. */
export interface Invocation<Options> {
  readonly args: readonly string[];
  readonly options: Options;
  readonly output: Output;
  /** What `--config` names. */
  readonly config: string | undefined;
}

/** Where the exit code of the command that ran is left for `main`. */
export interface Ended {
  code: ExitCode;
}

/** Gives a command its action. */
export function act<Options>(
  command: Command,
  ended: Ended,
  action: (invocation: Invocation<Options>) => Promise<ExitCode>,
): void {
  command.action(async () => {
    const { json, config } = command.optsWithGlobals<{ json?: boolean; config?: string }>();
    ended.code = await action({
      args: command.args,
      options: command.opts<Options & object>(),
      output: createOutput(json === true),
      config,
    });
  });
}

/** For an option that may be given again: `--option a=1 --option b=2`. */
export const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [
  ...(before ?? []),
  value,
];
