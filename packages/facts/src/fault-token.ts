/** What kind of crash it was, as one token: the class, and which kind of address it was about. No raw values. */
import type { Fault } from '@noinit/model';

export function faultToken(fault: Fault): string {
  const imprecise = fault.bits?.includes('IMPRECISERR') ? ':imprecise' : '';
  const about = fault.class === 'memory-access' || fault.class === 'bus-error' ? addressClass(fault.address) : '';
  return `${fault.class}${imprecise}${about}`;
}

/** Whether the address lies where a NULL pointer with a small offset leads. */
export function isNullPage(address: string | undefined): boolean {
  return address !== undefined && Number(address) < NULL_PAGE_END;
}

/** By the fixed regions of the ARMv7-M memory map, which other 32-bit microcontrollers resemble. */
function addressClass(address: string | undefined): string {
  if (address === undefined) return '';
  if (isNullPage(address)) return ':null-page';
  const region = REGIONS.find(({ end }) => Number(address) < end);
  return `:${region?.name ?? 'unmapped'}`;
}

const NULL_PAGE_END = 0x1000;
const REGIONS: readonly { readonly name: string; readonly end: number }[] = [
  { name: 'code', end: 0x2000_0000 },
  { name: 'ram', end: 0x4000_0000 },
  { name: 'peripheral', end: 0x6000_0000 },
  { name: 'external', end: 0xe000_0000 },
  { name: 'system', end: 0x1_0000_0000 },
];
