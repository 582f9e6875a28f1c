/** Builds a byte array, front to back. */
export class ByteWriter {
  private buffer: Uint8Array;
  private view: DataView;
  private used = 0;
  private readonly littleEndian: boolean;

  constructor(options: { readonly littleEndian?: boolean; readonly capacity?: number } = {}) {
    this.littleEndian = options.littleEndian ?? true;
    this.buffer = new Uint8Array(options.capacity ?? 64);
    this.view = new DataView(this.buffer.buffer);
  }

  get length(): number {
    return this.used;
  }

  u8(value: number): this {
    const at = this.grow(1);
    this.view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.grow(2);
    this.view.setUint16(at, value, this.littleEndian);
    return this;
  }

  u24(value: number): this {
    return this.littleEndian
      ? this.u8(value & 0xff).u16Raw(value >>> 8, true)
      : this.u8(value >>> 16).u16Raw(value & 0xffff, false);
  }

  u32(value: number): this {
    const at = this.grow(4);
    this.view.setUint32(at, value, this.littleEndian);
    return this;
  }

  u64(value: number | bigint): this {
    const at = this.grow(8);
    this.view.setBigUint64(at, BigInt(value), this.littleEndian);
    return this;
  }

  uleb(value: number): this {
    let rest = value;
    while (rest >= 0x80) {
      this.u8((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    return this.u8(rest);
  }

  sleb(value: number): this {
    let rest = value;
    for (;;) {
      const low = ((rest % 0x80) + 0x80) % 0x80;
      rest = Math.floor(rest / 0x80);
      const done = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
      this.u8(done ? low : low | 0x80);
      if (done) return this;
    }
  }

  bytes(bytes: Uint8Array | readonly number[]): this {
    const at = this.grow(bytes.length);
    this.buffer.set(bytes, at);
    return this;
  }

  cstring(text: string): this {
    return this.bytes(new TextEncoder().encode(text)).u8(0);
  }

  /** A copy of what was written. */
  toBytes(): Uint8Array {
    return this.buffer.slice(0, this.used);
  }

  private u16Raw(value: number, littleEndian: boolean): this {
    const at = this.grow(2);
    this.view.setUint16(at, value, littleEndian);
    return this;
  }

  /** Reserves room and says where. It may replace `view`, so ask it before naming `view`. */
  private grow(length: number): number {
    const at = this.used;
    this.used += length;
    if (this.used > this.buffer.length) {
      const larger = new Uint8Array(Math.max(this.used, this.buffer.length * 2));
      larger.set(this.buffer);
      this.buffer = larger;
      this.view = new DataView(larger.buffer);
    }
    return at;
  }
}
