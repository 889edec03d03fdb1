import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Client } from '@temporalio/client';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import proto from '@temporalio/proto';
import { runPage } from '../temporal/visibility-page.ts';
import { FORMAT, type Bundle } from './bundle.ts';
import { bundleOfFile } from './bundle-files.ts';
import { historyOf } from './decode-history.ts';
import { membersOf, textIn } from './event.ts';
import { NoBundle, parseWithin } from './read-bundle.ts';

const { History } = proto.temporal.api.history.v1;
type History = ReturnType<typeof historyFromJSON>;

/** One run that the gate replays. */
export interface GateItem {
  /** Where it comes from: a file, or the server. */
  readonly source: string;
  readonly workflowId: string;
  /** Empty where the history does not name it. */
  readonly runId: string;
  readonly workflowType: string;
  readonly history: History;
}

/** What the gate is fed with, one at a time. */
export type GateFeed =
  | { readonly kind: 'run'; readonly item: GateItem }
  /** Its runs come as items of their own before it. */
  | { readonly kind: 'bundle'; readonly source: string; readonly bundle: Bundle }
  /** What cannot be read proves nothing, so the gate does not open. */
  | { readonly kind: 'unreadable'; readonly source: string; readonly why: string }
  /** A run that Temporal listed and does not keep any more. */
  | { readonly kind: 'gone'; readonly source: string };

/** The largest history of Temporal's is 50 MiB. */
const MOST_BYTES = 64 * 1024 * 1024;
const BINARY = /\.(bin|binpb|pb)$/;

/** The files of a folder and of those in it: histories as JSON or protobuf, and bundles. */
export async function corpusFiles(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder, { recursive: true });
  return names
    .filter((name) => name.endsWith('.json') || BINARY.test(name))
    .toSorted()
    .map((name) => join(folder, name));
}

/**
 * What is in the files: `{ workflowId, history }`, Temporal's own `{ events }` (`temporal workflow show --output json`),
 * protobuf of `temporal.api.history.v1.History`, or a bundle. Nothing in them is executed.
 */
export async function* readCorpus(files: readonly string[]): AsyncGenerator<GateFeed> {
  for (const source of files) {
    let feeds: readonly GateFeed[];
    try {
      feeds = await feedsOf(source);
    } catch (error) {
      feeds = [{ kind: 'unreadable', source, why: error instanceof Error ? error.message : String(error) }];
    }
    yield* feeds;
  }
}

async function feedsOf(source: string): Promise<readonly GateFeed[]> {
  const { size } = await stat(source);
  if (size > MOST_BYTES) throw new NoBundle(`larger than ${MOST_BYTES} bytes`);
  const data = await readFile(source);
  if (BINARY.test(source)) return [runOf(source, '', History.decode(data))];
  const value = parseWithin(data);
  if (textIn(value, 'format') === FORMAT) return bundleFeeds(source, await bundleOfFile(source));
  const { history, workflowId } = membersOf(value);
  const read = historyFromJSON(history ?? value);
  return [runOf(source, typeof workflowId === 'string' ? workflowId : '', read)];
}

function bundleFeeds(source: string, bundle: Bundle): readonly GateFeed[] {
  const { payment, histories } = bundle;
  return [
    ...histories.map((run) => runOf(source, `payment/${payment.id}`, historyOf(run))),
    { kind: 'bundle', source, bundle },
  ];
}

function runOf(source: string, workflowId: string, history: History, runId = ''): GateFeed {
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  if (started == null) throw new NoBundle('it does not begin with the start of a workflow');
  return {
    kind: 'run',
    item: {
      source,
      workflowId: workflowId || started.workflowId || basename(source).replace(/\.[a-z]+$/, ''),
      runId: runId || (started.originalExecutionRunId ?? ''),
      workflowType: started.workflowType?.name ?? '',
      history,
    },
  };
}

/** The gRPC code of something that is not there. */
const NOT_FOUND = 5;

/** Every run that a visibility query finds, of any workflow. */
export async function* fetchCorpus(client: Client, query: string): AsyncGenerator<GateFeed> {
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof runPage>> = await runPage(client, query, cursor);
    for (const { execution } of page.items) {
      const { workflowId = '', runId = '' } = { ...execution } as { workflowId?: string; runId?: string };
      const source = `${workflowId}, run ${runId}`;
      try {
        const history = await client.workflow.getHandle(workflowId, runId).fetchHistory();
        yield runOf(source, workflowId, history, runId);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === NOT_FOUND)) throw error;
        yield { kind: 'gone', source };
      }
    }
    cursor = page.next;
  } while (cursor !== null);
}

/** How many runs a query finds, as visibility counts. */
export async function countRuns(client: Client, query: string): Promise<number> {
  const { namespace } = client.options;
  const { count } = await client.workflowService.countWorkflowExecutions({ namespace, query });
  return Number(count);
}
