/** Text that a device or a program file chose, made harmless for a terminal. */

/** Control characters, line and paragraph separators, and what turns the direction of text. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is made visible
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Every character that is not seen as itself becomes `\xhh` or `\uhhhh`. */
export function visible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    const code = character.charCodeAt(0);
    return code > 0xff ? `\\u${code.toString(16).padStart(4, '0')}` : `\\x${code.toString(16).padStart(2, '0')}`;
  });
}
