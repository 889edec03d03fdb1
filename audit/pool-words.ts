import type { Verdict } from './verify.ts';

/** Something that may be a bundle, and what it is called in the result. */
export type Source = { readonly name: string } & (
  | {
      readonly path: string;
      /** As the directory says; 0 where it says nothing. */
      readonly bytes: number;
    }
  | { readonly data: Buffer }
  /** Why it cannot be one. */
  | { readonly fault: string }
);

export interface PoolOptions {
  /** Most processes at once. */
  readonly jobs: number;
  /** The largest bundle, bytes. */
  readonly size: number;
  /** Memory of a process for its objects, MiB. */
  readonly memory: number;
  /** The key that bundles must be signed with, PEM or 32 bytes in base64. */
  readonly publicKey?: string;
  /** The longest that one bundle may take. @default a minute, and 15 s for each MiB of it */
  readonly seconds?: number;
}

/** What became of one source: a verdict, why it is no bundle, or why there is no verdict. */
export type Answer =
  | Verdict
  | { readonly noBundle: string }
  | { readonly holds: false; readonly stopped: string };

export type Judged = { readonly file: string } & Answer;

/** What a process is started with; every message to it is a {@link Task}. */
export interface Terms {
  readonly size: number;
  readonly publicKey?: string;
}

export type Task = { readonly path: string } | { readonly data: Uint8Array };

/** What a process has used so far. */
export interface Used {
  /** Milliseconds of all its threads. */
  readonly cpu: number;
  /** The most bytes that it had of the machine's memory. */
  readonly memory: number;
}

export type Reply = Used & { readonly answer: Answer };
