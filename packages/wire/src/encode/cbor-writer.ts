/** Writes CBOR in its shortest form, as the device does. Used by tests and load only. */
import { ByteWriter } from '@noinit/bytes';

export class CborWriter {
  private readonly writer = new ByteWriter({ littleEndian: false });

  get length(): number {
    return this.writer.length;
  }

  uint(value: number): this {
    return this.head(0, value);
  }

  byteString(bytes: Uint8Array): this {
    this.head(2, bytes.length).writer.bytes(bytes);
    return this;
  }

  text(text: string): this {
    const bytes = new TextEncoder().encode(text);
    this.head(3, bytes.length).writer.bytes(bytes);
    return this;
  }

  bool(value: boolean): this {
    this.writer.u8(value ? 0xf5 : 0xf4);
    return this;
  }

  /** Opens an array; its `count` items follow. */
  array(count: number): this {
    return this.head(4, count);
  }

  /** Opens a map; `count` keys and values follow, keys rising. */
  map(count: number): this {
    return this.head(5, count);
  }

  /** Two bytes of number even where one would do, so that a CRC has a fixed length. */
  wideU16(value: number): this {
    this.writer.u8(0x19).u16(value);
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.writer.bytes(bytes);
    return this;
  }

  toBytes(): Uint8Array {
    return this.writer.toBytes();
  }

  private head(major: number, argument: number): this {
    const type = major << 5;
    if (argument < 24) this.writer.u8(type | argument);
    else if (argument <= 0xff) this.writer.u8(type | 24).u8(argument);
    else if (argument <= 0xffff) this.writer.u8(type | 25).u16(argument);
    else if (argument <= 0xffff_ffff) this.writer.u8(type | 26).u32(argument);
    else this.writer.u8(type | 27).u64(argument);
    return this;
  }
}
