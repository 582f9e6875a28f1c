/** Which structs of Rust stand for something else than their members: texts, slices, vectors, trait objects. */
import type { VariableKind } from '@noinit/model';
import type { StructType } from '@noinit/symbols';

export type RustForm =
  /** `&str`, `Box<str>`: a pointer to bytes and their number. */
  | { readonly form: 'str'; readonly kind: VariableKind }
  /** `&[T]`, `*const [T]`, `Box<[T]>`. */
  | { readonly form: 'slice'; readonly kind: VariableKind }
  | { readonly form: 'string'; readonly kind: VariableKind }
  | { readonly form: 'vec'; readonly kind: VariableKind }
  | { readonly form: 'deque'; readonly kind: VariableKind }
  /** Vectors and texts with room inside: those of `heapless` and `arrayvec`, which firmware has where there is no heap. */
  | { readonly form: 'inline-vec'; readonly kind: VariableKind }
  | { readonly form: 'inline-text'; readonly kind: VariableKind }
  /** `&dyn Trait`; `direct` where the pointer leads to the object and not to something that holds it (`Rc<dyn Trait>`). */
  | { readonly form: 'dyn'; readonly kind: VariableKind; readonly direct: boolean };

const forms = new WeakMap<StructType, { readonly form: RustForm | undefined }>();

export function rustFormOf(type: StructType): RustForm | undefined {
  if (type.language !== 'rust' || type.kind === 'union') return undefined;
  const known = forms.get(type);
  if (known) return known.form;
  const form = findForm(type);
  forms.set(type, { form });
  return form;
}

const POINTER = String.raw`^(?:&(?:mut )?|\*(?:const|mut) |alloc::boxed::Box<)`;
const STR = new RegExp(`${POINTER}str\\b`);
const SLICE = new RegExp(String.raw`${POINTER}\[`);
const DYN = new RegExp(String.raw`${POINTER}\(?dyn `);

/** By the names that rustc gives, and only where the members are there that this stands on. */
function findForm(type: StructType): RustForm | undefined {
  const { name } = type;
  if (name.startsWith('alloc::vec::Vec<')) return has(type, 'buf', 'len') ? { form: 'vec', kind: 'array' } : undefined;
  if (name === 'alloc::string::String') return has(type, 'vec') ? { form: 'string', kind: 'text' } : undefined;
  if (DEQUE.test(name)) return has(type, 'buf', 'head') ? { form: 'deque', kind: 'array' } : undefined;
  if (STR.test(name)) return has(type, 'data_ptr', 'length') ? { form: 'str', kind: 'text' } : undefined;
  if (SLICE.test(name)) return has(type, 'data_ptr', 'length') ? { form: 'slice', kind: 'array' } : undefined;
  if (INLINE_VEC.test(name)) return { form: 'inline-vec', kind: 'array' };
  if (INLINE_TEXT.test(name)) return { form: 'inline-text', kind: 'text' };
  if (name.includes('dyn ') && has(type, 'pointer', 'vtable')) return { form: 'dyn', kind: 'pointer', direct: DYN.test(name) };
  return undefined;
}

const INLINE_VEC = /^(?:heapless::vec::Vec(?:Inner)?|arrayvec::arrayvec::ArrayVec)</;
const INLINE_TEXT = /^(?:heapless::string::String(?:Inner)?|arrayvec::array_string::ArrayString)</;
const DEQUE = /^alloc::collections::vec_deque::VecDeque</;

function has(type: StructType, ...names: readonly string[]): boolean {
  const members = new Set(type.members().map((member) => member.name));
  return names.every((name) => members.has(name));
}
