import type { HistoryEvent } from './bundle.ts';
import { valueOf } from './payload.ts';

/** Members of a value that may be anything. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};

export const textIn = (value: unknown, name: string): string => {
  const member = membersOf(value)[name];
  return typeof member === 'string' ? member : '';
};

/** What an event says; empty where it has no attributes. */
export function attributesOf(event: HistoryEvent): Readonly<Record<string, unknown>> {
  const name = Object.keys(event).find((key) => key.endsWith('EventAttributes'));
  return name === undefined ? {} : membersOf(event[name]);
}

/** The JSON values in a list of payloads; undefined for each that is none. */
export function valuesIn(payloads: unknown): readonly unknown[] {
  const list = membersOf(payloads)['payloads'];
  return Array.isArray(list) ? list.map(valueOf) : [];
}

/** Milliseconds since the epoch, as a workflow sees the time of an event; NaN for what is no instant. */
export const millisOf = ({ eventTime }: HistoryEvent): number => Date.parse(eventTime);

/** `1.5s` of Temporal's JSON, in milliseconds. */
export const durationMillis = (text: string): number => Math.round(Number(text.replace(/s$/, '')) * 1_000);
