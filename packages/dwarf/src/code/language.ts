/** DW_AT_language of the languages that are told apart (DWARF 5, 7.12, and the numbers given out since). */
export const LANG = {
  C89: 0x01,
  C: 0x02,
  C_plus_plus: 0x04,
  C99: 0x0c,
  ObjC: 0x10,
  ObjC_plus_plus: 0x11,
  UPC: 0x12,
  OpenCL: 0x15,
  C_plus_plus_03: 0x19,
  C_plus_plus_11: 0x1a,
  Rust: 0x1c,
  C11: 0x1d,
  C_plus_plus_14: 0x21,
  C_plus_plus_17: 0x2a,
  C_plus_plus_20: 0x2b,
  C17: 0x2c,
  Assembly: 0x31,
  C_plus_plus_23: 0x3a,
  C23: 0x3e,
  Mips_Assembler: 0x8001,
  /** What rustc wrote before it had a number of its own. */
  Rust_old: 0x9000,
} as const;

/** DW_AT_language_name, which takes the place of DW_AT_language in the drafts of DWARF 6. */
export const LNAME = {
  C: 0x03,
  C_plus_plus: 0x04,
  Rust: 0x19,
} as const;
