export type { MissingPart } from '@noinit/dwarf';
export { CACHE_VERSION } from './cache/cache-file.ts';
export { buildSymbolCache, type CachedIndex, openSymbolCache } from './cache/symbol-cache.ts';
export { loadSymbols } from './load-symbols.ts';
export type {
  ArrayBound,
  ArrayType,
  BaseEncoding,
  BaseType,
  CallArgument,
  CodeScope,
  ElfSymbol,
  EnumType,
  EnumValue,
  Member,
  MemberPointerType,
  PointerType,
  StructType,
  Symbols,
  TypeInfo,
  TypeLanguage,
  TypeParameter,
  VariableInfo,
  VariablePlace,
  Variant,
  VariantsType,
} from './symbols.ts';
export { sizeOf, stripped } from './types/type-shape.ts';
