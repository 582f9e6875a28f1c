/** The readers' side over real HTTP: lists, pages, what is not there, the page's files. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CrashDetail, type CrashSummary, type DeviceDetail, type IssueSummary, path } from '@noinit/api';
import { simulateDevice } from '@noinit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchServer, type RunningServer, sendText } from './start.ts';

const DEVICES = [1, 2, 3].map((seed) => simulateDevice({ seed, serial: `SN-${seed}` }));
const CRASHES = DEVICES.flatMap(({ messages }) => messages).filter(({ record }) => record.kind === 'crash');

let running: RunningServer;
let page: string;
beforeAll(async () => {
  page = mkdtempSync(join(tmpdir(), 'noinit-page-'));
  mkdirSync(join(page, 'assets'));
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(page, 'assets/app-1234abcd.js'), 'export {};');
  writeFileSync(join(page, '.sources'), 'of the build, not of the page');
  running = await launchServer({ page });
  for (const { serial, chunks } of DEVICES) await running.post(serial, chunks);
  await running.server.idle();
});
afterAll(async () => {
  await running.close();
  rmSync(page, { recursive: true, force: true });
});

describe('lists', () => {
  it('give every item once over pages of any size', async () => {
    for (const limit of [1, 2, 200]) {
      const crashes = await running.list<CrashSummary>(`${path.crashes()}?limit=${limit}`);
      expect(new Set(crashes.map(({ id }) => id)).size).toBe(CRASHES.length);
      expect(crashes).toHaveLength(CRASHES.length);
    }
  });

  it('can be narrowed to an issue, and to a part of a serial', async () => {
    const issues = await running.list<IssueSummary>(path.issues());
    const [issue] = issues;
    const crashes = await running.list<CrashSummary>(path.crashes(issue?.id));
    expect(crashes).toHaveLength(issue?.crashes ?? 0);
    expect(new Set(crashes.map((crash) => crash.issue))).toEqual(new Set([issue?.id]));
    expect(await running.list(path.devices('N-2'))).toMatchObject([{ serial: 'SN-2' }]);
    expect(await running.list(path.devices('nobody'))).toEqual([]);
  });

  it.each(['limit=0', 'limit=201', 'limit=x', 'limit=1&limit=2', 'cursor=foreign', 'cursor=a&cursor=b'])(
    'refuse %s',
    async (query) => {
      expect(await running.status(`${path.crashes()}?${query}`)).toBe(400);
      expect(await running.status(`${path.issues()}?${query}`)).toBe(400);
    },
  );

  it('refuse a search for what no serial has', async () => {
    expect(await running.status(path.devices('\0'))).toBe(400);
  });
});

describe('what is not there', () => {
  it.each([
    path.issue('0'.repeat(24)),
    path.crash('__proto__'),
    path.crash('x'.repeat(300)),
    path.dump('..%2f..'),
    path.device('nobody'),
    '/api/v1/nothing',
    '/nothing',
    '/assets/../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
  ])('is not found: %.40s', async (url) => {
    expect(await running.status(url)).toBe(404);
  });

  it('is not written either', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      const answer = await fetch(running.url + path.overview(), { method });
      expect(answer.status).toBe(404);
      await answer.arrayBuffer();
    }
  });
});

describe('a crash', () => {
  it('comes with its log, its neighbours and how its boot ended', async () => {
    const [issue] = await running.list<IssueSummary>(path.issues());
    const crashes = await running.list<CrashSummary>(path.crashes(issue?.id));
    const details = await Promise.all(crashes.map(({ id }) => running.get<CrashDetail>(path.crash(id))));
    for (const [index, crash] of details.entries()) {
      // Newest first; previous is the older one.
      expect([crash.previous, crash.next]).toEqual([details[index + 1]?.id ?? null, details[index - 1]?.id ?? null]);
      expect(crash.log.length).toBeGreaterThan(0);
      // Nobody has the dictionary: a line says which message it is and with what values.
      expect(crash.log[0]?.text).toMatch(/\S/);
    }
    const ended = details.filter(({ reboot }) => reboot !== null);
    expect(ended.length).toBeGreaterThan(0);
    for (const { reboot } of ended) expect(reboot).toMatchObject({ reason: { name: 'Fault' }, expected: false });
  });

  it('is on the page of its device, which says in one sentence how that one is', async () => {
    const [crash] = await running.list<CrashSummary>(path.crashes());
    const device = await running.get<DeviceDetail>(path.device(crash?.serial ?? ''));
    expect(device.crashList.map(({ id }) => id)).toContain(crash?.id);
    expect(device.bootList).toHaveLength(6);
    expect(device.summary).toMatch(/^It runs firmware 1\.2\.0 and has started 6 times; .*\.$/);
    expect(device.log.length).toBeGreaterThan(0);
  });
});

describe('the page', () => {
  it('is served at its own addresses, and asked for anew each time', async () => {
    for (const url of ['/', '/p/demo', '/p/demo/crashes/1?tab=log']) {
      const answer = await fetch(running.url + url);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(answer.headers.get('content-security-policy')).toContain("script-src 'self'");
      expect(await answer.text()).toContain('<title>page</title>');
    }
  });

  it('keeps files with a hash in their name for good', async () => {
    const answer = await fetch(`${running.url}/assets/app-1234abcd.js`);
    expect(answer.headers.get('cache-control')).toContain('immutable');
    expect(await answer.text()).toBe('export {};');
  });

  it('serves nothing beside it, and says so in one way', async () => {
    const { port } = new URL(running.url);
    for (const at of ['/.sources', '/../../etc/passwd', '/..%2f..%2fetc/passwd', '/%00', `/${'a'.repeat(8000)}`]) {
      const answer = await sendText(running.url, `GET ${at} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
      expect([at.slice(0, 20), answer.slice(0, 12)]).toEqual([at.slice(0, 20), 'HTTP/1.1 404']);
      expect(answer).toContain('"code":"not-found"');
    }
  });

  it('says how to get it where it was not built', async () => {
    const bare = await launchServer();
    const answer = await fetch(bare.url);
    expect(await answer.text()).toContain('npm run build');
    await bare.close();
  });
});
