/** Markdown that shows foreign text as it is, whatever it holds. */

/** A code block; its fence is longer than any run of backticks inside. */
export function fenced(text: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}text\n${text}\n${fence}`;
}

/** Code within a line, delimited as CommonMark 6.1 wants it. Line breaks must have been made visible before. */
export function codeSpan(text: string): string {
  const mark = '`'.repeat(longestRun(text) + 1);
  const space = /^`|`$|^ .* $/.test(text) ? ' ' : '';
  return `${mark}${space}${text}${space}${mark}`;
}

/** Text within a line: every character that Markdown or HTML could read is escaped. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]<>#!|~&$]/g, (character) => (character === '<' ? '&lt;' : `\\${character}`));
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
