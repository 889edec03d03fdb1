import type { Command } from 'commander';
import { Option } from 'commander';
import type { Bundle } from '../audit/bundle.ts';
import type { Point } from '../audit/replay-point.ts';
import type { Story } from '../audit/replay-story.ts';
import type { Supposition } from '../audit/what-if.ts';
import { bundleNamed } from './bundle-source.ts';
import { CheckFailed, EXIT, type ExitCode, UsageError } from './exit.ts';
import { act, collect, type Ended, type Invocation } from './invocation.ts';
import { type Output, styled } from './output.ts';
import { plain, plainJson } from './plain-text.ts';
import { suppositionOf, WHAT_IF } from './what-if-words.ts';

interface Replaying {
  readonly at?: string;
  readonly diff?: readonly string[];
  readonly step?: boolean;
  readonly whatIf?: readonly string[];
  readonly then?: 'replay';
  readonly on?: string;
  readonly maxSize: string;
}

/** `audit replay`: a payment step by step, as it was, as it would have gone on, and on another version's machine. */
export function replayCommand(audit: Command, ended: Ended): void {
  act<Replaying>(
    audit
      .command('replay')
      .description('step through a payment: what moved, what was legal, what was behind it')
      .argument('[source]', 'a bundle, - for stdin, or the id of a payment')
      .option('--at <point>', 'as it stood after entry N, or at an instant (RFC 3339)')
      .option(
        '--diff <points...>',
        'what differs between two entries or instants, or, without a source, two bundles',
      )
      .option('--step', 'one entry at a time, by the keys of a terminal')
      .option(
        '--what-if <supposition>',
        `what would follow, after --at; may be repeated: ${WHAT_IF}`,
        collect,
      )
      .addOption(
        new Option('--then <what>', 'after --what-if: tell it the rest of what was recorded').choices([
          'replay',
        ]),
      )
      .option(
        '--on <checkout>',
        'a folder or a git ref: where its machine would have decided otherwise; exit 1 where it would',
      )
      .option('--max-size <bytes>', 'the largest file that is read', '67108864'),
    ended,
    run,
  );
}

async function run({ args, options, config, output }: Invocation<Replaying>): Promise<ExitCode> {
  const { at, diff, whatIf, then, on } = options;
  const [source] = args;
  if ([diff, whatIf, on].filter((each) => each !== undefined).length > 1)
    throw new UsageError('say one of --diff, --what-if and --on');
  if (at !== undefined && (diff ?? on) !== undefined)
    throw new UsageError('--at goes with --what-if, or alone');
  if (then !== undefined && whatIf === undefined) throw new UsageError('--then goes with --what-if');
  const read = async (name: string): Promise<Bundle> => bundleNamed(name, config, sizeOf(options.maxSize));
  if (diff !== undefined && diff.length !== 2) throw new UsageError('--diff takes two');
  if (source === undefined) {
    if (diff === undefined) throw new UsageError('name a bundle or a payment');
    return diffBundles(output, await read(diff[0] ?? ''), await read(diff[1] ?? ''));
  }
  const { storyOf } = await import('../audit/replay-story.ts');
  const story = told(() => storyOf, await read(source));
  const { difference } = story;
  if (difference !== null)
    output.note(
      `${styled('red', 'the ledger of this bundle is not what its histories give')}, first at entry ${difference.entry ?? '?'}, ${plain(difference.where)}; shown is what the histories give, and tranche audit verify tells more`,
    );
  const code = await shown(output, story, options);
  return difference === null ? code : EXIT.refused;
}

async function shown(output: Output, story: Story, options: Replaying): Promise<ExitCode> {
  const { at, diff, whatIf, on } = options;
  if (on !== undefined) return replayOnCheckout(output, story, on);
  if (whatIf !== undefined) return supposed(output, story, whatIf, at, options.then === 'replay');
  if (diff !== undefined) return diffPoints(output, story, diff[0] ?? '', diff[1] ?? '');
  if (at !== undefined) {
    const [{ standAt }, { showStand }] = await Promise.all([
      import('../audit/replay-point.ts'),
      import('./replay-show.ts'),
    ]);
    const stand = await orUsage(async () => standAt(story, await point(at)));
    plainJson(output, stand);
    showStand(output, stand);
    return EXIT.done;
  }
  return listed(output, story, options.step === true);
}

async function listed(output: Output, story: Story, steps: boolean): Promise<ExitCode> {
  const { pageLines } = await import('./replay-show.ts');
  const { payment, versions } = story.bundle;
  plainJson(output, { payment: payment.id, currency: payment.currency, versions, entries: story.pages });
  if (output.json) return EXIT.done;
  if (steps && process.stdout.isTTY && process.stdin.isTTY) {
    const { stepThrough } = await import('./replay-stepper.ts');
    await stepThrough(process.stdin, story.pages.length, (index) => {
      const page = story.pages[index];
      if (page === undefined) return;
      process.stdout.write('\u001b[2J\u001b[H');
      for (const line of pageLines(story, page)) output.line(line);
      output.line();
      output.line(styled('dim', `${index + 1} of ${story.pages.length}; arrows or enter to go, q to end`));
    });
    return EXIT.done;
  }
  for (const page of story.pages) {
    for (const line of pageLines(story, page)) output.line(line);
    output.line();
  }
  return EXIT.done;
}

