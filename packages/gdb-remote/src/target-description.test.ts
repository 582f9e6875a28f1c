import { describe, expect, it } from 'vitest';
import { MAX_INCLUDES, MAX_REGISTERS } from './limits.ts';
import { readTargetDescription } from './target-description.ts';

const read = (documents: Readonly<Record<string, string>>, asked: string[] = []) =>
  readTargetDescription(async (name) => {
    asked.push(name);
    return documents[name];
  });

describe('a target description', () => {
  it('is read with the documents that it includes, where they stand', async () => {
    const description = await read({
      'target.xml': `<?xml version="1.0"?><!DOCTYPE target SYSTEM "gdb-target.dtd"><target>
        <architecture>arm</architecture><xi:include href="core.xml"/><xi:include href="system.xml"/></target>`,
      'core.xml': `<feature name="org.gnu.gdb.arm.m-profile"><!-- <reg name="not" bitsize="32"/> -->
        <reg name="R0" bitsize="32"/><reg name='r1' bitsize='32' type="int"/><reg name="xPSR" bitsize="32" regnum="25"/></feature>`,
      'system.xml':
        '<feature name="org.gnu.gdb.arm.m-system"><reg name="msp" bitsize="32"/><reg name="primask" bitsize="1"/></feature>',
    });
    expect(description).toEqual({
      architecture: 'arm',
      features: ['org.gnu.gdb.arm.m-profile', 'org.gnu.gdb.arm.m-system'],
      registers: [
        { name: 'r0', number: 0, bytes: 4 },
        { name: 'r1', number: 1, bytes: 4 },
        { name: 'xpsr', number: 25, bytes: 4 },
        { name: 'msp', number: 26, bytes: 4 },
        { name: 'primask', number: 27, bytes: 1 },
      ],
    });
  });

  it('is none where there is no register in it', async () => {
    expect(await read({})).toBeUndefined();
    expect(await read({ 'target.xml': '<target><architecture>arm</architecture></target>' })).toBeUndefined();
  });

  it('that includes itself ends', async () => {
    const asked: string[] = [];
    await read({ 'target.xml': '<reg name="r0"/><xi:include href="target.xml"/>' }, asked);
    expect(asked.length).toBeLessThan(20);
    const wide: string[] = [];
    await read({ 'target.xml': '<xi:include href="x"/>'.repeat(1000), x: '<xi:include href="x"/>'.repeat(1000) }, wide);
    expect(wide.length).toBeLessThanOrEqual(MAX_INCLUDES);
  });

  it.each(['<reg name="r0" bitsize="99999"/>', '<reg name="r0" regnum="70000"/>', '<reg name="r0" bitsize="0"/>'])(
    'passes over a register that cannot be: %s',
    async (xml) => {
      expect(await read({ 'target.xml': `${xml}<reg name="r1" regnum="1"/>` })).toMatchObject({ registers: [{ name: 'r1' }] });
    },
  );

  it('of a million registers costs no more than its limit', async () => {
    const description = await read({ 'target.xml': '<reg name="r" bitsize="8"/>'.repeat(20_000) });
    expect(description?.registers).toHaveLength(MAX_REGISTERS);
  });

  it('may be cut or bent anywhere', async () => {
    const xml = '<target><!-- x --><architecture>arm</architecture><reg name="r0" bitsize="32" regnum="3"/></target>';
    for (let cut = 0; cut <= xml.length; cut++) await read({ 'target.xml': xml.slice(0, cut) });
    for (let at = 0; at < xml.length; at++) await read({ 'target.xml': `${xml.slice(0, at)}<${xml.slice(at + 1)}` });
  });

  it('of nothing but brackets is read in no time', async () => {
    const start = performance.now();
    await read({ 'target.xml': '<'.repeat(500_000) });
    await read({ 'target.xml': `<a ${'b="'.repeat(200_000)}` });
    await read({ 'target.xml': `<a ${'b '.repeat(200_000)}>` });
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});
