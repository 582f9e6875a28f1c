/** Encoded pointers of `.eh_frame` (Linux Standard Base, "DWARF Extensions"). */
import type { ByteReader } from '@noinit/bytes';
import { MalformedError } from '../damage.ts';
import { readAddress } from '../entry/form-reader.ts';

/** DW_EH_PE: how a pointer is written (low four bits) and what it counts from. */
export const PE = { absolute: 0x00, pcRelative: 0x10, indirect: 0x80, omit: 0xff } as const;

/** A pointer at the reader. `sectionAddress` is the target's address of the first byte the reader has. */
export function readPointer(reader: ByteReader, encoding: number, addressSize: 4 | 8, sectionAddress: number): number {
  const at = sectionAddress + reader.offset;
  const value = readValue(reader, encoding & 0x0f, addressSize);
  const from = encoding & 0x70;
  if (from !== PE.absolute && from !== PE.pcRelative)
    throw new MalformedError(`frame pointers of encoding ${encoding} are not read`);
  const pointer = from === PE.pcRelative ? at + value : value;
  return addressSize === 4 ? pointer >>> 0 : pointer;
}

function readValue(reader: ByteReader, format: number, addressSize: 4 | 8): number {
  switch (format) {
    case 0x00:
      return readAddress(reader, addressSize);
    case 0x01:
      return reader.uleb();
    case 0x02:
      return reader.u16();
    case 0x03:
      return reader.u32();
    case 0x04:
      return readAddress(reader, 8);
    case 0x09:
      return reader.sleb();
    case 0x0a:
      return reader.i16();
    case 0x0b:
      return reader.i32();
    case 0x0c:
      return Number(BigInt.asIntN(64, reader.u64Big()));
    default:
      throw new MalformedError(`frame pointers of format ${format} are not read`);
  }
}
