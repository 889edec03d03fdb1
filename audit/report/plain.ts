/**
 * Characters that change how a text looks without being seen: control characters, those that turn the direction of
 * writing, joiners and fillers of no width, line and paragraph separators, tags, and halves of characters. A name or a
 * message that carries them could make a reader see another one.
 */
const UNSEEN =
  /\p{Cc}|\p{Cs}|\p{Cf}|\u115F|\u1160|\u17B4|\u17B5|[\u2028\u2029]|\u3164|\uFFA0|[\u{E0000}-\u{E0FFF}]/gu;

const LONGEST = 2_000;

/**
 * A text of somebody else as it may stand in a report: what cannot be seen is named (`⟨U+202E⟩`), a line break is a
 * space, and what is longer than `most` characters is cut, which is said.
 */
export function plain(text: string, most = LONGEST): string {
  const seen = text.replaceAll(/\r\n|[\n\r\t]/g, ' ').replaceAll(UNSEEN, nameOf);
  const characters = [...seen];
  return characters.length <= most
    ? seen
    : `${characters.slice(0, most).join('')}… (${characters.length - most} more characters)`;
}

const nameOf = (character: string): string =>
  `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`;

/** Whatever a bundle holds where a text is expected, as a text. */
export function said(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
