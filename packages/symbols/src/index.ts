export { loadSymbols } from './load-symbols.ts';
export type {
  BaseEncoding,
  CallArgument,
  CodeScope,
  ElfSymbol,
  EnumValue,
  Member,
  Symbols,
  TypeInfo,
  VariableInfo,
  VariablePlace,
} from './symbols.ts';
export { sizeOf, stripped } from './types/type-shape.ts';
