import { AxeBuilder } from '@axe-core/playwright';
import { describeWith } from '@noinit/testing';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { launchBrowser, openContext } from './browser.ts';
import { type BuiltPage, buildPage } from './built-page.ts';
import { type Fleet, makeFleet } from './fixture/fleet.ts';
import { HOSTILE_ISSUE, HOSTILE_SERIAL } from './fixture/hostile.ts';
import { makeAssertTrace, makeFrame, makeTrace } from './fixture/traces.ts';
import { walkThePage, watch } from './journey.ts';
import { type MockServer, startMockServer } from './mock-server.ts';

const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Every screen, and every state of a screen that looks different. */
const SCREENS = [
  '/p/demo',
  '/p/demo/issues',
  '/p/demo/issues/i_tank',
  '/p/demo/crashes/c_tank1?frame=2',
  '/p/demo/crashes/c_radio',
  '/p/demo/crashes/c_raw',
  '/p/demo/crashes/c_postcard',
  '/p/demo/crashes/c_snapshot',
  '/p/demo/issues/i_slow',
  '/p/demo/crashes/c_hostile',
  '/p/demo/devices',
  '/p/demo/devices/loop-10',
  '/p/demo/devices/valve-13',
  '/p/demo/symbols',
];

describeWith(['chromium'], 'the page in a browser', () => {
  let built: BuiltPage;
  let browser: Browser;
  let server: MockServer;
  let context: BrowserContext;
  let page: Page;
  let fleet: Fleet;

  beforeAll(async () => {
    built = await buildPage();
    browser = await launchBrowser();
  }, 30_000);
  afterAll(async () => {
    await browser.close();
    await built.remove();
  });
  beforeEach(async () => {
    fleet = makeFleet(Date.now());
    server = await startMockServer(built.folder, fleet);
    context = await openContext(browser);
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
  });
  afterEach(async () => {
    await context.close();
    await server.close();
  });

  const open = async (path: string) => {
    await page.goto(server.url + path);
    await page.locator('h1').first().waitFor();
    await page.locator('.loading').first().waitFor({ state: 'detached' });
  };
  // Only violations are described in full: that is most of the time axe takes.
  const makeAxe = () => new AxeBuilder({ page }).options({ resultTypes: ['violations'] }).setLegacyMode();
  const row = (name: string) =>
    page.getByRole('treeitem').filter({ has: page.locator('.name', { hasText: new RegExp(`^${name}$`) }) });

  it('leads from the overview over an issue and a crash into a variable, and by search to the device', async () => {
    const walk = await walkThePage(page, server.url, 'demo');
    expect(walk.crashUrl).toMatch(/\/p\/demo\/crashes\/c_tank\d\?frame=2&var=pump$/);
    expect(walk.deviceUrl).toMatch(/\/p\/demo\/devices\/pump-0\d$/);
    expect(walk.variable).toBe('pump');
  });

  it('has nothing that axe finds wrong and no console error on any screen, in both themes', async () => {
    const complaints = watch(page, server.url);
    for (const path of SCREENS) {
      await page.emulateMedia({ colorScheme: 'light' });
      await open(path);
      expect(await findViolations(makeAxe().withTags(AXE_TAGS)), path).toEqual([]);
      // The other theme differs in its colours only.
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await findViolations(makeAxe().withRules(COLOUR_RULES)), `${path} (dark)`).toEqual([]);
    }
    expect(complaints).toEqual([]);
  }, 40_000);

  it('fits a width of 320 pixels without scrolling sideways', async () => {
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of SCREENS) {
      await open(path);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, path).toBeLessThanOrEqual(320);
    }
  });

  it('shows what a device wrote as text, with controls made visible', async () => {
    const complaints = watch(page, server.url);
    for (const path of [
      '',
      `/issues/${HOSTILE_ISSUE}`,
      '/crashes/c_hostile',
      `/devices/${encodeURIComponent(HOSTILE_SERIAL)}`,
      '/devices',
      '/issues',
    ]) {
      await open(`/p/demo${path}`);
      const text = await page.locator('main').innerText();
      expect(text, path).toContain(path === '/devices' ? HOSTILE_SERIAL : '<img src=x onerror="window.pwned=1">');
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
      expect(text, path).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202e]/);
      expect(await page.locator('main :is(img, script, b:not(.frame-place b))').count(), path).toBe(0);
      expect(await page.evaluate(() => 'pwned' in window), path).toBe(false);
    }
    expect(complaints).toEqual([]);
  });

  it('works in the tree with the keys of the ARIA practice and keeps the selection in the address', async () => {
    await open('/p/demo/crashes/c_tank0?frame=2');
    await row('pump').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('*');
    expect(await row('position').getAttribute('aria-level')).toBe('3');
    expect(await row('\\[5\\]').innerText()).toContain('93');
    await page.keyboard.press('v');
    await expect.poll(() => page.url()).toContain('var=pump-%3Evalve');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => row('position').count()).toBe(0);
    expect(await page.locator('[role=treeitem][tabindex="0"]').count()).toBe(1);
  });

  it('opens what an address names: the stack frame, and everything around the variable', async () => {
    await open('/p/demo/crashes/c_tank0?frame=2&var=pump-%3Evalve.position');
    expect(await row('position').getAttribute('aria-selected')).toBe('true');
    await page.getByText('1111_1111_1111_1111_1000_0000_0000_0000').waitFor();
  });

  it('says of unknown values why they are unknown', async () => {
    await open('/p/demo/crashes/c_tank0?frame=2');
    expect(await row('deadline').innerText()).toContain('optimised out the compiler kept it');
    expect(await row('scratch').innerText()).toContain('not captured 64 bytes at 0x20001f00');
  });

  it('tells a postcard and a snapshot from a crash, and never a reason by its number where it has a name', async () => {
    await open('/p/demo/crashes/c_postcard');
    await page.getByRole('region', { name: 'Only the postcard of this crash has come' }).waitFor();
    expect(await page.getByRole('region', { name: 'How this boot ended' }).innerText()).toContain('The valve did not move');
    expect(await page.locator('main').innerText()).not.toContain('0xc011');
    await open('/p/demo/issues/i_slow');
    expect(await page.getByRole('region', { name: 'Crashes' }).innerText()).toContain('0 crashes, 1 snapshot on 1 device');
    await open('/p/demo/crashes/c_snapshot');
    await page.getByRole('region', { name: 'This is a snapshot, not a crash' }).waitFor();
  });

  it('has one banner for a boot loop, and opens what a boot said', async () => {
    await open('/p/demo/devices/loop-10');
    expect(await page.getByRole('region', { name: 'Boot loop: 39 boots' }).innerText()).toContain(
      '39 times since it last ran well',
    );
    await open('/p/demo/devices/valve-13');
    expect(await page.getByRole('region', { name: /Boot loop/ }).count()).toBe(0);
    const boot = page.locator('.boot').filter({ hasText: 'Unexpected all the same: Fault struck after it.' });
    await boot.getByText('Details').click();
    const said = await boot.innerText();
    for (const part of [
      'control_step (control.c:203)',
      'called from main (main.c:61)',
      'in 0x08001230',
      'SoftwareReset 0x00000004',
    ]) {
      expect(said).toContain(part);
    }
    const hung = page.locator('.boot').filter({ hasText: 'Last seen in wait_for_radio (radio.c:34).' });
    await hung.getByText('Details').click();
    expect(await hung.innerText()).toContain('they came every 980 ms');
    const stale = page.locator('.boot').filter({ hasText: 'BrownOut' });
    await stale.getByText('Details').click();
    expect(await stale.innerText()).toContain('Stale: the reset that it announced did not come');
  });

  it('lists long arrays by pages', async () => {
    await open('/p/demo/crashes/c_tank0?frame=3');
    await row('samples').click();
    expect(await page.getByRole('treeitem').count()).toBe(2 + 100 + 2);
    await page.getByText('Show 100 of 140 more').click();
    expect(await page.getByRole('treeitem').count()).toBe(2 + 200 + 2);
    await page.getByText('272 more are not part of this trace').waitFor();
  });

  it('lists the first frames of a runaway recursion and the others when asked, or when one of them is named', async () => {
    const frame = makeFrame('recurse', 'demo/firmware/deep.c', 9, 0x100, {});
    const frames = Array.from({ length: 300 }, () => frame);
    const deep = fleet.crashes.map((crash) => ({ ...crash, trace: makeTrace(makeAssertTrace(1).fault, frames) }));
    server.setFleet({ ...fleet, crashes: deep });
    await open('/p/demo/crashes/c_tank0');
    expect(await page.locator('.frame').count()).toBe(40);
    await page.getByRole('button', { name: 'Show 260 outer frames' }).click();
    expect(await page.locator('.frame').count()).toBe(300);
    await open('/p/demo/crashes/c_tank0?frame=250');
    expect(await page.locator('.frame-link[aria-current]').innerText()).toContain('250');
  });

  it('walks the stack and the issue with single keys, and keeps frame and variable on the way', async () => {
    await open('/p/demo/crashes/c_tank1?frame=2&var=level');
    await page.keyboard.press('[');
    await expect.poll(() => page.url()).toContain('/crashes/c_tank2?frame=2&var=level');
    await expect.poll(() => page.locator('h1').innerText()).toContain('level = 88');
    await page.keyboard.press('j');
    await expect.poll(() => page.url()).toContain('?frame=3');
    await page.getByRole('button', { name: 'Keyboard help' }).click();
    await page.getByLabel('single keys act').uncheck();
    await page.getByRole('button', { name: 'Close' }).click();
    await page.keyboard.press('j');
    await page.keyboard.press('Control+k');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('role'))).toBe('combobox');
    expect(page.url()).toContain('?frame=3');
  });

  it('explains a waiting crash by itself, without losing what is selected', async () => {
    await open('/p/demo/crashes/c_raw');
    await page.getByText(/noinit symbols upload/).waitFor();
    expect(await page.getByRole('region', { name: 'Stack' }).innerText()).toContain('0x10000b92 no symbol');
    const explained = { trace: makeAssertTrace(99), explained: true, waiting: null, sentence: 'The level was 99.' };
    server.setFleet({
      ...fleet,
      crashes: fleet.crashes.map((crash) => (crash.id === 'c_raw' ? { ...crash, ...explained } : crash)),
    });
    await page.getByRole('heading', { name: 'The level was 99.' }).waitFor();
    expect(await page.getByText(/noinit symbols upload/).count()).toBe(0);
    await page.getByRole('status').getByText('The crash is explained now.').waitFor({ state: 'attached' });
  });

  it('keeps what is expanded and focused while it follows the server', async () => {
    await open('/p/demo/crashes/c_raw?frame=2');
    const crash = fleet.crashes.find(({ id }) => id === 'c_raw');
    if (crash === undefined) throw new Error('the fixture has lost its raw crash');
    const show = (level: number) => {
      const changed = { ...crash, trace: makeAssertTrace(level), explained: true, waiting: null };
      server.setFleet({ ...fleet, crashes: [changed] });
    };
    show(90);
    await row('pump').click();
    await row('level').first().click();
    show(91);
    await expect.poll(() => row('level').first().innerText(), { timeout: 5_000 }).toContain('91');
    expect(await row('pump').getAttribute('aria-expanded')).toBe('true');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-selected'))).toBe('true');
  });

  it('keeps what it knows when the server stops answering, and says so', async () => {
    await open('/p/demo');
    await server.close();
    await page.getByText('no answer').waitFor();
    await page.getByRole('status').getByText('The server does not answer.').waitFor({ state: 'attached' });
    expect(await page.locator('h1').innerText()).toContain('devices crashed');
  });

  it('says what to do when there is nothing yet, and what is wrong when there is no such thing', async () => {
    const none = { ...fleet.overview, devices: 0, devicesCrashed: 0, crashes: 0, versions: [], reasons: [], bootLoops: [] };
    server.setFleet({ ...fleet, overview: none, devices: [], issues: [], crashes: [] });
    await open('/p/demo');
    expect(await page.locator('main').innerText()).toMatch(/Waiting for the first device[\s\S]*curl -X POST/);
    await open('/p/demo/issues');
    await page.getByText('No device has crashed.').waitFor();
    await open('/p/demo/crashes/gone');
    expect(await page.locator('main').innerText()).toContain('There is no gone.');
    server.setFleet(undefined);
    await open('/p/other');
    expect(await page.locator('main').innerText()).toContain('No project has this name.');
  });

  it('copies the report as Markdown and saves the dump', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await open('/p/demo/crashes/c_tank0');
    await page.getByRole('button', { name: 'Copy as Markdown' }).click();
    await page.getByRole('status').getByText('Copied.').waitFor({ state: 'attached' });
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain('### Stack of main stack (crashed)');
    expect(copied).toContain(`<${server.url}/p/demo/crashes/c_tank0>`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download dump' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('c_tank0.dump');
  });

  it('goes from the root to the only project, and finds a device by a part of its serial', async () => {
    await page.goto(server.url);
    await page.waitForURL('**/p/demo');
    await page.locator('h1').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('sense');
    await page.getByRole('option', { name: /sense-07/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'sense-08' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1');
  });
});

async function findViolations(axe: AxeBuilder): Promise<readonly string[]> {
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}
