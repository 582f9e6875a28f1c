/** The browser that the tests drive: Debian's Chromium. */
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium } from '@playwright/test';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking', '--no-first-run'],
  });
}

export function openContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  return browser.newContext({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce', ...options });
}
