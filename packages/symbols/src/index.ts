export type {
  BaseEncoding,
  CodeScope,
  ElfSymbol,
  EnumValue,
  Member,
  Symbols,
  TypeInfo,
  VariableInfo,
  VariablePlace,
} from './symbols.ts';
