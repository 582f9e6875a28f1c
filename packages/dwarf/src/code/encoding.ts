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
  imaginary_float: 0x09,
  packed_decimal: 0x0a,
  numeric_string: 0x0b,
  edited: 0x0c,
  signed_fixed: 0x0d,
  unsigned_fixed: 0x0e,
  decimal_float: 0x0f,
  UTF: 0x10,
  UCS: 0x11,
  ASCII: 0x12,
  /** GCC's `_Complex int`: DW_ATE_lo_user. */
  GNU_complex_integer: 0x80,
} as const;

/** DW_AT_endianity (DWARF 5, 7.8). */
export const END = {
  default: 0,
  big: 1,
  little: 2,
} as const;
