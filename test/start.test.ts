/** What a newcomer sees after `npm start`: times, memory, every kind of restart, and the way through the page in a browser. */
import { type DeviceSummary, type IssueSummary, path } from '@noinit/api';
import { describeWith } from '@noinit/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openContext } from '../apps/web/test/browser.ts';
import { walkThePage } from '../apps/web/test/journey.ts';
import { readTreeUse } from './process-tree.ts';
import { PROJECT, type StartedDemo, startDemoProcess } from './started-demo.ts';

const FIRST_CRASH_MS = 15_000;
const EVERY_KIND_MS = 60_000;
const MEMORY_LIMIT = 700 * 1024 * 1024;
const QUIET_MS = 5_000;
/** Of one core, the server included. */
const QUIET_CPU = 0.5;
const KINDS = ['assert', 'bad-jump', 'stack-overflow', 'watchdog'];

describe('npm start', () => {
  let demo: StartedDemo;
  beforeAll(async () => {
    demo = await startDemoProcess();
  }, 120_000);
  afterAll(async () => {
    expect(await demo.stop()).toBe(0);
  });

  const explainedKinds = async () => {
    const issues = await demo.list<IssueSummary>(path.issues());
    return new Set(issues.filter(({ waitingForSymbols }) => !waitingForSymbols).map((issue) => issue.class));
  };

  it('shows the first explained crash within 15 s of its URL', { timeout: EVERY_KIND_MS }, async () => {
    await demo.until(FIRST_CRASH_MS, async () => (await explainedKinds()).size > 0);
  });

  it('shows every kind of crash and restart within 60 s', { timeout: 2 * EVERY_KIND_MS }, async () => {
    await demo.until(EVERY_KIND_MS, async () => {
      const kinds = await explainedKinds();
      const { bootLoops, reasons } = await demo.overview();
      const updated = reasons.some(({ reason }) => reason === 'FirmwareUpdate');
      return KINDS.every((kind) => kinds.has(kind)) && bootLoops.length > 0 && updated;
    });
    const devices = await demo.list<DeviceSummary>(path.devices());
    expect(devices.length).toBeGreaterThanOrEqual(12);
    expect(devices.some(({ crashes, unexpectedReboots }) => crashes + unexpectedReboots === 0)).toBe(true);
  });

  it('shows that the newer version is worse', async () => {
    const { versions } = await demo.overview();
    const crashesOf = (wanted: string) => versions.find(({ version }) => version === wanted)?.crashes ?? 0;
    expect(crashesOf('1.4.0')).toBeGreaterThan(crashesOf('1.3.2'));
  });

  it('stays below 700 MB', () => {
    expect(readTreeUse(demo.pid).residentBytes).toBeLessThan(MEMORY_LIMIT);
  });

  it('takes less than half a core between events', { timeout: 3 * QUIET_MS }, async () => {
    const before = readTreeUse(demo.pid).cpuSeconds;
    await new Promise((resolve) => setTimeout(resolve, QUIET_MS));
    const share = (readTreeUse(demo.pid).cpuSeconds - before) / (QUIET_MS / 1000);
    expect(share).toBeLessThan(QUIET_CPU);
  });

  describeWith(['chromium'], 'in the browser', () => {
    it('leads from the overview to a variable and to the device, without an error or a request to another host', {
      timeout: 60_000,
    }, async () => {
      const browser = await launchBrowser();
      const page = await (await openContext(browser)).newPage();
      const walk = await walkThePage(page, demo.origin, PROJECT);
      await browser.close();
      expect(walk.crashUrl).toMatch(/\/p\/demo\/crashes\/[0-9a-f]+/);
      expect(walk.deviceUrl).toMatch(/\/p\/demo\/devices\/room-/);
    });
  });
});
