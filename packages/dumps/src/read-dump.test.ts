import { NoinitError } from '@noinit/model';
import { makeBoot, makeCrash, makeElfCore } from '@noinit/testing';
import { encodeMessage } from '@noinit/wire/encode';
import { describe, expect, it } from 'vitest';
import { detectDump, readDump } from './index.ts';

const crash = makeCrash();
const message = encodeMessage(crash);
const core = makeElfCore(crash.dump);

function code(read: () => unknown): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    return error instanceof NoinitError ? error.code : 'another error';
  }
}

describe('a dump', () => {
  it('is told by its content', () => {
    expect(detectDump(message)).toBe('noinit');
    expect(detectDump(core)).toBe('elf-core');
  });

  it('gives the same registers and memory out of either container', () => {
    const [own, foreign] = [readDump(message), readDump(core)];
    expect(own.regions).toEqual(foreign.regions);
    for (const [name, value] of Object.entries(foreign.threads[0]?.registers ?? {}))
      expect(own.threads[0]?.registers[name]).toBe(value);
    expect(Object.keys(foreign.threads[0]?.registers ?? {})).toHaveLength(17);
  });

  it('is refused where it holds no crash', () => {
    expect(code(() => readDump(new Uint8Array()))).toBe('unreadable-dump');
    expect(code(() => readDump(new TextEncoder().encode('hello, world')))).toBe('unreadable-dump');
    expect(code(() => readDump(encodeMessage(makeBoot())))).toBe('unreadable-dump');
    expect(code(() => readDump(core, 'noinit'))).toBe('unreadable-dump');
  });
});
