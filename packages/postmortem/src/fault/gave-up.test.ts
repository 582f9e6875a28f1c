import type { TraceFrame } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { describeFailedAllocation, describePanic } from './gave-up.ts';

const framesOf = (...names: readonly string[]): TraceFrame[] =>
  names.map((name) => ({ kind: 'call', function: name, pc: '0x00000000', variables: [] }));

describe('an allocation that failed', () => {
  it.each([
    ['noinit_out_of_memory', 'malloc', 'make_buffer', 'main'],
    ['noinit_out_of_memory', 'vApplicationMallocFailedHook', 'pvPortMalloc', 'make_buffer'],
    ['noinit_out_of_memory', '_sbrk_r', '_malloc_r', 'malloc', 'operator new', 'make_buffer'],
    ['k_malloc', 'make_buffer'],
    ['alloc::alloc::handle_alloc_error', 'alloc::raw_vec::finish_grow', '__rust_alloc', 'make_buffer'],
    ['noinit_out_of_memory', 'make_buffer'],
  ])('is asked for by who called %s', (...names) => {
    expect(describeFailedAllocation(4096, framesOf(...names))).toBe(
      '4,096 bytes could not be allocated, asked for by make_buffer.',
    );
  });

  it('names a project’s allocator where nothing else stands on the stack, and what there is of the size', () => {
    expect(describeFailedAllocation(1, framesOf('malloc'))).toBe('1 byte could not be allocated, asked for by malloc.');
    expect(describeFailedAllocation(undefined, framesOf('my_malloc_pool', 'main'))).toBe(
      'Memory could not be allocated, asked for by my_malloc_pool.',
    );
    expect(describeFailedAllocation(8, [])).toBe('8 bytes could not be allocated, asked for by an unknown place.');
  });
});

describe('a panic', () => {
  it.each([
    ['noinit_panic', 'rust_begin_unwind', 'core::panicking::panic_fmt', 'core::option::unwrap_failed', 'app::work', 'main'],
    ['noinit_abort', 'abort', '__cxxabiv1::__terminate', 'std::terminate', '__cxa_throw', 'app::work'],
    ['noinit_panic', 'app::work', 'core::ops::function::FnOnce::call_once'],
  ])('is about who called %s', (...names) => {
    expect(describePanic('no pump', framesOf(...names))).toBe('The firmware gave up in app::work: no pump');
  });

  it('may say nothing', () => {
    expect(describePanic('', framesOf('main'))).toBe('The firmware gave up in main.');
  });
});
