import { createHash } from 'node:crypto';
import type { OpenApiDocument } from './openapi.ts';

/** The document as one HTML page that loads nothing and runs nothing: text, links within it, and its own style. */

type Json = { readonly [key: string]: unknown };

const STYLE = [
  ':root{color-scheme:light dark;--line:#8884;--soft:#8882}',
  'body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}',
  'code,pre{font:14px/1.4 ui-monospace,monospace}pre{background:var(--soft);padding:.75rem;overflow:auto}',
  'section{border-top:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer}',
  'table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid var(--line);padding:.25rem .5rem;text-align:left;vertical-align:top}',
  'h2 code{font-weight:600}nav li{margin:.1rem 0}',
].join('\n');

/** Allows this page its own style and nothing else. */
export const REFERENCE_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function referencePage(document: OpenApiDocument): string {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const { title, description } = document.info;
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<title>${text(title)}: HTTP reference</title><style>${STYLE}</style></head><body>`,
    `<h1>${text(title)}: HTTP reference</h1><p>${text(description)}</p>`,
    '<p>The same as a machine reads it: <a href="/openapi.json">openapi.json</a></p><nav><h2>Calls</h2><ul>',
    ...calls.map(
      ({ method, path, operation }) =>
        `<li><a href="#${idOf(operation)}"><code>${method} ${text(path)}</code></a> ${text(operation['summary'])}</li>`,
    ),
    '</ul><h2>Objects</h2><ul>',
    ...Object.keys(document.components.schemas).map((name) => `<li><a href="#${name}">${name}</a></li>`),
    '</ul></nav><main>',
    ...calls.map(({ method, path, operation }) => callSection(method, path, operation)),
    ...Object.entries(document.components.schemas).map(
      ([name, schema]) => `<section id="${name}"><h2>${name}</h2>${schemaBlock(schema)}</section>`,
    ),
    '</main></body></html>\n',
  ].join('\n');
}

const idOf = (operation: Json): string => text(operation['operationId']);

function callSection(method: string, path: string, operation: Json): string {
  const parameters = (operation['parameters'] ?? []) as readonly Json[];
  const body = contentOf(operation['requestBody'] as Json | undefined);
  const answers = Object.entries(operation['responses'] as Readonly<Record<string, Json>>);
  return [
    `<section id="${idOf(operation)}"><h2><code>${method} ${text(path)}</code></h2>`,
    `<p>${text(operation['summary'])}. ${text(operation['description'] ?? '')}</p>`,
    `<p>${whoMay(operation['x-access'])}</p>`,
    parameters.length === 0 ? '' : parameterTable(parameters),
    body === '' ? '' : `<h3>Body</h3>${body}`,
    '<h3>Answers</h3>',
    ...answers.map(
      ([status, answer]) =>
        `<details><summary><code>${status}</code> ${text(answer['description'])}</summary>${contentOf(answer)}</details>`,
    ),
    '</section>',
  ].join('\n');
}

function whoMay(access: unknown): string {
  if (access === 'write') return 'Needs a token of the role operator.';
  if (access === 'audit') return 'Needs a token of the role auditor or operator.';
  return access === 'read' ? 'Needs any token.' : 'Needs no token.';
}

function parameterTable(parameters: readonly Json[]): string {
  const rows = parameters.map((each) => {
    const schema = JSON.stringify(each['schema'] ?? {});
    const needed = each['required'] === true ? 'required' : '';
    return `<tr><td><code>${text(each['name'])}</code></td><td>${text(each['in'])} ${needed}</td><td><code>${text(schema)}</code> ${text(each['description'] ?? '')}</td></tr>`;
  });
  return `<h3>Parameters</h3><table><tbody>${rows.join('')}</tbody></table>`;
}

function contentOf(part: Json | undefined): string {
  const content = Object.entries((part?.['content'] ?? {}) as Readonly<Record<string, Json>>);
  return content
    .map(([type, { schema, example }]) =>
      [
        `<p><code>${text(type)}</code></p>`,
        schema === undefined ? '' : schemaBlock(schema as Json),
        example === undefined ? '' : `<pre>${text(JSON.stringify(example, null, 2))}</pre>`,
      ].join(''),
    )
    .join('');
}

function schemaBlock(schema: Json): string {
  const reference = /^#\/components\/schemas\/(\w+)$/.exec(text(schema['$ref']));
  if (reference !== null) return `<p><a href="#${reference[1]}">${reference[1]}</a></p>`;
  const linked = text(JSON.stringify(schema, null, 2)).replace(
    /#\/components\/schemas\/(\w+)/g,
    '<a href="#$1">#/components/schemas/$1</a>',
  );
  return `<pre>${linked}</pre>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const text = (value: unknown): string => String(value).replace(/[&<>"']/g, (each) => ESCAPES[each] ?? each);
