/**
 * What comes over the wire may be anything: the server takes an update, a signal or an activity result from whoever
 * can reach it. The edges check bodies in full; here only that is checked which the workflow itself relies on.
 */
import { log } from '@temporalio/workflow';
import type { Notice } from '../payment/notice.ts';
import { type CallResult, OUTCOMES } from '../payment/outcome.ts';
import { refusal } from './failure.ts';
import type { CommandRequest, CreateRequest } from './messages.ts';

const HASH = /^[0-9a-f]{64}$/;
/** Longer than a caller may choose: an order's own release is named after the order. */
const COMMAND_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const ROLES: readonly unknown[] = ['caller', 'operator'];
const TEXTS = ['identity', 'providerReference', 'about', 'state', 'currency'] as const;

/** Runs in the validator. @throws ApplicationFailure `validation` for what is no request of this command. */
export function checkRequest(type: string, asked: CommandRequest): void {
  const { command, hash, by, role } = membersOf(asked);
  const { type: said, id } = membersOf(command);
  if (said !== type) throw invalid(`command.type is not ${type}`);
  if (typeof id !== 'string' || !COMMAND_ID.test(id)) throw invalid('command.id is not an identifier');
  checkHash(hash);
  if (typeof by !== 'string' || by === '') throw invalid('by is not a name');
  if (!ROLES.includes(role)) throw invalid('role is neither caller nor operator');
}

/** Runs in the validator. @throws ApplicationFailure `validation` for what is no request of a creation. */
export function checkCreate(asked: CreateRequest): void {
  checkHash(membersOf(asked)['hash']);
}

/** Whether a signal is a notice that the core can look up; one that is not is logged. */
export function isNotice(told: Notice): boolean {
  const members = membersOf(told);
  const missing = TEXTS.find((name) => typeof members[name] !== 'string');
  if (missing !== undefined) log.warn('a notice was not taken in', { missing });
  return missing === undefined;
}

/** The result of a call, or an unknown outcome where it is none: the call may have had an effect all the same. */
export function resultOf(result: CallResult): CallResult {
  const outcomes: readonly unknown[] = OUTCOMES;
  return outcomes.includes(membersOf(result)['outcome']) ? result : { outcome: 'unknown', reason: 'defect' };
}

function checkHash(hash: unknown): void {
  if (typeof hash !== 'string' || !HASH.test(hash)) throw invalid('hash is not 64 hex digits');
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const invalid = (text: string) => refusal('validation', { rule: null, text, figures: {}, because: [] });
