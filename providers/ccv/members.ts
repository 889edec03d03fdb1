/** The members of a JSON object as they were written: `JSON.parse` keeps the last of two with one name, and rounds numbers. */

export interface Member {
  readonly name: string;
  /** The value's own text. */
  readonly source: string;
}

const TOKEN = /"[^"\\]*(?:\\[^][^"\\]*)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/** @param json - a text that `JSON.parse` takes, with an object at its root. */
export function membersOf(json: string): readonly Member[] {
  const members: Member[] = [];
  let depth = 0;
  let name: string | null = null;
  let from = -1;
  let to = -1;
  const end = (): void => {
    if (name !== null) members.push({ name, source: json.slice(from, to) });
    name = null;
    from = -1;
  };
  for (const { 0: token, index } of json.matchAll(TOKEN)) {
    const after = index + token.length;
    const opens = token === '{' || token === '[';
    const closes = token === '}' || token === ']';
    if (opens) depth += 1;
    if (closes) depth -= 1;
    if (depth === 0) end();
    else if (depth === 1 && token === ',') end();
    else if (depth === 1 && token === ':') from = after;
    else if (name === null && depth === 1 && !opens) name = String(JSON.parse(token));
    to = after;
  }
  return members.map((member) => ({ ...member, source: member.source.trim() }));
}
