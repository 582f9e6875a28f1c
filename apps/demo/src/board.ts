/** One emulated board: flash, RAM that a reset leaves alone, a UART with flow control, a watchdog, and its own time. */
import { randomFillSync } from 'node:crypto';
import { Chip, RESET_REASON, type ResetReason } from './chip.ts';
import type { FlashImage } from './flash-image.ts';
import { FaultingCore } from './hard-fault.ts';
import { VirtualClock } from './virtual-clock.ts';

const RAM_SIZE = 264 * 1024;
/** 115,200 baud, ten bits a byte. */
const NANOS_PER_BYTE = 86_806;
const UARTFR = 0x18;
const RX_FIFO_FULL = 1 << 6;

export interface BoardEvents {
  /** A byte left the UART. */
  onByte(byte: number): void;
  /** The chip was reset and starts again. Not called for the power-on. */
  onReset(reason: ResetReason): void;
}

/** Time is the board's own, in nanoseconds since it was powered on; resets do not restart it. */
export class Board {
  readonly #events: BoardEvents;
  #image: FlashImage;
  #staged: FlashImage | undefined;
  #clock = new VirtualClock();
  #chip: Chip;
  #core: FaultingCore;
  /** Board time at the last reset. */
  #startedAt = 0;
  #incoming: number[] = [];
  #feed: { schedule(deltaNanos: number): void } | undefined;

  /** Powers the board on: RAM holds noise. */
  constructor(image: FlashImage, events: BoardEvents) {
    this.#events = events;
    this.#image = image;
    [this.#chip, this.#core] = this.#start(RESET_REASON.powerOn, randomFillSync(new Uint8Array(RAM_SIZE)));
  }

  get nanos(): number {
    return this.#startedAt + this.#clock.nanos;
  }

  /** When this board has something to do again: now while it executes, Infinity if it never will. */
  get wakesAt(): number {
    return this.#isAsleep ? this.#startedAt + this.#clock.nextAlarm : this.nanos;
  }

  /** Queues bytes for the UART. They arrive at line speed and wait while the receiver is full, as RTS would make them. */
  send(bytes: Uint8Array): void {
    const wasIdle = this.#incoming.length === 0;
    this.#incoming.push(...bytes);
    if (wasIdle) this.#feed?.schedule(NANOS_PER_BYTE);
  }

  /** Puts new firmware where the next reset starts it, as a boot loader with two slots would. */
  stageUpdate(image: FlashImage): void {
    this.#staged = image;
  }

  /** Runs until board time `nanos` or until `instructions` were executed, whichever comes first. Sleep costs nothing. */
  run(nanos: number, instructions = Number.POSITIVE_INFINITY): void {
    let left = instructions;
    // Compared in the chip's time: board time is a rounded sum, which might never reach `nanos` exactly.
    while (this.#clock.nanos < nanos - this.#startedAt && left > 0) {
      if (this.#isAsleep) {
        this.#clock.advanceTo(Math.min(nanos - this.#startedAt, Math.max(this.#clock.nextAlarm, this.#clock.nanos)));
      } else {
        this.#clock.advanceTo(this.#clock.nanos + (this.#core.step() * 1e9) / this.#chip.clkSys);
        left -= 1;
      }
      if (this.#chip.resetBy !== undefined) this.#reset(this.#chip.resetBy);
    }
  }

  get #isAsleep(): boolean {
    return this.#chip.core.waiting || this.#core.lockedUp;
  }

  #reset(reason: ResetReason): void {
    this.#image = this.#staged ?? this.#image;
    this.#staged = undefined;
    this.#startedAt = this.nanos;
    // Bytes on the wire while the chip restarts are lost.
    this.#incoming = [];
    [this.#chip, this.#core] = this.#start(reason, this.#chip.sram);
    this.#events.onReset(reason);
  }

  #start(reason: ResetReason, ram: Uint8Array): [Chip, FaultingCore] {
    this.#clock = new VirtualClock();
    const chip = new Chip(this.#clock, this.#image, { reason, ram });
    const [uart] = chip.uart;
    if (uart === undefined) throw new Error('the emulator has no UART 0');
    uart.onByte = (byte) => this.#events.onByte(byte);
    const feed = this.#clock.createAlarm(() => {
      const byte = (uart.readUint32(UARTFR) & RX_FIFO_FULL) === 0 ? this.#incoming.shift() : undefined;
      if (byte !== undefined) uart.feedByte(byte);
      if (this.#incoming.length > 0) feed.schedule(NANOS_PER_BYTE);
    });
    this.#feed = feed;
    return [chip, new FaultingCore(chip)];
  }
}
