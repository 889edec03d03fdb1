import { spawn } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PaymentFacts } from '../machines/core-state.ts';
import { asJson, firstDifference } from './difference.ts';
import { type Behind, behind, type Story } from './replay-story.ts';
import type { Moment } from './trace.ts';
import { membersOf } from './event.ts';

/** What another checkout's core made of one input. */
interface Answered {
  readonly entries: readonly unknown[];
  readonly effects: readonly unknown[];
  readonly threw: string | null;
}

/** Where the other version decided otherwise. `expected` is this version's word, `actual` the other's. */
export interface Otherwise {
  /** The first entry that was written there, or null where none was. */
  readonly entry: number | null;
  readonly at: string;
  readonly behind: Behind;
  readonly where: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

export interface OnAnother {
  /** Of the machine: this checkout's and the other's. */
  readonly machine: { readonly here: unknown; readonly there: unknown };
  /** How many inputs both were told. */
  readonly inputs: number;
  readonly differences: readonly Otherwise[];
}

/** The other checkout has no core of today's layout, or it does not run. */
export class NoCore extends Error {
  override readonly name = 'NoCore';
}

const CHILD = fileURLToPath(new URL('./replay-on-child.ts', import.meta.url));
const MOST_MS = 120_000;
const MOST_BYTES = 512 * 1024 * 1024;

/**
 * Tells another checkout's core what this one was told and compares what they make of it, input by input. The other runs in
 * a process of its own that knows no environment, may read that checkout and its packages, and gets the inputs as data.
 *
 * @param folder - the root of the checkout.
 * @throws NoCore
 */
export async function replayOn(story: Story, folder: string): Promise<OnAnother> {
  const [first] = story.moments;
  if (first === undefined) throw new NoCore('there is nothing to replay');
  const answers = await ask(folder, {
    facts: story.bundle.payment,
    at: first.at,
    inputs: story.moments.slice(1).map(({ at, moved }) => ({ at, input: moved.input })),
  });
  const differences = story.moments.flatMap((moment, index) => {
    const found = differs(moment, answers[index]);
    return found === null ? [] : [found];
  });
  const there = membersOf(membersOf(answers[0]?.entries[0])['data'])['machineVersion'] ?? null;
  const here = first.moved.entries[0]?.data['machineVersion'] ?? null;
  return { machine: { here, there }, inputs: story.moments.length, differences };
}

function differs(moment: Moment, answered: Answered | undefined): Otherwise | null {
  const { entries, effects, refused } = moment.moved;
  const threw = answered?.threw ?? null;
  const expected = comparable({ entries, effects, refused });
  const actual = comparable({
    entries: answered?.entries ?? [],
    effects: answered?.effects ?? [],
    refused: threw !== null,
  });
  const found = firstDifference(expected, actual);
  if (found === null) return null;
  return {
    entry: entries[0]?.n ?? null,
    at: new Date(moment.at).toISOString(),
    behind: behind(moment),
    ...(threw === null || refused ? found : { where: 'refused', expected: 'taken', actual: threw }),
  };
}

/** The number of the machine is told once, at the top; what is logged decides nothing. */
function comparable(answer: {
  entries: readonly unknown[];
  effects: readonly unknown[];
  refused: boolean;
}): unknown {
  const { entries, effects, refused } = asJson(answer) as {
    entries: readonly Readonly<Record<string, unknown>>[];
    effects: readonly Readonly<Record<string, unknown>>[];
    refused: boolean;
  };
  return {
    refused,
    entries: entries.map((entry) => {
      const { machineVersion: _version, ...data } = membersOf(entry['data']);
      return { ...entry, data };
    }),
    effects: effects.filter(({ type }) => type !== 'log'),
  };
}

interface Asked {
  readonly facts: PaymentFacts;
  readonly at: number;
  readonly inputs: readonly { readonly at: number; readonly input: unknown }[];
}

async function ask(folder: string, asked: Asked): Promise<readonly Answered[]> {
  const real = realpathSync(folder);
  const packages = join(real, 'node_modules');
  const readable = [CHILD, real, ...(existsSync(packages) ? [realpathSync(packages)] : [])];
  const allowed = [
    '--permission',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    '--max-old-space-size=1024',
  ];
  const child = spawn(process.execPath, [...allowed, '--no-warnings', CHILD, real], {
    cwd: folder,
    env: {},
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: MOST_MS,
    killSignal: 'SIGKILL',
  });
  const out: Buffer[] = [];
  let length = 0;
  let told = '';
  child.stdout.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > MOST_BYTES) child.kill('SIGKILL');
    else out.push(chunk);
  });
  child.stderr.on('data', (chunk: Buffer) => (told = `${told}${chunk.toString('utf8')}`.slice(-4_000)));
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify(asked));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new NoCore(told.trim().split('\n').at(-1) || `the other checkout's core did not end well`);
  const answers = JSON.parse(Buffer.concat(out).toString('utf8')) as readonly Answered[];
  if (!Array.isArray(answers) || answers.length !== asked.inputs.length + 1)
    throw new NoCore(`the other checkout's core answered something else than was asked`);
  return answers;
}
