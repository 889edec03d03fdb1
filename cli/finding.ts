/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do about it; null where it is well. Beside `ok` it is advice. */
  readonly mend: string | null;
}

export const well = (name: string, found: string): Finding => ({ name, ok: true, found, mend: null });

export const ill = (name: string, found: string, mend: string): Finding => ({ name, ok: false, found, mend });

/** Works, and could be better: no failed check. */
export const warn = (name: string, found: string, mend: string): Finding => ({ name, ok: true, found, mend });
