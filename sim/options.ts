import { parseArgs } from 'node:util';
import type { Modes } from './lives.ts';
import { type ProviderName, PROVIDERS } from './setting.ts';

/** What `npm run sim --` was asked for. */
export interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly modes: Modes;
  /** Lives of one provider only, or null for the mix. */
  readonly provider: ProviderName | null;
  readonly workers: number;
  /** A kept failure to live again, or null. */
  readonly replay: string | null;
  readonly selfTest: boolean;
  /** Where a shrunk failure is written; the seed stands in its name. */
  readonly keep: string;
  readonly json: boolean;
}

/** Wrong use of the command line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const USAGE = `npm run sim -- [--seeds N] [--from S] [--mode safety|liveness|both] [--provider NAME] [--workers N] [--keep FOLDER] [--json]
npm run sim -- --replay FILE
npm run sim -- --self-test [--seeds N] [--from S]
`;

/** @throws UsageError */
export function optionsOf(args: readonly string[]): Options {
  const { values } = parsed(args);
  const mode = values.mode ?? 'both';
  if (mode !== 'safety' && mode !== 'liveness' && mode !== 'both')
    throw new UsageError(`--mode ${mode} is none of safety, liveness, both`);
  const selfTest = values['self-test'] === true;
  const provider = PROVIDERS.find((name) => name === values.provider) ?? null;
  if (values.provider !== undefined && provider === null)
    throw new UsageError(`--provider ${values.provider} is none of ${PROVIDERS.join(', ')}`);
  return {
    seeds: whole(values.seeds, '--seeds', selfTest ? 5000 : 20_000),
    from: whole(values.from, '--from', 1),
    modes: mode,
    provider,
    workers: whole(values.workers, '--workers', 2),
    replay: values.replay ?? null,
    selfTest,
    keep: values.keep ?? '.tranche/sim',
    json: values.json === true,
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seeds: { type: 'string' },
        from: { type: 'string' },
        mode: { type: 'string' },
        provider: { type: 'string' },
        workers: { type: 'string' },
        replay: { type: 'string' },
        keep: { type: 'string' },
        'self-test': { type: 'boolean' },
        json: { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(text: string | undefined, name: string, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^[0-9]{1,9}$/.test(text) || Number(text) < 1)
    throw new UsageError(`${name} ${text} is not a whole number from 1 to 999999999`);
  return Number(text);
}
