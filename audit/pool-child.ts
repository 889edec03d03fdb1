import type { Check } from './check.ts';
import type { Answer, Reply, Task, Terms } from './pool-words.ts';
import { NoBundle, parseBundle, readBundle } from './read-bundle.ts';
import { quietReplay, Replayer } from './replay-runs.ts';
import { readPublicKey } from './signature.ts';
import { verifyBundle } from './verify.ts';

/** Nobody reads more of one word; a hostile bundle may bring one of megabytes. */
const LONGEST_TEXT = 2_000;

/** Answers every message to this process, which is one task at a time, and ends with the channel. */
export function takeTasks({ size, publicKey }: Terms): void {
  const key = publicKey === undefined ? {} : { publicKey: readPublicKey(publicKey) };
  quietReplay();
  const replayer = new Replayer();
  const judge = async (task: Task): Promise<Answer> => {
    const bundle = await bundleOf(task, size);
    if (bundle instanceof NoBundle) return { noBundle: short(bundle.message) };
    const replay: Replayer['replay'] = (payment, histories) => replayer.replay(payment, histories);
    const { payment, checks, ...verdict } = await verifyBundle(bundle, { replay, ...key });
    return {
      ...verdict,
      payment: payment === null ? null : short(payment),
      checks: checks.map(shortened),
    };
  };
  process.once('disconnect', () => process.exit());
  process.on('message', (task) => {
    void judge(task as Task).then((answer) => {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
      const reply: Reply = { answer, cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS * 1024 };
      process.send?.(reply);
    });
  });
}

async function bundleOf(task: Task, size: number): Promise<unknown> {
  try {
    return 'path' in task
      ? await readBundle(task.path, { size })
      : parseBundle(Buffer.from(task.data), { size });
  } catch (error) {
    if (error instanceof NoBundle) return error;
    // A file that is not there or cannot be read.
    if (error instanceof Error && 'syscall' in error) return new NoBundle(error.message);
    throw error;
  }
}

const short = (text: string): string =>
  text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;

function shortened({ difference, ...check }: Check): Check {
  if (difference === undefined) return { ...check, text: short(check.text) };
  const { where, expected, actual } = difference;
  return {
    ...check,
    text: short(check.text),
    difference: { ...difference, where: short(where), expected: cut(expected), actual: cut(actual) },
  };
}

/** The value, or the beginning of its JSON where that is long. */
function cut(value: unknown): unknown {
  const text = JSON.stringify(value) ?? '';
  return text.length > LONGEST_TEXT ? short(text) : value;
}
