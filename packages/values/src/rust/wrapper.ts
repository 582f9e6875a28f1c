/** Types of Rust's libraries that hold one value and add nothing a reader of a crash wants to see. */
import type { StructType, TypeInfo } from '@noinit/symbols';

const WRAPPERS = new RegExp(
  `^(?:${[
    'core::cell::(?:UnsafeCell|SyncUnsafeCell|Cell)',
    'core::mem::(?:manually_drop::ManuallyDrop|maybe_uninit::MaybeUninit|maybe_dangling::MaybeDangling)',
    'core::ptr::(?:non_null::NonNull|unique::Unique)',
    'core::sync::atomic::Atomic\\w*',
    'core::num::(?:wrapping::Wrapping|saturating::Saturating|nonzero::NonZero\\w*|niche_types::\\w+)',
    'core::pin::(?:\\w+::)?Pin',
    'core::panic::unwind_safe::AssertUnwindSafe',
    '(?:portable_atomic|atomic_polyfill)::(?:\\w+::)*Atomic\\w*',
    'core::future::from_generator::GenFuture',
    '(?:vcell|volatile_cell)::VolatileCell',
  ].join('|')})(?:<|$)`,
);

/** The type of the one member that fills the wrapper; undefined for any other type. */
export function wrappedType(type: TypeInfo): TypeInfo | undefined {
  if ((type.kind !== 'struct' && type.kind !== 'union') || type.language !== 'rust') return undefined;
  if (type.name === 'core::sync::atomic::AtomicBool') return BOOL;
  return WRAPPERS.test(type.name) ? fillingMember(type) : undefined;
}

/** An atomic truth value is stored in a byte of type u8. */
const BOOL: TypeInfo = { kind: 'base', name: 'bool', size: 1, encoding: 'boolean', language: 'rust' };

function fillingMember(type: StructType): TypeInfo | undefined {
  const filling = type.members().filter((member) => member.offset === 0 && !member.bits && ownSize(member.type) === type.size);
  return filling.length === 1 && type.size > 0 ? filling[0]?.type : undefined;
}

function ownSize(type: TypeInfo): number | undefined {
  return type.kind === 'function' || type.kind === 'void' ? undefined : type.size;
}
