import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Board } from './board.ts';
import { RESET_REASON } from './chip.ts';
import { firmwareFile } from './firmware.ts';
import { makeFlashImage } from './flash-image.ts';
import { encodeLineFrame, LINE_TYPE, LineDecoder } from './line.ts';
import { encodeStimulus } from './stimulus.ts';

const SECOND = 1e9;
const image = makeFlashImage(readFileSync(firmwareFile('1.4.0')));
const GOOD_START = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 1, 0, 0, 0, 0, 0, 0xe8, 3);

/** A board whose firmware got its session; every reset is written down. */
function startBoard(): { board: Board; resets: [number, number][]; frames: number[] } {
  const resets: [number, number][] = [];
  const frames: number[] = [];
  const line = new LineDecoder(
    ({ type }) => {
      frames.push(type);
      if (type === LINE_TYPE.hello) board.send(encodeLineFrame(LINE_TYPE.start, GOOD_START));
    },
    () => frames.push(-1),
  );
  const board: Board = new Board(image, {
    onByte: (byte) => line.push(byte),
    onReset: (reason) => resets.push([reason, Math.round(board.nanos / SECOND)]),
  });
  return { board, resets, frames };
}

describe('a board', () => {
  it('asks for a session once a second until it gets one', () => {
    const bytes: number[] = [];
    const board = new Board(image, { onByte: (byte) => bytes.push(byte), onReset: () => undefined });
    board.run(3.5 * SECOND);
    const hellos = bytes.filter((byte) => byte === LINE_TYPE.hello);
    expect(hellos).toHaveLength(4);
  });

  it('sleeps: ten minutes of an idle board are a few hundred thousand instructions', () => {
    const { board } = startBoard();
    board.run(60 * SECOND);
    const from = performance.now();
    board.run(660 * SECOND);
    // 600 s awake at 1 MHz would be more than a minute here.
    expect(performance.now() - from).toBeLessThan(5_000);
    expect(board.nanos).toBe(660 * SECOND);
    expect(board.wakesAt).toBeGreaterThan(board.nanos);
  });

  it('is reset by its watchdog four seconds after the firmware hung', () => {
    const { board, resets } = startBoard();
    board.run(20.5 * SECOND);
    board.send(encodeLineFrame(LINE_TYPE.event, encodeStimulus('busyChannel')));
    board.run(30 * SECOND);
    expect(resets).toEqual([[RESET_REASON.watchdogTimer, 24]]);
  });

  it('runs on after a reset to any moment it is asked for, also one that no sum of its times hits exactly', () => {
    const { board, resets } = startBoard();
    board.run(20 * SECOND);
    board.send(encodeLineFrame(LINE_TYPE.event, encodeStimulus('condensation')));
    for (let step = 1; step <= 2_000; step += 1) board.run(20 * SECOND + step * 12_345_678.901);
    expect(resets).toHaveLength(1);
    expect(board.nanos).toBeGreaterThan(44 * SECOND);
  });

  it('stops after a slice of instructions, so that other boards get their turn', () => {
    const { board } = startBoard();
    board.run(20 * SECOND);
    board.send(encodeLineFrame(LINE_TYPE.event, encodeStimulus('busyChannel')));
    board.run(60 * SECOND, 100_000);
    expect(board.nanos).toBeLessThan(21 * SECOND);
    expect(board.wakesAt).toBe(board.nanos);
  });

  it('holds bytes back while the receiver is full, and loses none', () => {
    const { board, frames } = startBoard();
    board.run(20 * SECOND);
    // More than the FIFO and the firmware's buffer hold together: unknown events, each of which only makes a log line.
    const events = Array.from({ length: 60 }, () => encodeLineFrame(LINE_TYPE.event, new Uint8Array(20).fill(0x7a)));
    for (const event of events) board.send(event);
    board.send(encodeLineFrame(LINE_TYPE.event, encodeStimulus('newCalibration')));
    board.run(60 * SECOND);
    // It restarted, so the last event arrived behind all the others.
    expect(frames.filter((type) => type === LINE_TYPE.hello)).toHaveLength(2);
  });
});
