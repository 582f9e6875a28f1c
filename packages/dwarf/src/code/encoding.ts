/** DW_AT_encoding of base types (DWARF 5, 7.8). */
export const ATE = {
  address: 0x01,
  boolean: 0x02,
  complex_float: 0x03,
  float: 0x04,
  signed: 0x05,
  signed_char: 0x06,
  unsigned: 0x07,
  unsigned_char: 0x08,
  UTF: 0x10,
  ASCII: 0x12,
} as const;
