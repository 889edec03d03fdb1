import type {
  CallFault,
  CrashPoint,
  Decision,
  GrantFault,
  Life,
  NoticeFault,
  ProviderEvent,
  ReadFault,
} from './life.ts';

export interface Crash {
  readonly point: CrashPoint;
  readonly down: number;
}

/** The drawn faults of a life by what they befall, and a count of those that did. */
export class Faults {
  /** How often each kind befell something, by name. */
  readonly met: Record<string, number> = {};
  private readonly calls = new Map<number, CallFault>();
  private readonly notices = new Map<number, NoticeFault>();
  private readonly reads = new Map<number, ReadFault>();
  private readonly grants = new Map<number, GrantFault>();
  private readonly crashes = new Map<number, Crash>();
  private readonly calmAt: number;

  /** @param begin - virtual milliseconds at which the life begins. */
  constructor(life: Life, begin: number) {
    this.calmAt = life.setting.calmAfter === null ? Number.POSITIVE_INFINITY : begin + life.setting.calmAfter;
    for (const decision of life.decisions) this.take(decision);
  }

  call(nth: number, at: number): CallFault | null {
    return this.meet('call', this.calls.get(nth), at);
  }

  notice(nth: number, at: number): NoticeFault | null {
    return this.meet('notice', this.notices.get(nth), at);
  }

  read(nth: number, at: number): ReadFault | null {
    return this.meet('read', this.reads.get(nth), at);
  }

  grant(nth: number, at: number): GrantFault | null {
    return this.meet('grant', this.grants.get(nth), at);
  }

  crash(step: number, at: number): Crash | null {
    const crash = this.crashes.get(step);
    if (crash === undefined || at >= this.calmAt) return null;
    this.count(`crash ${crash.point}`);
    return crash;
  }

  /** What the provider does by itself is no fault, but counted beside them. */
  happened(event: ProviderEvent): void {
    this.count(`provider ${event.kind === 'elsewhere' ? `${event.kind} ${event.action}` : event.kind}`);
  }

  private take(decision: Decision): void {
    if (decision.kind === 'call') this.calls.set(decision.nth, decision.fault);
    else if (decision.kind === 'notice') this.notices.set(decision.nth, decision.fault);
    else if (decision.kind === 'read') this.reads.set(decision.nth, decision.fault);
    else if (decision.kind === 'grant') this.grants.set(decision.nth, decision.fault);
    else if (decision.kind === 'crash') this.crashes.set(decision.step, decision);
  }

  private meet<Fault extends { readonly kind: string }>(
    what: string,
    fault: Fault | undefined,
    at: number,
  ): Fault | null {
    if (fault === undefined || at >= this.calmAt) return null;
    this.count(`${what} ${fault.kind}`);
    return fault;
  }

  private count(name: string): void {
    this.met[name] = (this.met[name] ?? 0) + 1;
  }
}
