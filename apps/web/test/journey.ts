/**
 * The way a person takes through the page: overview → an issue → its crash → a variable → the device, found by search.
 * It knows nothing about the fleet, so it walks the mock and a running demo alike.
 */
import type { Page } from '@playwright/test';

/** Issues that are tried for a crash that has something to expand. */
const MAX_ISSUES = 6;
/** Longest wait for anything to appear, in milliseconds. */
const PATIENCE = 10_000;

export interface Walk {
  readonly crashUrl: string;
  readonly deviceUrl: string;
  /** Path of the variable that was expanded. */
  readonly variable: string;
}

/** Called on each screen when it is complete, for checks of one's own. */
export type OnScreen = (name: string) => Promise<void>;

/**
 * Walks through the page at `baseUrl`. Throws if a step fails, if the console shows an error, if a script throws, or if anything is
 * asked from another host.
 */
export async function walkThePage(
  page: Page,
  baseUrl: string,
  project: string,
  onScreen: OnScreen = async () => {},
): Promise<Walk> {
  page.setDefaultTimeout(PATIENCE);
  const complaints = watch(page, baseUrl);
  await page.goto(`${baseUrl}/p/${project}`);
  const issues = page.getByRole('region', { name: 'Top issues' }).locator('tbody a');
  await issues.first().waitFor();
  await onScreen('overview');
  const variable = await findVariable(page, issues, onScreen);
  const crashUrl = page.url();
  await onScreen('crash');
  await goToDeviceBySearch(page);
  await onScreen('device');
  if (complaints.length > 0) throw new Error(`the page complained:\n${complaints.join('\n')}`);
  return { crashUrl, deviceUrl: page.url(), variable };
}

/** Starts to collect console errors, thrown errors, failed requests and requests to other hosts. */
export function watch(page: Page, baseUrl: string): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (/^https?:$/.test(url.protocol) && url.origin !== new URL(baseUrl).origin) complaints.push(`other host: ${url.href}`);
  });
  return complaints;
}

/** Opens issue after issue until a crash has a variable that can be expanded. */
async function findVariable(page: Page, issues: ReturnType<Page['locator']>, onScreen: OnScreen): Promise<string> {
  const count = Math.min(await issues.count(), MAX_ISSUES);
  for (let index = 0; index < count; index++) {
    await issues.nth(index).click();
    const crashes = page.getByRole('region', { name: 'Crashes' }).locator('tbody .row-link');
    await crashes.first().waitFor();
    if (index === 0) await onScreen('issue');
    await crashes.first().click();
    const variable = await expandInAnyFrame(page);
    if (variable !== undefined) return variable;
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Overview' }).click();
    await issues.first().waitFor();
  }
  throw new Error(`none of ${count} issues has a crash with a variable to expand`);
}

async function expandInAnyFrame(page: Page): Promise<string | undefined> {
  const frames = page.getByRole('region', { name: 'Stack' }).locator('a.frame-link');
  await frames.first().waitFor();
  const count = await frames.count();
  for (let index = 0; index < count; index++) {
    await frames.nth(index).click();
    await page.locator('a.frame-link[aria-current]').waitFor();
    const closed = page.locator('[role=treeitem][aria-expanded=false]');
    if ((await closed.count()) > 0) return expandByKeyboard(page, closed.first());
  }
  return undefined;
}

async function expandByKeyboard(page: Page, closed: ReturnType<Page['locator']>): Promise<string> {
  const before = await page.getByRole('treeitem').count();
  await closed.focus();
  // The arrow expands the row that has the tree's one tab stop, so it is made the current one first.
  await closed.click();
  const current = page.locator('[role=treeitem][aria-selected=true]');
  await current.waitFor();
  if ((await current.getAttribute('aria-expanded')) !== 'true') throw new Error('the click did not expand the variable');
  await page.keyboard.press('ArrowLeft');
  await page.locator('[role=treeitem][aria-selected=true][aria-expanded=false]').waitFor();
  await page.keyboard.press('ArrowRight');
  await page.locator('[role=treeitem][aria-selected=true][aria-expanded=true]').waitFor();
  if ((await page.getByRole('treeitem').count()) <= before) throw new Error('the expanded variable shows nothing more');
  return new URL(page.url()).searchParams.get('var') ?? '';
}

async function goToDeviceBySearch(page: Page): Promise<void> {
  const serial = await page.locator('.crash-head dl a').first().innerText();
  await page.locator('h1').click();
  await page.keyboard.press('/');
  await page.keyboard.type(serial);
  await page.getByRole('option').filter({ hasText: serial }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: serial, exact: true }).waitFor();
  await page.getByRole('region', { name: 'Boots' }).locator('li').first().waitFor();
}
