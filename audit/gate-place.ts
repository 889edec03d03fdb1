import { readFile } from 'node:fs/promises';
import { SourceMap } from 'node:module';
import { workflowBundle } from '../temporal/bundle.ts';

const INLINE = /\/\/# sourceMappingURL=data:application\/json;(?:charset=[\w-]+;)?base64,([\w+/=]+)\s*$/;
/** The rooms that the workflow bundle is made of. */
const OURS = /((?:workflows|machines|payment)\/[\w-]+\.ts)$/;

/** Where in our sources a stack trace of the workflow bundle begins: `workflows/driver.ts:181`; empty where it cannot be told. */
export async function placeIn(stack: string): Promise<string> {
  const frames = [...stack.matchAll(/\.js:(\d+):(\d+)/g)];
  if (frames.length === 0) return '';
  const { codePath } = await workflowBundle();
  const code = await readFile(codePath, 'utf8');
  const [, inline] = INLINE.exec(code.slice(code.lastIndexOf('//# sourceMappingURL='))) ?? [];
  if (inline === undefined) return '';
  const text = Buffer.from(inline, 'base64').toString('utf8');
  const map = new SourceMap(JSON.parse(text) as ConstructorParameters<typeof SourceMap>[0]);
  for (const [, line, column] of frames) {
    const found = map.findEntry(Number(line) - 1, Number(column) - 1);
    if (!('originalSource' in found)) continue;
    const [, file] = OURS.exec(found.originalSource) ?? [];
    if (file !== undefined) return `${file}:${found.originalLine + 1}`;
  }
  return '';
}
