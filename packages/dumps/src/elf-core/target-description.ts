/**
 * NT_GDB_TDESC: the XML in which gdb describes the registers of its target. Two things of it matter here: whether an ARM is of
 * the M profile, and the order of the control and status registers in NT_RISCV_CSR.
 */

import { ByteReader } from '@noinit/bytes';
import type { RegisterValues } from '@noinit/model';
import type { CoreNote } from './core-notes.ts';

export function isMProfile(notes: readonly CoreNote[]): boolean {
  return findDescription(notes)?.includes('"org.gnu.gdb.arm.m-profile"') ?? false;
}

/** mcause, mtval, mstatus and mepc, where the description tells their places and the sizes agree. */
export function readTrapRegisters(notes: readonly CoreNote[]): RegisterValues {
  const values = notes.find(({ owner, type }) => owner === 'GDB' && type === NT_RISCV_CSR)?.content;
  const text = findDescription(notes);
  if (values === undefined || text === undefined) return {};
  const names = findCsrNames(text);
  if (names.length * 4 !== values.length) return {};
  const found = TRAP_REGISTERS.filter((name) => names.includes(name));
  return Object.fromEntries(found.map((name) => [name, new ByteReader(values, { offset: 4 * names.indexOf(name) }).u32()]));
}

/** In order of their numbers: so gdb writes them. */
function findCsrNames(text: string): string[] {
  const start = text.indexOf(CSR_FEATURE);
  const end = text.indexOf('</feature>', start);
  if (start < 0 || end < 0) return [];
  const names: { readonly name: string; readonly number: number }[] = [];
  for (const [, attributes = ''] of text.slice(start, end).matchAll(REGISTER)) {
    const name = /\bname="([^"]*)"/.exec(attributes)?.[1] ?? '';
    names.push({ name, number: Number(/\bregnum="([0-9]+)"/.exec(attributes)?.[1] ?? names.length) });
  }
  return names.toSorted((a, b) => a.number - b.number).map(({ name }) => name);
}

function findDescription(notes: readonly CoreNote[]): string | undefined {
  const content = notes.find(({ owner, type }) => owner === 'GDB' && type === NT_GDB_TDESC)?.content;
  return content && new TextDecoder().decode(content.subarray(0, MAX_DESCRIPTION));
}

const NT_RISCV_CSR = 0x900;
const NT_GDB_TDESC = 0xff00_0000;
/** QEMU's, with every register, has some 30 KB. */
const MAX_DESCRIPTION = 1 << 20;
const CSR_FEATURE = '<feature name="org.gnu.gdb.riscv.csr">';
const REGISTER = /<reg\b([^<>]*)>/g;
const TRAP_REGISTERS: readonly string[] = ['mcause', 'mtval', 'mstatus', 'mepc'];
