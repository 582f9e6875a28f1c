export { ByteReader, OverlongError, TruncatedError } from './byte-reader.ts';
export { ByteWriter } from './byte-writer.ts';
export { compareBytes, concatBytes, equalBytes } from './concat.ts';
export { Crc16Window, crc16, crc32 } from './crc.ts';
export { fromHex, toHex } from './hex.ts';
export { MAX_NAME_BYTES, stringAt } from './string-at.ts';
