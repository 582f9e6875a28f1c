import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeCrash } from '../../test/fixture/crashes.ts';
import { MARKUP, makeHostileCrash } from '../../test/fixture/hostile.ts';
import { makeAssertTrace } from '../../test/fixture/traces.ts';
import { codeSpan, escapeMarkdown, fenced } from './markdown.ts';
import { renderMarkdown, renderText } from './report.ts';

const crash = makeCrash({
  id: 'c1',
  issue: 'i1',
  issueTitle: 'Tank',
  serial: 'pump-04',
  boot: 6,
  uptime: 72_430,
  receivedAt: '2026-03-02T14:02:09Z',
  trace: makeAssertTrace(93),
  reason: 0x8002,
});

describe('a crash as text', () => {
  const text = renderText(crash, 'http://127.0.0.1:8080/p/demo/crashes/c1');

  it('has the sentence, the stack, values, why values are unknown, registers, log and reboot', () => {
    for (const part of [
      'The check level <= TANK_FULL failed in fill_tank (pump.c:112): level = 93.',
      'device pump-04 · boot 6 · 00:01:12.430 after start',
      ' 1  check_level  demo/firmware/pump.c:97  (inlined)',
      'pump: struct pump * = 0x20000048',
      '  level: uint16_t = 93',
      'deadline: uint32_t = <optimised out: the compiler kept it in no register and no memory at this line>',
      'pc         0x10000b92',
      '-0.137  error    pump: level 93 above the limit of 80'.replace('-', '\u2212'),
      'Assert: A check in the firmware failed.',
      'http://127.0.0.1:8080/p/demo/crashes/c1',
    ]) {
      expect(text).toContain(part);
    }
  });

  it('lists the other threads by one line each, and the faulting instruction', () => {
    const trace = makeAssertTrace(93);
    const other = { name: 'rx', crashed: false, frames: [], state: 'blocked', waitsFor: 'queue rx_frames' };
    const fault = { ...trace.fault, instruction: { pc: '0x10000b92', text: 'ldr r3, [r2, #8]' } };
    const more = renderText({ ...crash, trace: { ...trace, fault, threads: [...trace.threads, other] } }, 'http://x/');
    expect(more).toContain('── Other threads\nrx: blocked, waits for queue rx_frames');
    expect(more).toContain('instruction at 0x10000b92: ldr r3, [r2, #8]');
  });

  it('counts the lines of a large variable that it leaves out', () => {
    expect(text).toMatch(/\n… \d+ more\n/);
  });
});

describe('a crash as Markdown', () => {
  it('has the same parts in fences', () => {
    const markdown = renderMarkdown(crash, 'http://x/');
    expect(markdown).toContain('## The check level &lt;= TANK\\_FULL failed');
    expect(markdown).toContain('### Stack of main stack (crashed)\n```text\n 0  noinit_assert');
    expect(markdown.match(/```/g)?.length).toBe(2 * (markdown.match(/^### /gm)?.length ?? 0));
  });

  it('lets no device text out of its fence, and no markup into the lines around', () => {
    const markdown = renderMarkdown(makeHostileCrash('2026-03-02T14:02:09Z'), 'http://x/');
    const outside = removeCode(markdown);
    expect(markdown).toContain(MARKUP);
    expect(outside).not.toMatch(/[^\\]<(?:img|script)/);
    expect(outside).not.toContain('# not a heading'.replace('#', '\n#'));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(markdown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/);
  });
});

describe('fences', () => {
  it('are longer than any inside', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', '\n') }), (text) => {
        const lines = fenced(text).split('\n');
        const fence = lines[0]?.replace('text', '') ?? '';
        const closing = lines.findIndex((line, index) => index > 0 && /^`+$/.test(line) && line.length >= fence.length);
        expect(closing).toBe(lines.length - 1);
      }),
    );
  });

  it('hold a span of code with backticks at its ends', () => {
    expect(codeSpan('a')).toBe('`a`');
    expect(codeSpan('`a``')).toBe('``` `a`` ```');
  });

  it('escape what Markdown reads', () => {
    expect(escapeMarkdown('a_b <c> *d* [e](f) `g`')).toBe('a\\_b &lt;c\\> \\*d\\* \\[e\\](f) \\`g\\`');
  });
});

/** Drops fenced blocks and code spans, as a reader of Markdown would set them apart. */
function removeCode(markdown: string): string {
  return markdown.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '').replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '');
}
