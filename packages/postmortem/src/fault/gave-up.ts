/** The firmware could not go on: an allocation failed, or it says so itself. It is about the function that asked, not about the library's. */
import type { TraceFrame } from '@noinit/model';
import { describePlace, findCulpritBeside } from './scene.ts';

/** Functions that hand out memory, and the hooks that are called when they cannot: who asked for it is their caller. */
const ALLOCATORS =
  /^(?:_?(?:malloc|calloc|realloc|memalign|sbrk)(?:_r)?|p?vPort(?:Malloc|Calloc)\w*|vApplicationMallocFailedHook|k_(?:aligned_|heap_)?(?:m|c|re)?alloc\w*|sys_heap_\w*|tlsf_\w+|operator new.*|(?:alloc::alloc::)?(?:__rust_|__rg_|__rdl_)?(?:alloc|alloc_zeroed|realloc|alloc_error_handler|handle_alloc_error|rust_oom)|alloc::.*)$/;

export function describeFailedAllocation(size: number | undefined, frames: readonly TraceFrame[]): string {
  const place = describePlace(findCulpritBeside(frames, ALLOCATORS));
  const what = size === undefined ? 'Memory' : `${size.toLocaleString('en-US')} byte${size === 1 ? '' : 's'}`;
  return `${what} could not be allocated, asked for by ${place}.`;
}

/** Functions of languages' libraries that end a program for its own. */
const PANICKING =
  /^(?:core|std|alloc)::|^rust_begin_unwind$|^__cxxabiv1::|^__(?:cxa|gxx|verbose)_|^_?abort$|panic_handler|^rust_panic/;

export function describePanic(text: string | undefined, frames: readonly TraceFrame[]): string {
  const place = describePlace(findCulpritBeside(frames, PANICKING));
  return text === undefined || text === '' ? `The firmware gave up in ${place}.` : `The firmware gave up in ${place}: ${text}`;
}
