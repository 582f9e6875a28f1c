/** DW_AT_language of the languages whose names are qualified (DWARF 5, 7.12). */
export const LANG = {
  C_plus_plus: 0x04,
  C_plus_plus_03: 0x19,
  C_plus_plus_11: 0x1a,
  Rust: 0x1c,
  C_plus_plus_14: 0x21,
  C_plus_plus_17: 0x2b,
  C_plus_plus_20: 0x2c,
} as const;
