/** What gdb reads from the same core files. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { address, type Dump } from '@noinit/model';
import { describeWith, makeDump, makeElfCore } from '@noinit/testing';
import { expect, it } from 'vitest';
import { readElfCore } from './index.ts';

const START = 0x2000_0f80;

describeWith(['gdb-multiarch'], 'gdb and readElfCore', () => {
  it.each([
    ['cortex-m', 'arm', ['r0', 'r7', 'r12', 'sp', 'lr', 'pc']],
    ['riscv32', 'riscv:rv32', ['ra', 'sp', 'gp', 't0', 's0', 's1', 'a0', 'a7', 's2', 's11', 't6', 'pc']],
  ] as const)('agree on the registers and the memory of a %s', (machine, architecture, names) => {
    const registers = Object.fromEntries(names.map((name, index) => [name, 0x2000_0000 + 0x110 * index]));
    const dump: Dump = makeDump({
      machine,
      threads: [{ crashed: true, registers: { ...registers, ...(machine === 'cortex-m' && { xpsr: 0x2000_0020 }) } }],
      regions: [{ kind: 'data', address: address(START), bytes: Uint8Array.from({ length: 64 }, (_, index) => 3 * index) }],
    });
    const core = makeElfCore(dump);
    const read = readElfCore(core);
    const [thread] = read.threads;
    const [region] = read.regions;
    const words = new DataView(region?.bytes.slice().buffer ?? new ArrayBuffer(0));
    const expressions = [...names.map((name) => `$${name}`), `*(unsigned*)${START}`, `*(unsigned*)${START + 60}`];
    expect(askGdb(core, architecture, expressions)).toEqual([
      ...names.map((name) => thread?.registers[name]),
      words.getUint32(0, true),
      words.getUint32(60, true),
    ]);
  });
});

function askGdb(core: Uint8Array, architecture: string, expressions: readonly string[]): number[] {
  const folder = mkdtempSync(join(tmpdir(), 'noinit-core-'));
  try {
    const file = join(folder, 'core');
    writeFileSync(file, core);
    const print = expressions.flatMap((each) => ['-ex', `printf "VALUE %u\\n", (unsigned)(${each})`]);
    const start = ['-q', '-nx', '-batch', '-iex', 'set debuginfod enabled off', '-ex', `set architecture ${architecture}`];
    const { stdout } = spawnSync('gdb-multiarch', [...start, '-ex', `core-file ${file}`, ...print], { encoding: 'utf8' });
    return [...stdout.matchAll(/^VALUE ([0-9]+)$/gm)].map(([, value]) => Number(value));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
