/** One thread with several boards: runs them at the pace of the wall clock, lets them sleep, and posts what they send. */
import { parentPort, workerData } from 'node:worker_threads';
import { Device } from './device.ts';
import { firmwareFile, type Version } from './firmware.ts';
import { type FlashImage, readFlashImage } from './flash-image.ts';
import { Gateway } from './gateway.ts';
import type { WorkerOrder, WorkerReport, WorkerSettings } from './worker-messages.ts';

/** Between two looks at the clock, in milliseconds. */
const PACE_MS = 20;
/** A busy board lets the others run after so many instructions. */
const SLICE_INSTRUCTIONS = 200_000;

// The parent starts this file with these settings and talks in these messages only.
const settings = workerData as WorkerSettings;
const port = parentPort;
if (port === null) throw new Error('this file runs as a worker thread');
const report = (message: WorkerReport) => port.postMessage(message);

const images: Record<Version, FlashImage> = {
  '1.3.2': await readFlashImage(firmwareFile('1.3.2')),
  '1.4.0': await readFlashImage(firmwareFile('1.4.0')),
};
const startedAt = performance.now();
const units = new Map(settings.devices.map((device) => [device.serial, startUnit(device)]));

function startUnit({ serial, room, version }: WorkerSettings['devices'][number]) {
  const gateway: Gateway = new Gateway({
    ...settings,
    serial,
    onAcks: (acks) => {
      device.board.run(boardNow(), SLICE_INSTRUCTIONS);
      device.acknowledge(acks);
    },
  });
  const device: Device = new Device(room, images[version], {
    onSession: (number) => report({ kind: 'session', serial, number }),
    onChunk: (chunk) => gateway.push(chunk),
    onReset: (reason) => report({ kind: 'reset', serial, reason }),
  });
  return { device, gateway };
}

/** Where board time should be now, in nanoseconds since power-on. */
function boardNow(): number {
  return (performance.now() - startedAt) * 1e6 * settings.speed;
}

function runDueBoards(): void {
  const now = boardNow();
  for (const { device } of units.values()) {
    if (device.board.wakesAt <= now) device.board.run(now, SLICE_INSTRUCTIONS);
  }
}

const pace = setInterval(runDueBoards, PACE_MS);

port.on('message', (order: WorkerOrder) => {
  if (order.kind === 'stop') {
    clearInterval(pace);
    for (const { gateway } of units.values()) gateway.stop();
    port.close();
    return;
  }
  const unit = units.get(order.serial);
  if (unit === undefined) return;
  unit.device.board.run(boardNow(), SLICE_INSTRUCTIONS);
  unit.device.happen(order.stimulus, images['1.4.0']);
});
