import { plain } from './plain.ts';

/** HTML that is safe as it is: it is made by {@link html} alone. */
export class Markup {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Part = string | number | Markup | null | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');

function render(part: Part): string {
  if (part === null) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'string') return escape(plain(part));
  if (typeof part === 'number') return String(part);
  return part.map(render).join('');
}

/**
 * HTML from a template. Every text that is put in is somebody else's until proven otherwise: it is made plain and
 * escaped, in content and in quoted attributes alike. Attributes without quotes and addresses are never filled in.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(strings.reduce((text, piece, index) => text + render(parts[index - 1] ?? null) + piece));
}
