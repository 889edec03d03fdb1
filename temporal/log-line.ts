/** A line of the log for people: time, level, message, then the facts as `name=value`. */
import { styleText } from 'node:util';

const COLOURS = { warn: 'yellow', error: 'red', fatal: 'red', debug: 'dim', trace: 'dim' } as const;

/** Facts that only programs need. */
const FOR_PROGRAMS: ReadonlySet<string> = new Set([
  'pid',
  'namespace',
  'runId',
  'sdkComponent',
  'workflowType',
  'activityType',
]);

/**
 * @param line - a line of JSON; one that is none comes back as it is.
 * @param colours - whether the terminal shows them.
 */
export function lineForPeople(line: string, colours: boolean): string {
  const facts = parsed(line);
  if (facts === null) return line;
  const { time, level, msg, ...rest } = facts;
  const word = String(level);
  const colour = word in COLOURS ? COLOURS[word as keyof typeof COLOURS] : 'cyan';
  const shown = colours
    ? styleText(colour, word.toUpperCase().padEnd(5), { validateStream: false })
    : word.toUpperCase().padEnd(5);
  const pairs = Object.entries(rest)
    .filter(([name]) => !FOR_PROGRAMS.has(name))
    .map(([name, value]) => `${name}=${textOf(value)}`);
  return `${[String(time).slice(11, 23), shown, msg, ...pairs].join(' ')}\n`;
}

const textOf = (value: unknown): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return /[\s"=]/.test(text) && typeof value === 'string' ? JSON.stringify(text) : text;
};

function parsed(line: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    return null;
  }
}
