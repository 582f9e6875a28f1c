import type { TraceFrame } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { judgeRustPanic } from './rust-panic.ts';
import type { Scene } from './scene.ts';

function frame(name: string, fields: Partial<TraceFrame> = {}): TraceFrame {
  return { kind: 'call', function: name, pc: '0x00000100', variables: [], ...fields } as TraceFrame;
}

const interrupted: TraceFrame = { kind: 'exception', exception: 'SysTick', pc: '0x00000200', variables: [] };
const panic = [frame('app::panic'), frame('core::panicking::panic_fmt')];

function sentence(frames: readonly TraceFrame[], scene: Partial<Scene> = {}): string | undefined {
  return judgeRustPanic({ frames, isFault: false, ...scene } as Scene)?.sentence;
}

describe('a panic of Rust', () => {
  it('is of the function that called what panics', () => {
    expect(sentence([...panic, frame('app::work'), frame('app::main')])).toBe('app::work panicked.');
    expect(sentence([...panic, frame('core::result::unwrap_failed'), frame('app::work')])).toBe('app::work panicked.');
  });

  it('is of the program where methods of the library panic for it', () => {
    const unwrap = frame('core::result::Result<u8, app::Error>::unwrap<u8, app::Error>', { kind: 'inlined' });
    expect(sentence([...panic, unwrap, frame('app::work')])).toBe('app::work panicked.');
    expect(sentence([...panic, frame('core::fmt::write')])).toBe('core::fmt::write panicked.');
  });

  it('is none where one was only interrupted, or may be left over on the stack', () => {
    expect(sentence([frame('app::SysTick'), interrupted, ...panic, frame('app::work')])).toBeUndefined();
    expect(sentence([frame('a'), ...panic.map((one) => ({ ...one, doubtful: 'found' })), frame('app::work')])).toBeUndefined();
    expect(sentence([frame('app::work'), frame('app::main')])).toBeUndefined();
    expect(sentence(panic)).toBeUndefined();
  });

  it('may end in an instruction that traps, and not in another fault', () => {
    const frames = [...panic, frame('app::work')];
    expect(sentence(frames, { isFault: true, action: { kind: 'undefined-instruction' } })).toBe('app::work panicked.');
    expect(sentence(frames, { isFault: true, action: { kind: 'load', base: 'r0', size: 4 } })).toBeUndefined();
    expect(sentence(frames, { isFault: true })).toBeUndefined();
  });
});
