/**
 * What comes over the wire may be anything: the server takes an update, a signal or an activity result from whoever
 * can reach it. The edges check bodies in full; here only that is checked which the workflow itself relies on.
 */
import { log } from '@temporalio/workflow';
import type { Notice } from '../payment/notice.ts';
import { type CallResult, OUTCOMES } from '../payment/outcome.ts';
import type { ReadResult } from '../payment/read.ts';
import { refusal } from './failure.ts';
import type {
  AllocatedWord,
  AllocationRequest,
  CommandRequest,
  CreateRequest,
  LeaseWord,
  QueuedWord,
  Unblocking,
} from './messages.ts';

const HASH = /^[0-9a-f]{64}$/;
/** Longer than a caller may choose: an order's own release is named after the order. */
const COMMAND_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const ROLES: readonly unknown[] = ['caller', 'operator'];
const DECLINE = ['code', 'message', 'hold', 'again'] as const;
const LONGEST_EVIDENCE = 2_000;
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

/**
 * The result of a read, or a failed one where it is none. A number that is no amount would move money that is not
 * there; texts are only kept.
 */
export function readResultOf(result: ReadResult): ReadResult {
  return isReadResult(result) ? result : { read: 'failed', reason: 'defect' };
}

function isReadResult(result: ReadResult): boolean {
  const { read, reason, offered, booked, decline, hold, remaining, locked, unsettled } = membersOf(result);
  if (!isAmount(remaining ?? 0) || typeof (locked ?? false) !== 'boolean' || (unsettled ?? true) !== true)
    return false;
  switch (read) {
    case 'approved':
      return isAmount(booked ?? 0) && typeof (hold ?? {}) === 'object';
    case 'pending':
      return true;
    case 'declined':
      return DECLINE.every((name) => typeof membersOf(decline)[name] === 'string');
    case 'absent':
      return typeof offered === 'boolean';
    case 'failed':
      return typeof reason === 'string';
    default:
      return false;
  }
}

/** Whether a signal asks for a reference; one that does not is logged. */
export function isAllocationRequest(ask: AllocationRequest): boolean {
  const { payment, operation, number, blockFor } = membersOf(ask);
  return logged(
    'an asking',
    isText(payment) && isText(operation) && isCount(number) && (blockFor === null || isAmount(blockFor)),
  );
}

/** Whether a signal gives a lease back or says that it is kept; one that does not is logged. */
export function isLeaseWord(word: LeaseWord): boolean {
  const { payment, number, how } = membersOf(word);
  return logged('a lease', isText(payment) && isCount(number) && (how === 'done' || how === 'unknown'));
}

/** Whether a signal brings a reference; one that does not is logged. */
export function isAllocated(word: AllocatedWord): boolean {
  const { number, reference } = membersOf(word);
  return logged('a reference', isCount(number) && isText(reference));
}

/** Whether a signal says that a payment has to wait; one that does not is logged. */
export function isQueued(word: QueuedWord): boolean {
  const { number, blockedBy } = membersOf(word);
  const { payment, operation } = membersOf(blockedBy);
  return logged('a wait', isCount(number) && (blockedBy === null || (isText(payment) && isText(operation))));
}

/** Runs in the validator. @throws ApplicationFailure `validation` for what names no lease, person or evidence. */
export function checkUnblocking(asked: Unblocking): void {
  const { reference, by, evidence } = membersOf(asked);
  if (!isText(reference)) throw invalid('reference is none');
  if (!isText(by)) throw invalid('by is not a name');
  if (!isText(evidence) || evidence.length > LONGEST_EVIDENCE)
    throw invalid(`evidence has 1 to ${LONGEST_EVIDENCE} characters`);
}

function logged(what: string, fits: boolean): boolean {
  if (!fits) log.warn(`${what} was not taken in`);
  return fits;
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isAmount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 1;

function checkHash(hash: unknown): void {
  if (typeof hash !== 'string' || !HASH.test(hash)) throw invalid('hash is not 64 hex digits');
}

const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

const invalid = (text: string) => refusal('validation', { rule: null, text, figures: {}, because: [] });
