import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeLineFrame, LINE_TYPE, LineDecoder, type LineFrame, MAX_PAYLOAD } from './line.ts';

const payloads = fc.uint8Array({ maxLength: MAX_PAYLOAD });

function decode(bytes: Iterable<number>): { frames: LineFrame[]; damaged: number } {
  const result = { frames: [] as LineFrame[], damaged: 0 };
  const decoder = new LineDecoder(
    (frame) => result.frames.push(frame),
    () => {
      result.damaged += 1;
    },
  );
  for (const byte of bytes) decoder.push(byte);
  return result;
}

describe('a frame on the line', () => {
  it('is COBS of type, payload and CRC, closed by a zero', () => {
    // CRC-16/CCITT-FALSE of 41 00 11 is 0xfe37.
    const bytes = encodeLineFrame(LINE_TYPE.acks, Uint8Array.of(0, 0x11));
    expect(Buffer.from(bytes).toString('hex')).toBe(`0241041${'1'}${crcHex([0x41, 0, 0x11])}00`);
  });

  it('comes back as it was sent, whatever it carries', () => {
    fc.assert(
      fc.property(fc.array(payloads, { maxLength: 4 }), (sent) => {
        const bytes = sent.flatMap((payload) => [...encodeLineFrame(LINE_TYPE.chunk, payload)]);
        const { frames, damaged } = decode(bytes);
        expect(frames.map((frame) => [...frame.payload])).toEqual(sent.map((payload) => [...payload]));
        expect(damaged).toBe(0);
      }),
    );
  });

  it('refuses a payload the firmware has no room for', () => {
    expect(() => encodeLineFrame(LINE_TYPE.acks, new Uint8Array(MAX_PAYLOAD + 1))).toThrow(RangeError);
  });

  it('is never taken for another one after a bit was bent or its end was lost', () => {
    const payload = Uint8Array.from({ length: 40 }, (_, index) => (index * 37) % 11);
    const bytes = encodeLineFrame(LINE_TYPE.chunk, payload);
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const bent = Uint8Array.from(bytes);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(decode([...bent, 0]).frames).toEqual([]);
    }
    for (let length = 1; length < bytes.length - 1; length += 1) {
      const { frames, damaged } = decode([...bytes.subarray(0, length), 0]);
      expect([frames.length, damaged]).toEqual([0, 1]);
    }
  });

  it('is found again after noise of any length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 700 }), payloads, (noise, payload) => {
        const { frames } = decode([...noise, 0, ...encodeLineFrame(LINE_TYPE.chunk, payload)]);
        expect([...(frames.at(-1)?.payload ?? [])]).toEqual([...payload]);
      }),
    );
  });
});

/** The definition, bit by bit: polynomial 0x1021, start 0xffff; low byte first. */
function crcHex(bytes: readonly number[]): string {
  let crc = 0xffff;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const out = (crc >> 15) ^ ((byte >> bit) & 1);
      crc = ((crc << 1) & 0xffff) ^ (out === 1 ? 0x1021 : 0);
    }
  }
  return Buffer.from([crc & 0xff, crc >> 8]).toString('hex');
}
