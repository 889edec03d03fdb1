/**
 * Rule: the gate opens for the code that wrote the histories and closes for a branch that would tell one of them otherwise,
 * with the event and what it is about; what it cannot see is said in docs/audit.md and shown here too.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { goldenBundle } from './bundles.ts';
import {
  type Branch,
  branchWith,
  type Change,
  type Gated,
  gateIn,
  goldenConfig,
  fewHistories,
  goldenFolder,
} from './gate-branches.ts';
import { withMarker } from './marked-history.ts';

// Each is a process that bundles its own workflow code; a busy machine takes its time.
vi.setConfig({ testTimeout: 600_000 });

const branches: Branch[] = [];
afterEach(() => {
  for (const branch of branches.splice(0)) branch.remove();
});

const DRIVER = 'workflows/driver.ts';
const BEFORE_CALL = '    this.#underWay += 1;\n    const activities';
const PATCH = 'slower-reads';
const patchedBefore: Change = {
  file: DRIVER,
  from: BEFORE_CALL,
  to: `    if (patched('${PATCH}')) this.#underWay += 0;\n${BEFORE_CALL}`,
};

async function gated(changes: readonly Change[], all = false): Promise<Gated> {
  const branch = branchWith(changes);
  branches.push(branch);
  const folder = all ? goldenFolder : fewHistories(branch.folder);
  return gateIn(branch, ['--histories', folder, '--config', goldenConfig(branch.folder)]);
}

/** What the branch changes, and how the gate sees it. */
const breaks: readonly (readonly [string, readonly Change[], readonly object[]])[] = [
  [
    'a timer before each call',
    [
      {
        file: DRIVER,
        from: BEFORE_CALL,
        to: "    void this.#timers.start('gate', Date.now() + 1_000);\n" + BEFORE_CALL,
      },
    ],
    [
      {
        check: 'replay',
        eventId: 5,
        eventType: 'ACTIVITY_TASK_SCHEDULED',
        about: 'activity authorise authorization#1',
        place: 'effect call, workflows/driver.ts',
      },
    ],
  ],
  [
    'an activity of another name',
    [
      {
        file: DRIVER,
        from: 'activities[call.action](call)',
        to: "activities[call.action === 'refund' ? 'capture' : call.action](call as never)",
      },
    ],
    [
      {
        check: 'replay',
        eventType: 'ACTIVITY_TASK_SCHEDULED',
        about: expect.stringContaining('activity refund r-1#'),
      },
    ],
  ],
  [
    'a command that is taken no more',
    [
      {
        file: 'workflows/payment.ts',
        from: 'for (const [type, definition] of Object.entries(commands)) {',
        to: "for (const [type, definition] of Object.entries(commands)) {\n    if (type === 'withdraw') continue;",
      },
    ],
    [{ check: 'replay', eventType: 'WORKFLOW_EXECUTION_UPDATE_ACCEPTED', about: 'update withdraw/w-1' }],
  ],
  [
    'code that throws',
    [
      {
        file: DRIVER,
        from: "      case 'tell':",
        to: "      case 'complete':\n        throw new TypeError('not so');\n      case 'tell':",
      },
    ],
    [
      {
        check: 'replay',
        message: 'the code throws: not so',
        thrownAt: expect.stringMatching(/^workflows\/driver\.ts:\d+$/),
      },
    ],
  ],
  [
    'a workflow that is gone',
    [{ file: 'workflows/index.ts', from: "export { fulfilment } from './fulfilment.ts';\n", to: '' }],
    [{ check: 'replay', workflowType: 'fulfilment' }],
  ],
  [
    'a guard that matters: nothing is refunded',
    [
      {
        file: 'machines/money-rules.ts',
        from: 'const possible = state.capabilities.maxRefunds !== 0;',
        to: 'const possible = false;',
      },
    ],
    [
      { check: 'replay', eventId: 56, about: 'activity refund r-1#5' },
      { check: 'fold', eventId: 56, about: 'activity refund r-1#5' },
    ],
  ],
  [
    'another call, and another last word of a closed payment',
    [
      { file: 'machines/core-lane.ts', from: 'final: operation.final === true,', to: 'final: true,' },
      {
        file: 'machines/view.ts',
        from: 'amount: moneyOf(state, amount),',
        to: 'amount: moneyOf(state, amount + 1),',
      },
    ],
    [
      { check: 'fold', about: 'activity capture c-1#2', message: expect.stringContaining('input.final') },
      {
        check: 'fold',
        eventType: 'WORKFLOW_EXECUTION_COMPLETED',
        message: expect.stringContaining('view.releases.0.amount.value'),
      },
    ],
  ],
  [
    'another answer to callers',
    [
      {
        file: 'workflows/receipt.ts',
        from: 'frees: operation?.frees ?? null',
        to: 'frees: operation?.frees ?? 1',
      },
    ],
    [
      {
        check: 'fold',
        eventType: 'WORKFLOW_EXECUTION_UPDATE_COMPLETED',
        message: expect.stringContaining('frees'),
      },
    ],
  ],
];

