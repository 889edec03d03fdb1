/** The log of a process: lines of JSON on stderr, for people where stderr is a terminal. */
import { env, stderr } from 'node:process';
import { type DestinationStream, type Logger, type LoggerOptions, pino, stdTimeFunctions } from 'pino';
import { fieldsOf } from './log-fields.ts';
import { lineForPeople } from './log-line.ts';
import { LogMask } from './log-mask.ts';

export type Log = Logger;

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];

export interface LogOptions {
  /** Where the environment names none in LOG_LEVEL. @default 'info' */
  readonly level?: LogLevel;
  /** @default stderr */
  readonly out?: { write(line: string): unknown };
  /** Lines for people instead of JSON. @default whether stderr is a terminal */
  readonly people?: boolean;
}

export interface ProcessLog {
  readonly logger: Log;
  /** For a framework that makes its logger itself: the same level, fields, mask and destination. */
  readonly settings: LoggerOptions & { readonly stream: DestinationStream };
  /** Masks these values in every line from now on: the secrets of the configuration. */
  hide(secrets: readonly string[]): void;
}

/** A word in LOG_LEVEL that is no level counts as none. */
export function createLog(options: LogOptions = {}): ProcessLog {
  const mask = new LogMask();
  const out = options.out ?? stderr;
  const people = options.people ?? stderr.isTTY === true;
  const colours = people && env['NO_COLOR'] === undefined;
  const stream: DestinationStream = {
    write: (line) => {
      const masked = mask.mask(line);
      out.write(people ? lineForPeople(masked, colours) : masked);
    },
  };
  const settings: LoggerOptions = {
    level: levelOf(env['LOG_LEVEL']) ?? options.level ?? 'info',
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }), log: fieldsOf },
    hooks: {
      // Without a message of ours the logger would take the error's, which may quote what was sent or answered.
      logMethod(given, method) {
        const [first, message] = given as readonly unknown[];
        if (typeof first === 'object' && message === undefined) method.apply(this, [first, 'an error']);
        else method.apply(this, given);
      },
    },
  };
  return {
    logger: pino(settings, stream),
    settings: { ...settings, stream },
    hide: (secrets) => mask.hide(secrets),
  };
}

function levelOf(text: string | undefined): LogLevel | undefined {
  const word = text?.toLowerCase();
  return LEVELS.find((level) => level === word);
}