async function diffPoints(output: Output, story: Story, a: string, b: string): Promise<ExitCode> {
  const [{ standAt }, { changesOf }, { showChanges }] = await Promise.all([
    import('../audit/replay-point.ts'),
    import('../audit/replay-diff.ts'),
    import('./replay-show.ts'),
  ]);
  const [one, other] = await orUsage(
    async () => [standAt(story, await point(a)), standAt(story, await point(b))] as const,
  );
  const changes = changesOf(
    { ...one.payment, inFlight: one.inFlight },
    { ...other.payment, inFlight: other.inFlight },
  );
  plainJson(output, { a: { n: one.n, at: one.at }, b: { n: other.n, at: other.at }, changes });
  output.line(`A after entry ${one.n}, ${one.at}; B after entry ${other.n}, ${other.at}`);
  showChanges(output, changes);
  return EXIT.done;
}

async function diffBundles(output: Output, a: Bundle, b: Bundle): Promise<ExitCode> {
  const [{ bundleDiff }, { showBundleDiff }] = await Promise.all([
    import('../audit/replay-diff.ts'),
    import('./replay-show.ts'),
  ]);
  const found = bundleDiff(a, b);
  plainJson(output, found);
  showBundleDiff(output, found);
  return EXIT.done;
}

async function supposed(
  output: Output,
  story: Story,
  texts: readonly string[],
  at: string | undefined,
  rest: boolean,
): Promise<ExitCode> {
  const [{ whatIf }, { inFlightOf }, { paymentView }, show] = await Promise.all([
    import('../audit/what-if-story.ts'),
    import('../audit/replay-point.ts'),
    import('../machines/view.ts'),
    import('./replay-show.ts'),
  ]);
  const { currency } = story.bundle.payment;
  const suppositions: readonly Supposition[] = texts.map((text, index) =>
    suppositionOf(text, index + 1, currency),
  );
  const from = at === undefined ? null : await point(at);
  const result = await orUsage(async () => whatIf(story, suppositions, from, rest));
  const { n, core, followed, refed } = result;
  const payment = paymentView(core);
  const inFlight = inFlightOf(core);
  plainJson(output, {
    payment: story.bundle.payment.id,
    after: n,
    followed,
    ...(refed === null ? {} : { replayed: refed }),
    end: { payment, inFlight },
  });
  output.line(`after entry ${n}, on this version; nothing is sent`);
  show.showFollowed(output, plain(currency, 8), followed);
  if (refed !== null) show.showRefed(output, refed);
  output.line();
  show.showStand(output, {
    n: core.ledger.length,
    at: new Date(result.now).toISOString(),
    payment,
    inFlight,
    follow: 0,
  });
  return followed.some(({ refused }) => refused !== null) ? EXIT.refused : EXIT.done;
}

async function replayOnCheckout(output: Output, story: Story, name: string): Promise<ExitCode> {
  const [{ checkoutOf }, { replayOn, NoCore }, { showOn }] = await Promise.all([
    import('../audit/replay-checkout.ts'),
    import('../audit/replay-on.ts'),
    import('./replay-show.ts'),
  ]);
  try {
    const checkout = checkoutOf(name);
    try {
      const found = await replayOn(story, checkout.folder);
      plainJson(output, { on: name, commit: checkout.commit, ...found });
      showOn(output, name, found);
      return found.differences.length === 0 ? EXIT.done : EXIT.refused;
    } finally {
      checkout.remove();
    }
  } catch (error) {
    if (error instanceof NoCore) throw new UsageError(`--on ${name}: ${plain(error.message)}`);
    throw error;
  }
}

async function point(text: string): Promise<Point> {
  const { pointOf } = await import('../audit/replay-point.ts');
  const found = pointOf(text);
  if (found === null)
    throw new UsageError(`${text} is neither the number of an entry nor an instant of RFC 3339`);
  return found;
}

/** What cannot be meant at a point is wrong use. */
async function orUsage<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    const wrong = error instanceof Error && (error.name === 'NoPoint' || error.name === 'NothingToSuppose');
    if (wrong) throw new UsageError(plain(error.message));
    throw error;
  }
}

/** Histories that nobody can live through are a check that fails. */
function told(load: () => (bundle: Bundle) => Story, bundle: Bundle): Story {
  try {
    return load()(bundle);
  } catch (error) {
    if (error instanceof Error && error.name === 'NoTrace') throw new CheckFailed(plain(error.message));
    throw error;
  }
}

function sizeOf(text: string): number {
  const size = Number(text);
  if (!(Number.isSafeInteger(size) && size > 0)) throw new UsageError('--max-size takes a number of bytes');
  return size;
}
