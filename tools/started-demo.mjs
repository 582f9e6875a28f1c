// The demo in a process of its own, for the tools that need something of it.
import { spawn } from 'node:child_process';

const HEADERS = { 'x-noinit-project': 'demo' };
const WAIT_MS = 90_000;

/** Starts the demo, gives its origin to `task`, and stops it again. */
export async function withDemo(task) {
  const demo = spawn(process.execPath, ['apps/cli/bin/noinit.js', 'demo'], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    return await task(await readOrigin(demo));
  } finally {
    demo.kill('SIGINT');
  }
}

/** The id of an explained call through NULL: the crash that shows most. */
export async function waitForNullCall(origin) {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
    const { items } = await (await fetch(`${origin}/api/v1/issues`, { headers: HEADERS })).json();
    const issue = items.find((item) => item.class === 'bad-jump' && !item.waitingForSymbols);
    if (issue) {
      const crashes = await (await fetch(`${origin}/api/v1/crashes?issue=${issue.id}`, { headers: HEADERS })).json();
      return crashes.items[0].id;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error('the demo showed no NULL call in time');
}

export async function downloadDump(origin, crash) {
  return new Uint8Array(await (await fetch(`${origin}/api/v1/crashes/${crash}/dump`, { headers: HEADERS })).arrayBuffer());
}

function readOrigin(demo) {
  return new Promise((resolve, reject) => {
    demo.stdout.on('data', (text) => {
      const url = /https?:\/\/\S+/.exec(String(text));
      if (url) resolve(new URL(url[0]).origin);
    });
    demo.on('close', () => reject(new Error('the demo ended before it printed its URL')));
  });
}
