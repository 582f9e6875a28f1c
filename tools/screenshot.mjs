// `npm run screenshot`: the README's picture, taken of a crash page of the running demo.
import { chromium } from '@playwright/test';
import { waitForNullCall, withDemo } from './started-demo.mjs';

const PICTURE = 'docs/screenshot.png';

export function screenshot() {
  return withDemo(async (origin) => {
    const crash = await waitForNullCall(origin);
    const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1.5 });
    await page.goto(`${origin}/p/demo/crashes/${crash}`);
    const variables = page.getByRole('tree');
    await variables.waitFor();
    // A picture of a closed tree shows little: open the pointer to the sensor.
    await variables
      .getByRole('treeitem', { name: /sensor/ })
      .first()
      .click();
    await page.keyboard.press('ArrowRight');
    await page.screenshot({ path: PICTURE });
    await browser.close();
    console.log(`wrote ${PICTURE}`);
    return 0;
  });
}
