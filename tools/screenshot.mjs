// `npm run screenshot`: the README's picture, taken of a crash page of the running demo.
import { spawn } from 'node:child_process';
import { chromium } from '@playwright/test';

const PICTURE = 'docs/screenshot.png';
const WAIT_MS = 90_000;

export async function screenshot() {
  const demo = spawn(process.execPath, ['apps/cli/bin/noinit.js', 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await readUrl(demo);
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1.5 });
    const crash = await waitForCrash(new URL(url).origin);
    await page.goto(`${new URL(url).origin}/p/demo/crashes/${crash}`);
    await page.getByRole('tree').waitFor();
    await page.screenshot({ path: PICTURE });
    await browser.close();
    console.log(`wrote ${PICTURE}`);
    return 0;
  } finally {
    demo.kill('SIGTERM');
  }
}

function readUrl(demo) {
  return new Promise((resolve, reject) => {
    demo.stdout.on('data', (text) => {
      const url = /https?:\/\/\S+/.exec(String(text));
      if (url) resolve(url[0]);
    });
    demo.on('close', () => reject(new Error('the demo ended before it printed its URL')));
  });
}

/** The first explained call through NULL: it shows most of the page. */
async function waitForCrash(origin) {
  const headers = { 'x-noinit-project': 'demo' };
  for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
    const { items } = await (await fetch(`${origin}/api/v1/issues`, { headers })).json();
    const issue = items.find((item) => item.class === 'bad-jump' && !item.waitingForSymbols);
    if (issue) return (await (await fetch(`${origin}/api/v1/crashes?issue=${issue.id}`, { headers })).json()).items[0].id;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the demo showed no NULL call in time');
}
