import { describe, expect, it } from 'vitest';
import { MAX_PACKET_BYTES } from './limits.ts';
import { encodePacket, type PacketEvent, PacketReader } from './packet.ts';

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'latin1'));
const wire = (packet: Uint8Array): string => Buffer.from(packet).toString('latin1');

function read(text: string): (string | Exclude<PacketEvent, { kind: 'packet' }>)[] {
  return new PacketReader()
    .push(bytes(text))
    .map((event) => (event.kind === 'packet' ? Buffer.from(event.content).toString('latin1') : event));
}

/** A packet whose sum is right, whatever its content. */
function sealed(body: string): string {
  const sum = [...bytes(body)].reduce((total, byte) => (total + byte) & 0xff, 0);
  return `$${body}#${sum.toString(16).padStart(2, '0')}`;
}

describe('a packet', () => {
  it('is written with the sum of its bytes', () => {
    // The examples of the gdb manual.
    expect(wire(encodePacket('OK'))).toBe('$OK#9a');
    expect(wire(encodePacket('qC'))).toBe('$qC#b4');
    expect(wire(encodePacket(''))).toBe('$#00');
  });

  it('is written with escapes where a byte would end it, and read back', () => {
    const content = 'a#b$c}d*e';
    expect(wire(encodePacket(content))).toContain('$a}\u0003b}\u0004c}]d}\ne#');
    expect(read(wire(encodePacket(content)))).toEqual([content]);
  });

  it('is read with run lengths: 0* and a blank are four zeros', () => {
    expect(read(sealed('0* '))).toEqual(['0000']);
    expect(read(sealed('X*~Y'))).toEqual([`${'X'.repeat(98)}Y`]);
    expect(read(sealed('12*"3'))).toEqual(['12222223']);
  });

  it('is found between acknowledgements, noise and notifications', () => {
    expect(read(`+-noise$OK#9a%Stop:T05#00$#00`)).toEqual([{ kind: 'ack' }, { kind: 'nak' }, 'OK', { kind: 'notification' }, '']);
  });

  it('begins anew where its end was lost', () => {
    expect(read('$qC$OK#9a')).toEqual(['OK']);
  });

  it('comes in pieces of any size', () => {
    const text = `+${sealed('m0* 1')}+${sealed('E01')}`;
    const whole = read(text);
    for (let cut = 0; cut <= text.length; cut++) {
      const reader = new PacketReader();
      const events = [...reader.push(bytes(text.slice(0, cut))), ...reader.push(bytes(text.slice(cut)))];
      expect(events.map((event) => (event.kind === 'packet' ? wire(event.content) : event))).toEqual(whole);
    }
  });

  it('is told as damaged where its sum is wrong', () => {
    expect(read('$OK#9b')).toEqual([{ kind: 'damaged', why: 'a packet whose check sum is wrong' }]);
    expect(read('$OK#zz')).toEqual([{ kind: 'damaged', why: 'a packet whose check sum is wrong' }]);
  });

  it.each(['*!', '0*', '0*\u0001', 'a}'])('is told as damaged where %j makes no sense', (body) => {
    expect(read(sealed(body))).toEqual([{ kind: 'damaged', why: 'a packet whose run lengths make no sense' }]);
  });

  it('never throws, whatever bit is bent', () => {
    const packet = bytes(sealed('mdead0*"beef}]12'));
    for (let bit = 0; bit < packet.length * 8; bit++) {
      const bent = packet.slice();
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const reader = new PacketReader();
      const events = [...reader.push(bent), ...reader.push(bytes('$OK#9a'))];
      // What follows may be taken for the end of the bent one; the packet after that is read.
      events.push(...reader.push(bytes('#00$OK#9a')));
      expect(events.at(-1)).toEqual({ kind: 'packet', content: bytes('OK') });
    }
  });

  it('beyond its limit takes no memory, and the next one is read', () => {
    const reader = new PacketReader();
    reader.push(bytes('$'));
    const piece = new Uint8Array(1 << 16).fill(0x30);
    for (let sent = 0; sent <= MAX_PACKET_BYTES; sent += piece.length) expect(reader.push(piece)).toEqual([]);
    expect(reader.push(bytes('#00$OK#9a'))).toEqual([
      { kind: 'damaged', why: `a packet of over ${MAX_PACKET_BYTES} bytes` },
      { kind: 'packet', content: bytes('OK') },
    ]);
  });

  it('may not grow beyond its limit by run lengths', () => {
    expect(read(sealed('0*~'.repeat(12_000)))).toEqual([{ kind: 'damaged', why: 'a packet whose run lengths make no sense' }]);
  });
});
