/** Writes generated calls as C: each one is printed by the C library and logged. */
import type { LogCall, PrintCall } from './calls.ts';
import { NEWLIB_CASES } from './newlib.ts';
import { defineTexts } from './texts.ts';

/** One file with a function `oracle_partN` that makes the calls. */
export function writePart(calls: readonly LogCall[], index: number): string {
  const lines = calls.map(({ logged, printed }) => `    CALL((${written(printed)}), (${written(logged)}));`);
  return `#include "oracle.h"

USE_MODULE
${defineTexts(quote)}
static uint32_t word = 7;
static char letter = 'z';

void oracle_part${index}(void);
void oracle_part${index}(void)
{
    (void)text_open;
    (void)text_empty;
    (void)word;
    (void)letter;
${lines.join('\n')}
}
`;
}

/** What the harness calls: all parts, and what the C library is known to do wrong. */
export function writeList(parts: number): string {
  const names = Array.from({ length: parts }, (_, index) => `oracle_part${index}`);
  return `#include "oracle.h"

${names.map((name) => `void ${name}(void);`).join('\n')}

void (*const oracle_parts[])(void) = {${names.join(', ')}};
const unsigned oracle_part_count = ${parts};

void oracle_known_cases(void);
void oracle_known_cases(void)
{
${NEWLIB_CASES.map(({ call }) => `    oracle_printed(snprintf(oracle_line, sizeof oracle_line, ${call}));`).join('\n')}
}
`;
}

function written({ format, values }: PrintCall): string {
  return [quote(format), ...values].join(', ');
}

/** A C string literal; what is not plain as octal, also because `??=` means something else to C. */
function quote(text: string): string {
  const characters = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9 .,%=|-]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${characters.join('')}"`;
}
