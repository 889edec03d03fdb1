// The other checkout's core, in a process of its own: node replay-on-child.ts FOLDER, inputs as JSON on stdin, what it makes
// of each as JSON on stdout. Nothing of this checkout is loaded, and what comes in is data.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';

interface Step {
  readonly state: { readonly ledger: readonly unknown[] };
  readonly effects: readonly unknown[];
}

interface Core {
  readonly begin: (facts: unknown, at: number) => Step;
  readonly step: (state: Step['state'], input: unknown, at: number) => Step;
}

interface Asked {
  readonly facts: unknown;
  readonly at: number;
  readonly inputs: readonly { readonly at: number; readonly input: unknown }[];
}

/** Ends the process with one sentence. */
function refuse(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

async function coreOf(folder: string): Promise<Core> {
  const file = join(folder, 'machines', 'core.ts');
  if (!existsSync(file)) refuse(`${folder} has no machines/core.ts: its layout is not today's`);
  const core = (await import(pathToFileURL(file).href).catch((error: unknown) =>
    refuse(`${file} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`),
  )) as Partial<Core>;
  const { begin, step } = core;
  if (typeof begin !== 'function' || typeof step !== 'function')
    refuse(`${file} exports no begin and step: its layout is not today's`);
  return { begin, step };
}

const { begin, step } = await coreOf(process.argv[2] ?? '');
const { facts, at, inputs } = JSON.parse(await text(process.stdin)) as Asked;
const answers: object[] = [];
let state: Step['state'] = { ledger: [] };

/** A step that throws leaves the state as it was, as in a workflow. */
function answer(take: () => Step): void {
  const before = state.ledger.length;
  try {
    const next = take();
    state = next.state;
    answers.push({ entries: state.ledger.slice(before), effects: next.effects, threw: null });
  } catch (error) {
    answers.push({ entries: [], effects: [], threw: error instanceof Error ? error.message : String(error) });
  }
}

answer(() => begin(facts, at));
if (state.ledger.length === 0) refuse('its core does not begin this payment');
for (const { at: when, input } of inputs)
  answer(() => (input === null ? { state, effects: [] } : step(state, input, when)));
process.stdout.write(JSON.stringify(answers));