describe('a branch', () => {
  test('that changes nothing is let through', async () => {
    const { code, result } = await gated([], true);
    expect(result).toMatchObject({ holds: true, divergences: [], unreadable: [] });
    expect(code).toBe(0);
    const types = Object.fromEntries(result.types.map(({ type, runs }) => [type, runs]));
    expect(types).toEqual({ counter: 1, fulfilment: 1, inbox: 1, payment: 17, sweep: 1, terminal: 2 });
  });

  test.each(breaks)('%s', async (_what, changes, founds) => {
    const { code, result } = await gated(changes);
    for (const found of founds) expect(result.divergences).toContainEqual(expect.objectContaining(found));
    expect(result.holds).toBe(false);
    expect(code).toBe(1);
  });

  test('whose change no history shows is let through: a guard that never mattered, what the driver alone adds to a call', async () => {
    const { code } = await gated([
      {
        file: 'machines/money-rules.ts',
        from: 'maxRefunds !== 0;',
        to: 'maxRefunds !== 0 && (asked ?? 0) < 5_000;',
      },
      {
        file: DRIVER,
        from: 'activities[call.action](call)',
        to: 'activities[call.action]({ ...call, amount: call.amount + 1 } as never)',
      },
    ]);
    expect(code).toBe(0);
  });

  test('that writes another rule into the ledger is seen in bundles alone', async () => {
    const change = { file: 'machines/core-result.ts', from: "'pending-answer'", to: "'answered-pending'" };
    expect((await gated([change])).code).toBe(0);
    const branch = branchWith([change]);
    branches.push(branch);
    const bundles = join(branch.folder, 'bundles');
    mkdirSync(bundles);
    writeFileSync(join(bundles, 'p.audit.json'), JSON.stringify(await goldenBundle('pending-resolved')));
    const { code, result } = await gateIn(branch, ['--bundles', bundles]);
    expect(code).toBe(1);
    expect(result.divergences).toContainEqual(
      expect.objectContaining({
        check: 'fold',
        about: expect.stringMatching(/^entry \d+ \w+\.pending$/),
        message: expect.stringContaining('answered-pending'),
      }),
    );
  });
});

describe('a patch', () => {
  const marked = (folder: string): string => {
    const histories = join(folder, 'marked');
    mkdirSync(histories);
    const golden = JSON.parse(readFileSync(join(goldenFolder, 'three-shipments.json'), 'utf8')) as never;
    writeFileSync(join(histories, 'marked.json'), JSON.stringify(withMarker(golden, PATCH)));
    return histories;
  };

  test('that is there lets histories of before and after it through', async () => {
    const branch = branchWith([patchedBefore]);
    branches.push(branch);
    const config = goldenConfig(branch.folder);
    const both = [
      '--histories',
      marked(branch.folder),
      '--histories',
      fewHistories(branch.folder),
      '--config',
      config,
    ];
    const { result, code } = await gateIn(branch, both);
    expect(result.divergences).toEqual([]);
    expect(code).toBe(0);
  });

  test('that was taken out is named', async () => {
    const branch = branchWith([]);
    branches.push(branch);
    const { result, code } = await gateIn(branch, [
      '--histories',
      marked(branch.folder),
      '--config',
      goldenConfig(branch.folder),
    ]);
    expect(code).toBe(1);
    expect(result.divergences).toContainEqual(
      expect.objectContaining({ check: 'replay', eventId: 5, eventType: 'MARKER_RECORDED', patch: PATCH }),
    );
  });
});

describe('the gate itself', () => {
  test('stays closed where there is nothing, or something that cannot be read', async () => {
    const branch = branchWith([]);
    branches.push(branch);
    const folder = join(branch.folder, 'empty');
    mkdirSync(folder);
    expect((await gateIn(branch, ['--histories', folder])).code).toBe(1);
    writeFileSync(join(folder, 'half.json'), '{"events":[{"eventId":"1"');
    writeFileSync(join(folder, 'foreign.json'), '{"hello":"\\u001b[2J"}');
    const { code, result } = await gateIn(branch, ['--histories', folder]);
    expect(code).toBe(1);
    expect(result.unreadable.map(({ source }) => source)).toHaveLength(2);
  });

  test('writes what CI systems read', async () => {
    const branch = branchWith([
      { file: DRIVER, from: 'activityId: `${call.operation}#', to: 'activityId: `${call.operation}!' },
    ]);
    branches.push(branch);
    const report = join(branch.folder, 'reports', 'gate.xml');
    await gateIn(branch, [
      '--histories',
      fewHistories(branch.folder),
      '--config',
      goldenConfig(branch.folder),
      '--report',
      report,
    ]);
    const xml = readFileSync(report, 'utf8');
    expect(xml).toMatch(/<testsuite name="payment" tests="\d+" failures="\d+">/);
    expect(xml).toContain(
      '<failure message="replay: event 5 ACTIVITY_TASK_SCHEDULED (activity authorise authorization#1; effect call, workflows/driver.ts)',
    );
    expect(xml).toContain('does not match activity id');
    expect(xml).not.toMatch(/<failure[^>]*[^\P{Cc}\n]/u);
  });
});
