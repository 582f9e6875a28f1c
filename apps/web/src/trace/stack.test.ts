import { describe, expect, it } from 'vitest';
import { makeAssertTrace, makeHangTrace, makeJumpTrace, makeRawTrace } from '../../test/fixture/traces.ts';
import { pickFrame, pickThread, placeText, stepFrame, threadNotes } from './stack.ts';

const framesOf = (trace: ReturnType<typeof makeHangTrace>) => pickThread(trace, undefined)?.frames ?? [];

describe('stack frames', () => {
  it('starts at the innermost frame of the project’s own code', () => {
    expect(pickFrame(framesOf(makeAssertTrace(93)), undefined)).toBe(1);
    expect(pickFrame(framesOf(makeHangTrace()), undefined)).toBe(2);
    expect(pickFrame(framesOf(makeJumpTrace()), undefined)).toBe(2);
  });

  it('starts at the innermost address where there are no symbols', () => {
    expect(pickFrame(framesOf(makeRawTrace()), undefined)).toBe(0);
    expect(pickFrame([], undefined)).toBeUndefined();
  });

  it('takes the frame that is named, unless no code ran there', () => {
    expect(pickFrame(framesOf(makeHangTrace()), 3)).toBe(3);
    expect(pickFrame(framesOf(makeHangTrace()), 1)).toBe(2);
    expect(pickFrame(framesOf(makeHangTrace()), 99)).toBe(2);
  });

  it('steps over exceptions and stops at both ends', () => {
    const frames = framesOf(makeHangTrace());
    expect([stepFrame(frames, 0, 1), stepFrame(frames, 2, -1), stepFrame(frames, 4, 1), stepFrame(frames, 0, -1)]).toEqual([
      2,
      0,
      undefined,
      undefined,
    ]);
  });

  it('writes a place as far as it is known', () => {
    expect(placeText({ file: 'a.c', line: 3, column: 7 })).toBe('a.c:3:7');
    expect(placeText({ file: 'a.c' })).toBe('a.c');
    expect(placeText({ line: 3 })).toBeUndefined();
  });

  it('tells of a thread what its kernel says', () => {
    const thread = { name: 'rx', crashed: false, frames: [], state: 'blocked', waitsFor: 'queue rx_frames' };
    expect(threadNotes({ ...thread, stack: { size: 384, used: 76, highWater: 284 } })).toEqual([
      'blocked',
      'waits for queue rx_frames',
      'stack 76 of 384 bytes, at most 284 so far',
    ]);
    expect(threadNotes({ name: 'main', crashed: true, frames: [] })).toEqual([]);
  });
});
