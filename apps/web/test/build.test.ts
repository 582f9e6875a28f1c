import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPage, buildPage } from './built-page.ts';

/** Bytes after gzip that a browser loads before the first paint. */
const BUDGET = 150_000;

describe('the built page', () => {
  let page: BuiltPage;
  let html: string;
  beforeAll(async () => {
    page = await buildPage();
    html = await readFile(join(page.folder, 'index.html'), 'utf8');
  }, 30_000);
  afterAll(() => page.remove());

  it('is at most 150 kB before the first paint', async () => {
    const first = ['index.html', ...[...html.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)].map((match) => match[1] ?? '')];
    const sizes = await Promise.all(first.map(async (file) => gzipSync(await readFile(join(page.folder, file))).length));
    const total = sizes.reduce((sum, size) => sum + size, 0);
    console.info(`page before first paint: ${(total / 1000).toFixed(1)} kB gzip of ${BUDGET / 1000} kB (${first.join(', ')})`);
    expect(first.length).toBeGreaterThanOrEqual(3);
    expect(total).toBeLessThanOrEqual(BUDGET);
  });

  it('names its assets by their content', async () => {
    for (const file of await readdir(join(page.folder, 'assets'))) expect(file).toMatch(/-[\w-]{8}\.(?:js|css)$/);
  });

  it('has no inline script, no inline style and no address of another host', () => {
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
    expect(html).not.toMatch(/(?:src|href)="(?!\/)/);
  });
});
