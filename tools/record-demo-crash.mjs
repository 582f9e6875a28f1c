// Rewrites fixtures/crash/demo-null-call.dump: the bytes of a crash message as the running demo's server gives them.
import { writeFileSync } from 'node:fs';
import { downloadDump, waitForNullCall, withDemo } from './started-demo.mjs';

const FILE = 'fixtures/crash/demo-null-call.dump';

await withDemo(async (origin) => {
  const bytes = await downloadDump(origin, await waitForNullCall(origin));
  writeFileSync(FILE, bytes);
  console.log(`wrote ${FILE}, ${bytes.length} bytes`);
});
