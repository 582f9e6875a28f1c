/** Lets a program of the corpus crash in QEMU. */
import { CORES } from './cores.ts';
import type { Build } from './parameters.ts';
import { runAnyhow } from './run-tool.ts';

/** What it wrote through semihosting; QEMU ends with it. */
export function crash(build: Build, elf: string): Promise<string> {
  const [program = '', ...board] = CORES[build.core].qemu;
  const args = [...board, '-nographic', '-monitor', 'none', '-serial', 'none', '-kernel', elf];
  return runAnyhow(program, [...args, '-semihosting-config', 'enable=on,target=native'], '.');
}
