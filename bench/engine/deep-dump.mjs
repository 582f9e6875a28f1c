// A stop fourteen calls deep in the generated firmware, taken from QEMU by gdb: what `gdb bt full` and our explaining are timed on.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RAM = { start: 0x203f_0000, end: 0x2040_0000 };
const PORT = 3000 + (process.pid % 20_000);
const REGISTERS = [...Array.from({ length: 13 }, (_, index) => `r${index}`), 'sp', 'lr', 'pc', 'xpsr'];

/** Undefined where gdb or QEMU are missing. */
export function findDeepDump({ folder, atZero }) {
  const path = join(folder, 'deep-dump.json');
  if (!existsSync(path)) {
    const taken = take(folder, atZero);
    if (taken === undefined) return undefined;
    writeFileSync(path, JSON.stringify(taken));
  }
  const { registers, ram } = JSON.parse(readFileSync(path, 'utf8'));
  return {
    machine: 'cortex-m',
    cause: { kind: 'snapshot' },
    threads: [{ crashed: true, registers }],
    system: {},
    regions: [{ kind: 'stack', address: RAM.start, bytes: Buffer.from(ram, 'base64') }],
    damage: [],
  };
}

function take(folder, elf) {
  if (spawnSync('gdb-multiarch', ['--version']).error || spawnSync('qemu-system-arm', ['--version']).error) return undefined;
  const machine = ['-M', 'mps2-an385', '-nographic', '-monitor', 'none', '-serial', 'none', '-kernel', elf, '-S'];
  const qemu = spawn('qemu-system-arm', [...machine, '-gdb', `tcp:127.0.0.1:${PORT}`], { stdio: 'ignore' });
  const ram = join(folder, 'ram');
  const commands = [
    ...['set confirm off', `target remote 127.0.0.1:${PORT}`, 'break crash_here', 'continue'],
    ...REGISTERS.map((name) => `printf "${name}=%x\\n", $${name}`),
    `dump binary memory ${ram} ${RAM.start} ${RAM.end}`,
  ];
  const parameters = ['-q', '-nx', '-batch', ...commands.flatMap((command) => ['-ex', command]), elf];
  const { stdout } = spawnSync('gdb-multiarch', parameters, { encoding: 'utf8', timeout: 60_000 });
  qemu.kill();
  const registers = Object.fromEntries(
    [...stdout.matchAll(/^(\w+)=([0-9a-f]+)$/gm)].map(([, name, value]) => [name, Number.parseInt(value, 16)]),
  );
  if (registers.pc === undefined || !existsSync(ram)) throw new Error(`gdb took no dump: ${stdout}`);
  return { registers, ram: readFileSync(ram).toString('base64') };
}
