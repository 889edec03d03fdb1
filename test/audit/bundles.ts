// Bundles of the golden histories, made as the export makes them, without a server.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import type { Bundle, RunHistory } from '../../audit/bundle.ts';
import { decodedEvents } from '../../audit/decode-history.ts';
import { type Making, bundleOf } from '../../audit/make-bundle.ts';
import { attributesOf, textIn } from '../../audit/event.ts';
import { encryptionCodec } from '../../temporal/codec.ts';
import { testKeyRing } from '../support/test-key.ts';

const folder = fileURLToPath(new URL('../histories', import.meta.url));

/** Names of golden histories of payments. */
export const goldenNames = (): readonly string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json') && name !== 'order.json')
    .map((name) => name.slice(0, -5));

export async function goldenRuns(name: string): Promise<readonly RunHistory[]> {
  const { history } = JSON.parse(readFileSync(`${folder}/${name}.json`, 'utf8')) as { history: unknown };
  const events = await decodedEvents(historyFromJSON(history), encryptionCodec(testKeyRing()));
  const [started] = events;
  const runId = started === undefined ? '' : textIn(attributesOf(started), 'originalExecutionRunId');
  return [{ runId, events }];
}

export const goldenBundle = async (name: string, making: Making = {}): Promise<Bundle> =>
  bundleOf(await goldenRuns(name), making).bundle;
