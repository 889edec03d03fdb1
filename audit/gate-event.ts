import type { HistoryEvent } from './bundle.ts';
import { attributesOf, durationMillis, membersOf, textIn } from './event.ts';
import { valueOf } from './payload.ts';

/** What an event of a history is about, and where this checkout's code asks for such. */
export interface Concerned {
  /** `call c-1#2 (capture)`, `patch slower-reads`, `update refund/r-1`. */
  readonly about: string;
  /** A file of this checkout, with the effect of the core where it is one. */
  readonly place: string;
  /** The named patch that the event marks, or null. */
  readonly patch: string | null;
}

/** The file of each workflow type. */
const FILES: Readonly<Record<string, string>> = {
  counter: 'workflows/counter.ts',
  fulfilment: 'workflows/fulfilment.ts',
  inbox: 'workflows/inbox.ts',
  payment: 'workflows/payment.ts',
  sweep: 'workflows/sweep.ts',
  terminal: 'workflows/terminal.ts',
};

export function concernedBy(event: HistoryEvent, workflowType: string): Concerned {
  const file = FILES[workflowType] ?? `the workflow ${workflowType}`;
  const driven = workflowType === 'payment';
  const attributes = attributesOf(event);
  const at = (about: string, effect: string, where: string, patch: string | null = null): Concerned => ({
    about,
    place: driven ? `effect ${effect}, ${where}` : file,
    patch,
  });
  const kind = event.eventType.replace(/^EVENT_TYPE_/, '');
  if (kind === 'ACTIVITY_TASK_SCHEDULED') {
    const type = textIn(attributes['activityType'], 'name');
    const id = textIn(attributes, 'activityId');
    const effect = id.includes('@') ? 'allocate' : type === 'read' ? 'read' : 'call';
    return at(`activity ${type} ${id}`, effect, 'workflows/driver.ts');
  }
  if (kind.startsWith('TIMER_')) {
    const id = textIn(attributes, 'timerId');
    const length = textIn(attributes, 'startToFireTimeout');
    const after = length === '' ? '' : ` of ${durationMillis(length)} ms`;
    return at(
      `timer ${id}${after}`,
      kind === 'TIMER_STARTED' ? 'timer.start' : 'timer.cancel',
      'workflows/timers.ts',
    );
  }
  if (kind === 'UPSERT_WORKFLOW_SEARCH_ATTRIBUTES') {
    const fields = Object.keys(membersOf(membersOf(attributes['searchAttributes'])['indexedFields']));
    return at(`search attributes ${fields.join(', ')}`, 'upsert', 'workflows/indexed.ts');
  }
  if (kind === 'SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED') {
    const to = textIn(attributes['workflowExecution'], 'workflowId');
    const signal = textIn(attributes, 'signalName');
    const effect = signal === 'lease' ? 'lease' : 'tell';
    return at(
      `signal ${signal} to ${to}`,
      effect,
      effect === 'lease' ? 'workflows/allocations.ts' : 'workflows/driver.ts',
    );
  }
  if (kind === 'MARKER_RECORDED') {
    const patch = patchOf(attributes);
    const about = patch === '' ? `marker ${textIn(attributes, 'markerName')}` : `patch ${patch}`;
    return at(about, 'patch', 'workflows/driver.ts', patch === '' ? null : patch);
  }
  if (kind.startsWith('WORKFLOW_EXECUTION_UPDATE_')) {
    const id =
      textIn(attributes['meta'], 'updateId') ||
      textIn(membersOf(attributes['acceptedRequest'])['meta'], 'updateId') ||
      textIn(attributes, 'protocolInstanceId');
    return { about: `update ${id}`, place: file, patch: null };
  }
  return { about: kind.toLowerCase().replaceAll('_', ' '), place: file, patch: null };
}

/** The SDK marks a patch as `core_patch`, with its id in the details. */
function patchOf(attributes: Readonly<Record<string, unknown>>): string {
  if (textIn(attributes, 'markerName') !== 'core_patch') return '';
  for (const detail of Object.values(membersOf(attributes['details']))) {
    const { payloads } = membersOf(detail);
    for (const payload of Array.isArray(payloads) ? payloads : []) {
      const id = textIn(valueOf(payload), 'id');
      if (id !== '') return id;
    }
  }
  return '';
}

/** The SDK's sentence out of what it wraps around it. */
export function sentenceOf(message: string): string {
  const [, quoted] = /\bmessage: "((?:[^"\\]|\\.)*)"/.exec(message) ?? [];
  const said = (quoted ?? message).replace(/\\(.)/g, '$1');
  return said
    .replace('[TMPRL1100] Nondeterminism error: ', '')
    .replace(/^Replay failed due [^:]*\. Details: /, '')
    .trim();
}

/** What the SDK says where the code threw and its words were encoded for the server. */
export const THREW = 'Encoded failure';
