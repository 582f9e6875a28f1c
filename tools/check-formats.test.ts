import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkFormats, writeFormats } from './check-formats.mjs';

const PAGES = resolve(import.meta.dirname, '../docs/formats');

it('finds every worked example of the format pages true', () => {
  expect(checkFormats(PAGES)).toEqual([]);
});

describe('the example checker', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'noinit-formats-'));
    cpSync(PAGES, folder, { recursive: true });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function edit(page: string, from: string, to: string): void {
    const text = readFileSync(join(folder, page), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(folder, page), text.replace(from, to));
  }

  it('finds a byte that was changed, and shows both sides', () => {
    edit('ack.md', '44 00 ed', '45 00 ed');
    const [problem = '', ...others] = checkFormats(folder);
    expect(others).toEqual([]);
    expect(problem).toContain('ack.md: scanAcks gives');
    expect(problem).toContain('15532101');
    expect(problem).toContain('15532100');
  });

  it('finds JSON that was changed, and can rewrite it', () => {
    edit('chunk.md', '"offset": 25', '"offset": 26');
    expect(checkFormats(folder)).toHaveLength(1);
    writeFormats(folder);
    expect(readFileSync(join(folder, 'chunk.md'), 'utf8')).toBe(readFileSync(join(PAGES, 'chunk.md'), 'utf8'));
  });

  it('finds a trace that is none, a decoder that is not there, and a page without an example', () => {
    edit('trace.md', '"confidence": "certain"', '"confidence": "very"');
    edit('ack.md', 'hex scanAcks', 'hex parseAck');
    writeFileSync(join(folder, 'new.md'), '# New\n');
    writeFileSync(join(folder, 'inside.md'), '# Inside\n\n## Worked example\nNone, because no host reads it.\n');
    expect(
      checkFormats(folder)
        .map((problem) => problem.split(':')[0])
        .sort(),
    ).toEqual(['ack.md', 'new.md', 'trace.md']);
  });
});
