/** The demo's numbers are drawn at each start: what a board was told over its UART stands in a local on its crash page. */
import { type CrashDetail, type DeviceDetail, path } from '@noinit/api';
import { startDemo } from '@noinit/demo';
import type { Variable } from '@noinit/model';
import { expect, it, onTestFinished } from 'vitest';
import { KEY, PROJECT, startServer } from '../packages/server/test/start.ts';

const WAIT_MS = 45_000;

it('shows the number that this start drew as a local of each crash', { timeout: 2 * WAIT_MS }, async () => {
  const server = await startServer();
  const demo = await startDemo({ server: server.url, key: KEY, project: PROJECT });
  onTestFinished(() => demo.stop());
  const awaited = new Set(['assert', 'null-call', 'hang', 'overflow', 'stack-overflow', 'boot-loop']);
  const crashing = demo.devices.filter(({ scenario }) => awaited.has(scenario));
  expect(crashing.length).toBeGreaterThanOrEqual(4);
  for (const { serial, numbers } of crashing) {
    const crash = await waitForCrash(server, serial);
    const values = (crash.trace?.threads ?? []).flatMap(({ frames }) => frames.flatMap(({ variables }) => valuesOf(variables)));
    // A board that started again since has got another number: its crash holds the one of its boot.
    expect(values, `${serial} (${crash.sentence})`).toContain(String(numbers[crash.boot - 1]));
  }
});

async function waitForCrash(server: Awaited<ReturnType<typeof startServer>>, serial: string): Promise<CrashDetail> {
  for (const end = Date.now() + WAIT_MS; Date.now() < end; ) {
    const { crashList = [] } = await server.get<Partial<DeviceDetail>>(path.device(serial));
    // A postcard comes first, is explained, and knows no variables.
    const explained = crashList.find((crash) => crash.explained && crash.kind === 'crash');
    if (explained !== undefined) return server.get<CrashDetail>(path.crash(explained.id));
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${serial} did not crash in time`);
}

function valuesOf(variables: readonly Variable[]): string[] {
  return variables.flatMap((variable) => ['value' in variable ? variable.value : '', ...valuesOf(variable.children ?? [])]);
}
