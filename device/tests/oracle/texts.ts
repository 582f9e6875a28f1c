/** The strings that generated calls print: their names in C and what they hold. */

export interface Text {
  /** C expression. */
  readonly name: string;
  readonly characters: readonly string[];
  /** False: an array without a NUL, which only a precision makes printable. */
  readonly terminated: boolean;
}

function text(name: string, content: string, terminated = true): Text {
  return { name, characters: [...content], terminated };
}

export const TEXTS: readonly Text[] = [
  text('""', ''),
  text('"literal"', 'literal'),
  text('text_plain', 'motor stalled'),
  text('text_empty', ''),
  text('text_umlauts', 'Wärme 40 °C'),
  text('text_percent', '100% of %d'),
  text('text_long', 'sixty characters and some more, so that a block ends inside it; '.repeat(2).slice(0, 126)),
  text('text_open', 'no NUL behind', false),
];

/** Their definitions in C; not const, so that they are copied as a string on the stack is. */
export function defineTexts(quote: (text: string) => string): string {
  return TEXTS.filter(({ name }) => name.startsWith('text_'))
    .map(({ name, characters, terminated }) => {
      const content = characters.join('');
      const size = terminated ? '' : String(Buffer.byteLength(content));
      return `static char ${name}[${size}] = ${quote(content)};`;
    })
    .join('\n');
}
