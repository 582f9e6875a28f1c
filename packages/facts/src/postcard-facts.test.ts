import type { PostcardRecord, ShortBuildPrefix } from '@noinit/model';
import { describe, expect, it } from 'vitest';
import { makeException, makeFrame, makeRecord, makeTrace } from '../test/makers.ts';
import { crashFacts, postcardFacts, rawCrashFacts, rawPostcardFacts } from './index.ts';

function makePostcard(fields: Partial<PostcardRecord> = {}): PostcardRecord {
  return {
    kind: 'postcard',
    key: { lineage: 1, boot: 1, sequence: 0xffff_ffff },
    build: '00112233' as ShortBuildPrefix,
    machine: 'cortex-m',
    cause: { kind: 'fault' },
    reason: 0x8001,
    pc: 0x0800_0101,
    lr: 0x0800_0201,
    faultBits: 0,
    ...fields,
  };
}

const issueOf = (record: PostcardRecord, ...frames: Parameters<typeof makeTrace>) =>
  postcardFacts(record, makeTrace(...frames)).fingerprint;

describe('a postcard without symbols', () => {
  it('is titled by what it says: kind and place', () => {
    expect(rawPostcardFacts(makePostcard())).toMatchObject({
      class: 'fault',
      title: 'Fault at 0x08000100',
      sentence: 'Fault at 0x08000100, build 00112233.',
    });
    expect(rawPostcardFacts(makePostcard({ cause: { kind: 'watchdog' }, reason: 0x8003 })).title).toBe('Hang at 0x08000100');
    const { pc: _pc, lr: _lr, ...nowhere } = makePostcard();
    expect(rawPostcardFacts(nowhere).title).toBe('Fault at an unknown address');
  });

  it('is one issue by build, reason and place, and by no more', () => {
    const facts = rawPostcardFacts(makePostcard());
    const other = (fields: Partial<PostcardRecord>) => rawPostcardFacts(makePostcard(fields)).fingerprint;
    expect(other({ lr: 7, key: { lineage: 2, boot: 9, sequence: 0xffff_ffff }, faultBits: 1 })).toBe(facts.fingerprint);
    expect(rawPostcardFacts(makePostcard(), makeTrace([])).fingerprint).toBe(facts.fingerprint);
    const others = [other({ pc: 0x0800_0200 }), other({ reason: 0x8003 }), other({ build: 'ffffffff' as ShortBuildPrefix })];
    expect(new Set([facts.fingerprint, ...others]).size).toBe(4);
  });

  it('is never one issue with crashes', () => {
    expect(rawPostcardFacts(makePostcard()).fingerprint).not.toBe(rawCrashFacts(makeRecord()).fingerprint);
  });
});

describe('a postcard with symbols', () => {
  it('is titled by reason and function, and knows the place', () => {
    expect(postcardFacts(makePostcard(), makeTrace(['read_sensor@app/sensor.c:21']))).toMatchObject({
      class: 'bus-error',
      title: 'Bus error in read_sensor',
      sentence: 'It broke.',
      where: { function: 'read_sensor', file: 'app/sensor.c', line: 21 },
    });
  });

  it('is the same issue in every build whose place is in that function', () => {
    const left = issueOf(makePostcard(), ['read_sensor@app/sensor.c:21']);
    const right = issueOf(makePostcard({ build: 'ffffffff' as ShortBuildPrefix, pc: 0x0900_0000 }), [
      'read_sensor.isra.0@app/sensor.c:40',
    ]);
    expect(left).toBe(right);
    expect(issueOf(makePostcard(), ['other'])).not.toBe(left);
    expect(issueOf(makePostcard({ reason: 0x8003 }), ['read_sensor@app/sensor.c:21'])).not.toBe(left);
    expect(crashFacts(makeRecord(), makeTrace(['read_sensor@app/sensor.c:21'])).fingerprint).not.toBe(left);
  });

  it('is called by a reason of the project, by its name: two builds may give it two numbers', () => {
    const trace = (value: number) => makeTrace(['move_valve'], { class: 'watchdog', reason: { name: 'ValveStuck', value } });
    const older = postcardFacts(makePostcard({ reason: 0xc011 }), trace(0xc011));
    const newer = postcardFacts(makePostcard({ reason: 0xc012 }), trace(0xc012));
    expect(older.title).toBe('ValveStuck in move_valve');
    expect(older.fingerprint).toBe(newer.fingerprint);
    expect(postcardFacts(makePostcard({ reason: 0xc011 }), makeTrace(['move_valve'])).title).toBe('custom 0xc011 in move_valve');
  });

  it('is about the caller where no code is at the place itself', () => {
    const nowhere = makeFrame('', { pc: '0x00000000' });
    const { function: _none, file: _file, line: _line, ...bare } = nowhere;
    expect(postcardFacts(makePostcard({ pc: 0 }), makeTrace([makeException('HardFault'), bare, 'read_sensor'])).title).toBe(
      'Bus error in read_sensor',
    );
  });

  it('falls back to its raw place where nothing has a name', () => {
    const { function: _none, file: _file, line: _line, ...bare } = makeFrame('x');
    expect(postcardFacts(makePostcard(), makeTrace([bare]))).toMatchObject({
      title: 'Bus error at 0x08000100',
      fingerprint: rawPostcardFacts(makePostcard()).fingerprint,
    });
  });
});
