/** A board with its gateway: opens a session at every start, takes chunks out and acknowledgements in, and passes on what happens. */
import { randomBytes } from 'node:crypto';
import { Board } from './board.ts';
import type { ResetReason } from './chip.ts';
import type { FlashImage } from './flash-image.ts';
import { encodeLineFrame, LINE_TYPE, LineDecoder, type LineFrame, MAX_PAYLOAD } from './line.ts';
import { encodeStimulus, type Stimulus } from './stimulus.ts';

/** Six bytes: temperature and humidity offset, gain in thousandths (device/examples/demo/calibration.h). */
const GOOD_CALIBRATION = [0, 0, 0, 0, 0xe8, 0x03];
const BAD_CALIBRATION = [0, 0, 0, 0, 0, 0];
/** Starts until somebody mends a bad calibration. */
const STARTS_WITH_BAD_CALIBRATION = 5;

export interface DeviceEvents {
  /** A start: the random number that the firmware got. */
  onSession(number: number): void;
  onChunk(chunk: Uint8Array): void;
  onReset(reason: ResetReason): void;
}

export class Device {
  readonly board: Board;
  readonly #room: number;
  readonly #events: DeviceEvents;
  #badStartsLeft = 0;

  constructor(room: number, image: FlashImage, events: DeviceEvents) {
    this.#room = room;
    this.#events = events;
    const line = new LineDecoder(
      (frame) => this.#receive(frame),
      () => this.requestResend(),
    );
    this.board = new Board(image, { onByte: (byte) => line.push(byte), onReset: (reason) => events.onReset(reason) });
  }

  /** `update` is the image that the stimulus of that name starts. */
  happen(stimulus: Stimulus, update?: FlashImage): void {
    if (stimulus === 'newCalibration') this.#badStartsLeft = STARTS_WITH_BAD_CALIBRATION;
    if (stimulus === 'update' && update !== undefined) this.board.stageUpdate(update);
    this.#send(LINE_TYPE.event, encodeStimulus(stimulus));
  }

  /** Any number of acknowledgements, as the server gave them. Each has at most ten bytes, so they are cut where one ends. */
  acknowledge(acks: Uint8Array): void {
    for (const part of splitAcks(acks)) this.#send(LINE_TYPE.acks, part);
  }

  /** Asks for whatever is not acknowledged: something was lost on the way. */
  requestResend(): void {
    this.#send(LINE_TYPE.resend, new Uint8Array(0));
  }

  #receive({ type, payload }: LineFrame): void {
    if (type === LINE_TYPE.hello) this.#openSession();
    if (type === LINE_TYPE.chunk) this.#events.onChunk(payload);
  }

  #openSession(): void {
    const [number, noise] = [randomBytes(4), randomBytes(4)];
    const calibration = this.#badStartsLeft > 0 ? BAD_CALIBRATION : GOOD_CALIBRATION;
    this.#badStartsLeft = Math.max(0, this.#badStartsLeft - 1);
    this.#send(LINE_TYPE.start, Uint8Array.of(...number, ...noise, this.#room & 0xff, this.#room >> 8, ...calibration));
    this.#events.onSession(number.readUInt32LE(0));
  }

  #send(type: number, payload: Uint8Array): void {
    this.board.send(encodeLineFrame(type, payload));
  }
}

/** Pieces of at most one frame, cut between acknowledgements: four bytes, then two varints. */
export function splitAcks(acks: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at < acks.length; ) {
    const end = endOfVarint(acks, endOfVarint(acks, at + 4));
    if (end - start > MAX_PAYLOAD) {
      parts.push(acks.subarray(start, at));
      start = at;
    }
    at = end;
  }
  return start < acks.length ? [...parts, acks.subarray(start)] : parts;
}

function endOfVarint(bytes: Uint8Array, at: number): number {
  const last = bytes.findIndex((byte, index) => index >= at && byte < 0x80);
  return last < 0 ? bytes.length : last + 1;
}
