// Bundles of the payments in test/histories/0.1.0: several providers, and payments of more than one run.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Bundle, RunHistory } from '../../audit/bundle.ts';
import { decodedEvents } from '../../audit/decode-history.ts';
import { attributesOf, textIn } from '../../audit/event.ts';
import { bundleOf } from '../../audit/make-bundle.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { testKeyRing } from '../support/test-key.ts';

const folder = fileURLToPath(new URL('../histories/0.1.0', import.meta.url));

interface File {
  readonly workflowId: string;
  readonly history: unknown;
}

/** By the name of the file of the first run. */
export async function releasedBundles(): Promise<readonly (readonly [string, Bundle])[]> {
  const names = readdirSync(folder).toSorted();
  const runs = new Map<string, { readonly name: string; readonly histories: RunHistory[] }>();
  for (const name of names) {
    const { workflowId, history } = JSON.parse(readFileSync(`${folder}/${name}`, 'utf8')) as File;
    if (!workflowId.startsWith('payment/')) continue;
    const events = await decodedEvents(historyFromJSON(history), encryptionCodec(testKeyRing()));
    const [started] = events;
    const runId = started === undefined ? '' : textIn(attributesOf(started), 'originalExecutionRunId');
    const kept = runs.get(workflowId) ?? { name, histories: [] };
    kept.histories.push({ runId, events });
    runs.set(workflowId, kept);
  }
  return [...runs.values()].map(({ name, histories }) => [name, bundleOf(inLine(histories)).bundle] as const);
}

/** `name-2.json` sorts before `name.json`. */
function inLine(histories: readonly RunHistory[]): readonly RunHistory[] {
  const before = (run: RunHistory): string =>
    run.events[0] === undefined ? '' : textIn(attributesOf(run.events[0]), 'continuedExecutionRunId');
  const line: RunHistory[] = [];
  for (let last = ''; line.length < histories.length; last = line.at(-1)?.runId ?? '') {
    const next = histories.find((run) => before(run) === last);
    if (next === undefined) throw new Error('the runs are not of one line');
    line.push(next);
  }
  return line;
}
