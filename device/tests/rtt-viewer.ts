/**
 * What a stock RTT viewer does with a target it can only read and write: it looks through RAM for the id, takes the channels' descriptions
 * as they stand, and empties the buffers by moving their read offsets.
 */
import type { GdbRemote } from './gdb-remote.ts';

const ID = new TextEncoder().encode('SEGGER RTT\0\0\0\0\0\0');
const CHANNEL_BYTES = 24;
const NAME_BYTES = 32;

/** Offsets of a channel's words: name, buffer, size, write, read, flags. */
const WORD = { name: 0, buffer: 4, size: 8, write: 12, read: 16, flags: 20 } as const;

export interface RttChannel {
  readonly name: string;
  readonly size: number;
  readonly mode: number;
  /** Where its description stands. */
  readonly address: number;
}

/** The address of the control block in so much RAM; undefined while the target has none. */
export async function findControlBlock(target: GdbRemote, ram: { start: number; size: number }): Promise<number | undefined> {
  const offset = Buffer.from(await target.read(ram.start, ram.size)).indexOf(ID);
  return offset < 0 ? undefined : ram.start + offset;
}

/** Target to host. */
export async function upChannels(target: GdbRemote, block: number): Promise<RttChannel[]> {
  const count = new DataView((await target.read(block + ID.length, 4)).buffer).getUint32(0, true);
  const channels: RttChannel[] = [];
  for (let index = 0; index < count; index++) {
    const address = block + ID.length + 8 + index * CHANNEL_BYTES;
    const words = await readWords(target, address);
    const name = words(WORD.name) === 0 ? '' : await readName(target, words(WORD.name));
    channels.push({ name, size: words(WORD.size), mode: words(WORD.flags) & 3, address });
  }
  return channels;
}

/** What waits in the channel; the target has the room again. */
export async function drain(target: GdbRemote, channel: RttChannel): Promise<Uint8Array> {
  const words = await readWords(target, channel.address);
  const [buffer, size, write, read] = [words(WORD.buffer), words(WORD.size), words(WORD.write), words(WORD.read)];
  if (write >= size || read >= size) throw new Error(`offsets ${write} and ${read} in a buffer of ${size}`);
  const parts =
    write >= read
      ? [await target.read(buffer + read, write - read)]
      : [await target.read(buffer + read, size - read), await target.read(buffer, write)];
  await writeWord(target, channel.address + WORD.read, write);
  return new Uint8Array(Buffer.concat(parts));
}

/** 0: leave out what does not fit; 1: cut it; 2: wait. */
export async function setMode(target: GdbRemote, channel: RttChannel, mode: number): Promise<void> {
  await writeWord(target, channel.address + WORD.flags, mode);
}

async function writeWord(target: GdbRemote, address: number, value: number): Promise<void> {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  await target.write(address, bytes);
}

async function readWords(target: GdbRemote, address: number): Promise<(offset: number) => number> {
  const view = new DataView((await target.read(address, CHANNEL_BYTES)).buffer);
  return (offset) => view.getUint32(offset, true);
}

async function readName(target: GdbRemote, address: number): Promise<string> {
  const bytes = await target.read(address, NAME_BYTES);
  const end = bytes.indexOf(0);
  return new TextDecoder('latin1').decode(bytes.subarray(0, end < 0 ? bytes.length : end));
}
