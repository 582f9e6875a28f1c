/** How long interrupts are masked at a time, in instructions: counted on the machine, from each `cpsid` to the `msr primask` that ends it. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runQemu } from '../firmware.ts';
import { buildPlugin } from './arm.ts';

export interface MaskedStretches {
  readonly count: number;
  readonly longest: number;
  /** The longest of each function that masks. */
  readonly functions: ReadonlyMap<string, number>;
}

export function measureMasked(elf: string, folder: string): MaskedStretches {
  const code = execFileSync('arm-none-eabi-objdump', ['-d', '--no-show-raw-insn', elf], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const masks = new Set(addressesOf(code, /^\s*([0-9a-f]+):\s+cpsid\s+i/gm));
  const unmasks = addressesOf(code, /^\s*([0-9a-f]+):\s+msr\s+PRIMASK/gim);
  const log = join(folder, 'marks.txt');
  const marks = [...masks, ...unmasks].map((address) => `,mark=${address}`).join('');
  const plugin = `${buildPlugin(folder)},log=${log}${marks}`;
  const run = runQemu({ board: 'mps2-an385', elf, timeoutMs: 60_000, qemuArgs: ['-plugin', plugin] });
  if (run.exitCode !== 0) throw new Error(`QEMU: ${run.exitCode} ${run.text}${run.stderr}`);
  return stretches(readFileSync(log, 'utf8'), masks, (address) => functionAt(elf, address));
}

function addressesOf(code: string, pattern: RegExp): number[] {
  return [...code.matchAll(pattern)].map((match) => Number.parseInt(match[1] ?? '', 16));
}

function functionAt(elf: string, address: number): string {
  const lines = execFileSync('arm-none-eabi-addr2line', ['-f', '-i', '-e', elf, `0x${address.toString(16)}`], {
    encoding: 'utf8',
  }).split('\n');
  return lines.filter((_, i) => i % 2 === 0 && lines[i] !== '' && lines[i] !== 'noinit_arch_lock').join(' < ');
}

/** A lock inside a lock ends nothing. */
function stretches(log: string, masks: ReadonlySet<number>, nameOf: (address: number) => string): MaskedStretches {
  let [depth, since, count, from] = [0, 0, 0, 0];
  const longest = new Map<number, number>();
  for (const [, place = '', instructions = ''] of log.matchAll(/^mark ([0-9a-f]+) (\d+)$/gm)) {
    const address = Number.parseInt(place, 16);
    if (masks.has(address)) {
      depth += 1;
      if (depth === 1) [since, from] = [Number(instructions), address];
    } else if (depth > 0) {
      depth -= 1;
      if (depth > 0) continue;
      count += 1;
      longest.set(from, Math.max(longest.get(from) ?? 0, Number(instructions) - since));
    }
  }
  const functions = new Map([...longest].map(([address, length]) => [nameOf(address), length]));
  return { count, longest: Math.max(0, ...longest.values()), functions };
}
