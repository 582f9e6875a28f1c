import { type Demo, startDemo } from '@noinit/demo';
import { assembleMessages, type Chunk, scanMessage } from '@noinit/wire';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { FakeServer } from '../test/fake-server.ts';

/** Threads have compiled what they run all the time after so long. */
const WARM_UP_MS = 5_000;
const MEASURED_MS = 4_000;

describe('the demo, started as `noinit demo` does it', () => {
  const server = new FakeServer();
  const lines: string[] = [];
  let demo: Demo;
  let startedAt = 0;

  beforeAll(async () => {
    const url = await server.start();
    startedAt = performance.now();
    demo = await startDemo({ server: url, key: 'secret', project: 'demo', log: (line) => lines.push(line) });
  });
  afterAll(async () => {
    await demo.stop();
    await server.stop();
  });

  it('has at least twelve devices, every kind of trouble, and two releases', () => {
    expect(demo.devices.length).toBeGreaterThanOrEqual(12);
    expect(new Set(demo.devices.map((device) => device.serial)).size).toBe(demo.devices.length);
    const scenarios = new Set(demo.devices.map((device) => device.scenario));
    expect([...scenarios].sort()).toEqual(['assert', 'boot-loop', 'hang', 'healthy', 'null-call', 'stack-overflow', 'update']);
    expect(new Set(demo.devices.map((device) => device.version))).toEqual(new Set(['1.3.2', '1.4.0']));
  });

  it('says how fast its boards live', () => {
    expect(lines.join('\n')).toMatch(/\d+ s of their time in 1 s/);
  });

  it('reports a first crash soon, from a device that tells its number', async () => {
    await vi.waitFor(() => expect(crashes(server.chunks('room-101'))).toHaveLength(1), 10_000);
    expect(performance.now() - startedAt).toBeLessThan(8_000);
    const numbers = demo.devices.find((device) => device.serial === 'room-101')?.numbers ?? [];
    expect(numbers).toHaveLength(2);
    const [crash] = crashes(server.chunks('room-101'));
    const wanted = Buffer.from(new Uint32Array([numbers[0] ?? 0]).buffer);
    expect(crash?.dump.regions.some((region) => Buffer.from(region.bytes).includes(wanted))).toBe(true);
  });

  it('takes less than half of one core, incidents included', async () => {
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, startedAt + WARM_UP_MS - performance.now())));
    const from = process.cpuUsage();
    const at = performance.now();
    await new Promise((resolve) => setTimeout(resolve, MEASURED_MS));
    const { user, system } = process.cpuUsage(from);
    expect((user + system) / 1_000 / (performance.now() - at)).toBeLessThan(0.5);
  });

  it('gives both symbol files to the project, the second after the first crash', async () => {
    await vi.waitFor(() => expect(server.symbols).toHaveLength(2), 10_000);
    expect(server.symbols.map((upload) => upload.project)).toEqual(['demo', 'demo']);
    expect((server.symbols[1]?.at ?? 0) - startedAt).toBeGreaterThan(6_500);
    expect((server.symbols[1]?.at ?? 0) - startedAt).toBeLessThan(12_000);
  });

  it('lets every device speak', () => {
    for (const { serial, numbers } of demo.devices) {
      expect(server.chunks(serial).length).toBeGreaterThan(0);
      expect(numbers.length).toBeGreaterThan(0);
    }
  });
});

function crashes(chunks: readonly Chunk[]) {
  const byMessage = groupById(chunks);
  return [...byMessage.values()].flatMap((parts) =>
    assembleMessages(parts).messages.flatMap((message) => {
      const { record } = scanMessage(message);
      return record?.kind === 'crash' ? [record] : [];
    }),
  );
}

function groupById(chunks: readonly Chunk[]): Map<number, Chunk[]> {
  const groups = new Map<number, Chunk[]>();
  for (const chunk of chunks) groups.set(chunk.messageId, [...(groups.get(chunk.messageId) ?? []), chunk]);
  return groups;
}
