import type { Command } from 'commander';
import { CheckFailed, EXIT } from './exit.ts';
import { act, type Ended } from './invocation.ts';
import { styled } from './output.ts';

/** `doctor`: each thing that Tranche needs, whether it is there, and how to mend it. */
export function doctorCommand(program: Command, ended: Ended): void {
  act<object>(
    program
      .command('doctor')
      .description('check this machine, Temporal, the configuration and the providers'),
    ended,
    async ({ config, output }) => {
      const { examine } = await import('./examine.ts');
      const findings = await examine(config);
      output.data({ ok: findings.every((finding) => finding.ok), findings });
      for (const { name, ok, found, mend } of findings) {
        const good = mend === null ? styled('green', '✓') : styled('yellow', '!');
        output.line(`${ok ? good : styled('red', '✗')} ${name}: ${found}`);
        if (mend !== null) output.line(`    ${mend}`);
      }
      const wrong = findings.filter((finding) => !finding.ok).length;
      if (wrong > 0) throw new CheckFailed(`${wrong} of ${findings.length} checks failed`);
      return EXIT.done;
    },
  );
}
